"""Setting the seal (PAdES, ETSI EN 319 142-1, B-B) and telling of a PDF that is handed in whether it still carries ours unbroken."""

from __future__ import annotations

import binascii
import io
import logging
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, Final

from asn1crypto import cms
from asn1crypto import x509 as asn1
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from pyhanko.keys import load_certs_from_pemder_data, load_private_key_from_pemder_data
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign import PdfSignatureMetadata, PdfSigner, SimpleSigner
from pyhanko.sign.fields import MDPPerm, SigSeedSubFilter
from pyhanko.sign.signers.pdf_signer import PdfSigningSession
from pyhanko.sign.validation import validate_pdf_signature
from pyhanko.sign.validation.pdf_embedded import EmbeddedPdfSignature
from pyhanko.sign.validation.status import SignatureCoverageLevel
from pyhanko_certvalidator import ValidationContext
from pyhanko_certvalidator.registry import SimpleCertificateStore

from huiyin.core.paper_codes import code_of, hash_start
from huiyin.papers.integrity.keys import Key

FIELD: Final = "HuiyinIntegrity"
SAYS: Final = (
    "完整性封记：用来查这个文件封记以后有没有改动。不是电子签名认证证书，也不是单位印章。"
    "Integrity seal: it shows whether this file was changed after it was sealed. Not a licensed electronic signature, no unit's seal."
)
_CODE = re.compile(r"核对码 ([0-9A-Z]{4}(?:-[0-9A-Z]{4}){3})")
log = logging.getLogger("huiyin.papers")
# pyHanko tells of every file it doubts; what it finds is told by what it returns.
logging.getLogger("pyhanko").setLevel(logging.CRITICAL)
logging.getLogger("pyhanko_certvalidator").setLevel(logging.CRITICAL)


class Finding(StrEnum):
    """What a PDF is found to be."""

    SEALED = "sealed"
    ALTERED = "altered"
    NOT_OURS = "not_ours"
    UNREADABLE = "unreadable"


@dataclass(frozen=True, slots=True)
class Inspected:
    """What is known of a PDF that was handed in.

    Attributes:
        at: when it was sealed, as the seal says; only of an unbroken one.
        code: of the paper it is, to be looked up; empty for a whole file.
    """

    finding: Finding
    at: datetime | None = None
    code: str = ""


class _Signer(PdfSigner):
    """Signs at a time of ours: time is read in one place only."""

    def __init__(self, at: datetime, *args: Any) -> None:
        super().__init__(*args)
        self.at = at

    def init_signing_session(self, pdf_out: Any, existing_fields_only: bool = False) -> PdfSigningSession:
        session = super().init_signing_session(pdf_out, existing_fields_only=existing_fields_only)
        session.system_time = self.at
        return session


def seal(pdf: bytes, key: Key, *, at: datetime, hash_: str = "") -> bytes:
    """Return a PDF with the seal: its own bytes, then the seal.

    Args:
        at: the time the seal says.
        hash_: of the paper's text, which the seal then names by its code.
    """
    code = f"核对码 {code_of(hash_)}" if hash_ else ""
    (certificate,) = load_certs_from_pemder_data(key.certificate)
    signer = SimpleSigner(certificate, load_private_key_from_pemder_data(key.private, None), SimpleCertificateStore())
    meta = PdfSignatureMetadata(
        field_name=FIELD,
        md_algorithm="sha256",
        reason=f"{SAYS}{code}",
        subfilter=SigSeedSubFilter.PADES,
        certify=True,
        docmdp_permissions=MDPPerm.FILL_FORMS,
    )
    out: io.BytesIO = _Signer(at, meta, signer).sign_pdf(IncrementalPdfFileWriter(io.BytesIO(pdf), strict=False))
    return out.getvalue()


def inspect(pdf: bytes, known: Iterable[x509.Certificate]) -> Inspected:
    """Tell whether a PDF carries a seal of one of the known certificates, and whether anything was changed since."""
    ours = {one.public_bytes(Encoding.DER) for one in known}
    if not pdf.startswith(b"%PDF-"):
        return Inspected(Finding.UNREADABLE)
    try:
        for embedded in PdfFileReader(io.BytesIO(pdf), strict=False).embedded_signatures:
            certificate = embedded.signer_cert.dump()
            if certificate in ours:
                return _inspected(pdf, embedded, certificate)
    except Exception as error:
        # A broken PDF makes its reader stumble in ways of every kind; ours never do.
        log.info("a PDF that was handed in could not be read: %s", type(error).__name__)
        return Inspected(Finding.ALTERED if _mentions(pdf, ours) else Finding.UNREADABLE)
    return Inspected(Finding.ALTERED if _mentions(pdf, ours) else Finding.NOT_OURS)


def _inspected(pdf: bytes, embedded: EmbeddedPdfSignature, certificate: bytes) -> Inspected:
    own = asn1.Certificate.load(certificate)
    trusted = ValidationContext(trust_roots=[own], moment=embedded.self_reported_timestamp, allow_fetching=False)
    status = validate_pdf_signature(embedded, trusted, skip_diff=True)
    whole = status.coverage == SignatureCoverageLevel.ENTIRE_FILE
    if not (status.intact and status.valid and whole and _as_written(pdf, embedded, own)):
        return Inspected(Finding.ALTERED)
    named = _CODE.search(str(embedded.sig_object.get("/Reason", "")))
    code = named.group(1) if named is not None and hash_start(named.group(1)) is not None else ""
    return Inspected(Finding.SEALED, embedded.self_reported_timestamp, code)


def _as_written(pdf: bytes, embedded: EmbeddedPdfSignature, certificate: asn1.Certificate) -> bool:
    """Tell whether the seal itself stands as it was written: its own room is the only one it does not cover.

    All of it but what it signs and the signature is known, so it is written anew and compared.
    """
    first, length, after, _ = (int(number) for number in embedded.byte_range)
    content: bytes = embedded.pkcs7_content
    given, sha256 = embedded.signer_info, {"algorithm": "sha256"}
    issued = cms.IssuerAndSerialNumber({"issuer": certificate.issuer, "serial_number": certificate.serial_number})
    signer = {
        "version": "v1",
        "sid": cms.SignerIdentifier({"issuer_and_serial_number": issued}),
        "digest_algorithm": sha256,
        "signed_attrs": given["signed_attrs"],
        "signature_algorithm": {"algorithm": "sha256_rsa"},
        "signature": given["signature"].native,
    }
    signed = {
        "version": "v1",
        "digest_algorithms": [sha256],
        "encap_content_info": {"content_type": "data"},
        "certificates": [certificate],
        "signer_infos": [signer],
    }
    message: bytes = cms.ContentInfo({"content_type": "signed_data", "content": cms.SignedData(signed)}).dump()
    room = b"<" + binascii.hexlify(message.ljust(len(content), b"\0")).upper() + b">"
    return pdf[first + length : after] == room


def _mentions(pdf: bytes, ours: Iterable[bytes]) -> bool:
    """Tell whether a certificate of ours stands in a PDF whose seal can no longer be read."""
    lower = pdf.lower()
    return any(binascii.hexlify(one) in lower for one in ours)
