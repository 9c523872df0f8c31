"""Sealed once, the same bytes for ever: the sealed copy of a signed paper is kept beside the matter's files.

It is kept under a key made from the salt of the paper's text. When the text is erased by law its salt goes too, and with it
every kept copy, also those in backups.
"""

from __future__ import annotations

import hashlib
import os
import tempfile
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from uuid import UUID

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings

from huiyin import clock
from huiyin.core.values import Principal
from huiyin.matters.models import Paper
from huiyin.matters.views import PaperLine
from huiyin.papers.services import IN, folder_of
from huiyin.parties.access import reading_as

FOLDER = "sealed"
_NONCE = 12


def sealed_copy(
    principal: Principal, *, home: str, matter: UUID, line: PaperLine, kind: str, base: str, make: Callable[[], bytes]
) -> bytes:
    """Return the sealed PDF of a signed paper: the one kept, or on the first asking a new one that is then kept.

    Args:
        kind: which copy (plain, in large print, in English).
        base: address of the server the code on it leads to.
        make: gives the PDF without a seal.
    """
    with reading_as(principal):
        salt = Paper.objects.filter(home=home, matter=matter, name=line.name, number=line.number).values_list("salt", flat=True).first()
    if salt is None:
        return make()
    box = AESGCM(hashlib.sha256(b"huiyin/sealed-copy/" + bytes(salt)).digest())
    # What is printed of an issue changes only with these: void copies say so, signatures may be re-dated by a correction.
    marks = [(mark.by, mark.at.isoformat(), mark.method, mark.scan) for mark in line.marks()]
    told = repr((line.hash, line.number, kind, base, line.voided, line.effective_at and line.effective_at.isoformat(), marks))
    name = hashlib.sha256(told.encode()).hexdigest()
    place = folder_of(home) / FOLDER / matter.hex / name
    with suppress(FileNotFoundError):
        return _open(box, place, name)
    place.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    _keep(folder_of(home), place, box, sealed_now(make(), line.hash), name)
    # Two may have asked at once: both get the one that is kept.
    return _open(box, place, name)


def sealed_now(pdf: bytes, hash_: str = "") -> bytes:
    """Return a PDF with the seal of now; what is bound anew for each asking, such as a whole file, is not kept."""
    from huiyin.papers.integrity.keys import current
    from huiyin.papers.integrity.seal import seal

    return seal(pdf, current(settings.HOME), at=clock.now(), hash_=hash_)


def _open(box: AESGCM, place: Path, name: str) -> bytes:
    kept = place.read_bytes()
    return box.decrypt(kept[:_NONCE], kept[_NONCE:], name.encode())


def _keep(folder: Path, place: Path, box: AESGCM, content: bytes, name: str) -> None:
    nonce = os.urandom(_NONCE)
    handle, draft = tempfile.mkstemp(dir=folder, prefix=IN)
    try:
        with os.fdopen(handle, "wb") as out:
            out.write(nonce + box.encrypt(nonce, content, name.encode()))
            out.flush()
            os.fsync(out.fileno())
        with suppress(FileExistsError):
            os.link(draft, place)
    finally:
        Path(draft).unlink(missing_ok=True)
