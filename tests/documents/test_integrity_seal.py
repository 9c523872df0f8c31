"""The seal of integrity: set with the installation's own key, checked by us, by pyHanko's validator and by poppler's pdfsig."""

from __future__ import annotations

import io
import re
import shutil
import stat
import subprocess
from datetime import UTC, datetime
from pathlib import Path

import pytest
from asn1crypto import x509 as asn1
from cryptography.hazmat.primitives.serialization import Encoding
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation import validate_pdf_signature
from pyhanko_certvalidator import ValidationContext
from pypdf import PdfReader

from huiyin.core.paper_codes import code_of
from huiyin.core.values import Text
from huiyin.host.home import Home
from huiyin.papers.integrity.keys import certificates, current, renew
from huiyin.papers.integrity.seal import Finding, inspect, seal
from huiyin.papers.typesetting import Document, pdf

AT = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)
HASH = "71293bf02c45d7ca3201" + "ab" * 22
PLAIN = pdf(Document(Text("人民调解协议书", "Agreement"), ({"kind": "text", "zh": "张三付李四23000元。", "en": "Zhang pays Li."},))).data


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Home:
    return Home(tmp_path_factory.mktemp("home"), {}).prepare()


@pytest.fixture(scope="module")
def sealed(home: Home) -> bytes:
    return seal(PLAIN, current(home), at=AT, hash_=HASH)


def test_what_was_printed_stands_before_the_seal_byte_for_byte(sealed: bytes) -> None:
    assert sealed.startswith(PLAIN)


def test_an_unbroken_seal_says_when_and_of_which_paper(home: Home, sealed: bytes) -> None:
    found = inspect(sealed, certificates(home))
    assert (found.finding, found.at, found.code) == (Finding.SEALED, AT, code_of(HASH))


def test_a_sealed_file_stays_archival(sealed: bytes) -> None:
    meta = PdfReader(io.BytesIO(sealed)).xmp_metadata
    assert meta is not None
    assert b"<pdfaid:part>2</pdfaid:part>" in sealed


def test_pyhankos_validator_agrees(home: Home, sealed: bytes) -> None:
    (embedded,) = PdfFileReader(io.BytesIO(sealed)).embedded_signatures
    assert embedded.sig_object["/SubFilter"] == "/ETSI.CAdES.detached"
    roots = [asn1.Certificate.load(one.public_bytes(Encoding.DER)) for one in certificates(home)]
    status = validate_pdf_signature(embedded, ValidationContext(trust_roots=roots, allow_fetching=False, moment=AT))
    assert status.bottom_line, status.pretty_print_details()


def test_poppler_agrees_and_sees_one_changed_byte(tmp_path: Path, sealed: bytes) -> None:
    assert "Signature is Valid" in _pdfsig(tmp_path, sealed)
    assert "Total document signed" in _pdfsig(tmp_path, sealed)
    changed = bytearray(sealed)
    changed[PLAIN.index(b"stream") + 40] ^= 1
    assert "Signature is Valid" not in _pdfsig(tmp_path, bytes(changed))


def test_no_byte_can_be_changed(home: Home, sealed: bytes) -> None:
    known = certificates(home)
    room = sealed.index(b"<", sealed.index(b"/ByteRange"))
    after = sealed.index(b">", room)
    # Every part of the file in steps, and the room of the seal itself, which no seal covers, closely.
    places = {*range(0, len(sealed), 997), *range(room, after + 1, 61), *range(after - 40, after + 1), len(sealed) - 1}
    for place in sorted(places):
        changed = bytearray(sealed)
        changed[place] ^= 1
        assert inspect(bytes(changed), known).finding is not Finding.SEALED, place


def test_a_changed_byte_is_told_as_altered(home: Home, sealed: bytes) -> None:
    changed = bytearray(sealed)
    changed[len(PLAIN) // 2] ^= 1
    assert inspect(bytes(changed), certificates(home)).finding is Finding.ALTERED


def test_what_is_added_after_the_seal_is_told(home: Home, sealed: bytes) -> None:
    writer = IncrementalPdfFileWriter(io.BytesIO(sealed))
    writer.root["/Lang"] = writer.root["/Lang"]
    writer.update_root()
    out = io.BytesIO()
    writer.write(out)
    assert out.getvalue().startswith(sealed)
    assert inspect(out.getvalue(), certificates(home)).finding is Finding.ALTERED
    assert inspect(sealed + b"\n", certificates(home)).finding is Finding.ALTERED


def test_another_installations_seal_is_not_ours(home: Home, tmp_path: Path) -> None:
    other = Home(tmp_path / "other", {}).prepare()
    assert inspect(seal(PLAIN, current(other), at=AT), certificates(home)).finding is Finding.NOT_OURS
    assert inspect(PLAIN, certificates(home)).finding is Finding.NOT_OURS
    for broken in (b"", b"hello", b"%PDF-1.7\nnothing", PLAIN[:2000]):
        assert inspect(broken, certificates(home)).finding in {Finding.UNREADABLE, Finding.NOT_OURS}


def test_the_key_is_private_and_the_certificate_says_what_it_is_not(home: Home) -> None:
    key = current(home)
    place = home.secrets / "integrity_seal.pem"
    assert stat.S_IMODE(place.stat().st_mode) == 0o600
    assert current(home) == key
    (certificate,) = certificates(home)
    said = certificate.subject.rfc4514_string()
    for words in ("完整性封记", "Integrity seal", "不是许可的电子签名", "Not a licensed electronic signature"):
        assert words in said
    assert certificate.issuer == certificate.subject


def test_a_renewed_key_leaves_the_old_seals_good(tmp_path: Path) -> None:
    home = Home(tmp_path / "renewed", {}).prepare()
    before = seal(PLAIN, current(home), at=AT)
    assert renew(home) != current(Home(tmp_path / "another", {}).prepare())
    after = seal(PLAIN, current(home), at=AT)
    assert len(certificates(home)) == 2
    assert inspect(before, certificates(home)).finding is Finding.SEALED
    assert inspect(after, certificates(home)).finding is Finding.SEALED
    assert re.search(rb"BEGIN CERTIFICATE", (home.secrets / "integrity_seal.pem").read_bytes())


def _pdfsig(folder: Path, data: bytes) -> str:
    program = shutil.which("pdfsig")
    if program is None:
        pytest.skip("poppler's pdfsig is not installed")
    place = folder / "paper.pdf"
    place.write_bytes(data)
    return subprocess.run([program, "-nocert", str(place)], capture_output=True, text=True, errors="replace", check=False).stdout
