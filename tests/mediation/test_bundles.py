"""The whole file as one archive: what is in it is as its manifest says, the manifest is sealed, and one changed byte is told."""

from __future__ import annotations

import io
import json
import zipfile
from hashlib import sha256
from pathlib import Path

import jsonschema_rs
import pytest
from cases import Case, at_desk
from django.conf import settings
from looking import Visitor

from huiyin.papers.integrity.bundle import inspect_bundle
from huiyin.papers.integrity.keys import certificates
from huiyin.papers.integrity.seal import Finding, inspect

SCHEMA = json.loads((Path(__file__).parents[2] / "docs" / "schemas" / "file-bundle-1.json").read_text("utf-8"))


@pytest.fixture
def case(served: object) -> Case:
    return Case().performing()


def members(data: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def packed(held: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, data in held.items():
            archive.writestr(name, data)
    return out.getvalue()


def test_a_bundle_holds_every_paper_and_says_what_it_holds(case: Case) -> None:
    known = certificates(settings.HOME)
    data = at_desk("mediator").client.get(f"{case.desk}/file.zip").content
    assert inspect_bundle(data, certificates(settings.HOME)).finding is Finding.SEALED
    held = members(data)
    manifest = json.loads(held["manifest.json"])
    jsonschema_rs.validate(SCHEMA, manifest)
    assert {one["path"]: one["sha256"] for one in manifest["files"]} == {
        path: sha256(one).hexdigest() for path, one in held.items() if path not in ("manifest.json", "manifest.sig", "seal.pem")
    }
    assert {"file.pdf", "papers/mediation_agreement-1.pdf", "papers/mediation_minutes-1.pdf"} <= held.keys()
    # The agreement in it is the one that was signed, byte for byte; the whole file is sealed as well.
    kept = at_desk("mediator").client.get(f"{case.desk}/papers/mediation_agreement/1/paper.pdf").content
    assert held["papers/mediation_agreement-1.pdf"] == kept
    known = certificates(settings.HOME)
    assert inspect(kept, known).finding is inspect(held["file.pdf"], known).finding is Finding.SEALED
    assert all(b"pdfaid:part" in one for path, one in held.items() if path.endswith(".pdf"))

    changes = {
        "a paper": {**held, "papers/mediation_minutes-1.pdf": held["papers/mediation_minutes-1.pdf"] + b" "},
        "the manifest": {**held, "manifest.json": held["manifest.json"].replace(b"23", b"24", 1)},
        "one more": {**held, "files/x.txt": b"x"},
        "one less": {path: one for path, one in held.items() if path != "papers/mediation_minutes-1.pdf"},
    }
    for what, changed in changes.items():
        assert inspect_bundle(packed(changed), known).finding is Finding.ALTERED, what
    assert inspect_bundle(data, ()).finding is Finding.NOT_OURS
    assert inspect_bundle(data[: len(data) // 2], known).finding is Finding.UNREADABLE
    assert inspect_bundle(packed({"a": b"b"}), known).finding is Finding.UNREADABLE


def test_a_party_has_what_it_may_open_and_nobody_else_anything(case: Case) -> None:
    mine = f"/mine/{case.reference}/file.zip"
    held = members(case.party().client.get(mine).content)
    assert "papers/mediation_agreement-1.pdf" in held
    assert not any("acceptance_form" in path for path in held)
    stranger = Visitor()
    assert stranger.client.get(mine).status_code == 302
    assert stranger.client.get(f"{case.desk}/file.zip").status_code in (302, 403, 404)
