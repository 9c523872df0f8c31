"""Photographs and documents that wait with a draft.

A photograph says where and when it was taken and by which device. None of that is asked for, so it is written anew from its
pixels alone; a PDF is kept as it is. What waits is sealed with the draft's key and becomes a file of the matter once it is open.
"""

from __future__ import annotations

import io
import logging
import os
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID

from PIL import Image, ImageOps

from huiyin import ids
from huiyin.core.values import Refusal, Text
from huiyin.intake import sealing
from huiyin.intake.models import DraftPicture
from huiyin.intake.services import Held
from huiyin.intake.store import folder, forget_files, path_of
from huiyin.papers.kinds import FORMATS, KINDS, Kind, by_bytes, damaged, recognise
from huiyin.papers.kinds import MAX_BYTES as MAX_STORED
from huiyin.papers.services import NOT_STORED

log = logging.getLogger("huiyin.intake")
MOST = 5
MAX_BYTES = 10 * 2**20
JPEG_QUALITY = 90
NAME, BYTES = "name", "bytes"
ENDINGS = frozenset(ending for kind in KINDS for ending in kind.endings)
HEIC_BRANDS = (b"ftypheic", b"ftypheix", b"ftypmif1", b"ftyphevc")
HEIC = Refusal(
    "file",
    Text(
        "这是HEIC格式的照片，还不能收。请截一张图，传截图。",
        "This is a photograph in HEIC, which is not taken. Send a picture of the screen.",
    ),
)
UNKNOWN = Refusal(
    "file",
    Text(
        "这个文件不是JPEG照片、PNG图片或者PDF文件，没有收下。",
        "This is no JPEG photograph, PNG picture or PDF document, so it was not taken.",
    ),
)


@dataclass(frozen=True, slots=True)
class Waiting:
    """One picture of a draft as its holder sees it."""

    id: UUID
    name: str
    size: int


def waiting(held: Held) -> tuple[Waiting, ...]:
    """Return the pictures of a draft in the order they came."""
    rows = DraftPicture.objects.filter(draft=held.row)
    found = ((row, sealing.unseal(held.key, bytes(row.name), row.id, NAME)) for row in rows)
    return tuple(Waiting(row.id, name.decode(), row.size) for row, name in found if name is not None)


def add(held: Held, name: str, content: bytes) -> Refusal | None:
    """Seal one more picture; return why not, with the words saved meanwhile."""
    count = DraftPicture.objects.filter(draft=held.row).count()
    if count >= MOST:
        return _refused(f"最多{MOST}个，这个没有收下。", f"At most {MOST}; this one was not taken.", name)
    if len(content) > MAX_BYTES:
        limit = MAX_BYTES // 2**20
        return _refused(
            f"超过{limit} MB，没有收下。请在相册里裁小，或者截一张图再传。",
            f"over {limit} MB, not taken. Crop it, or send a picture of the screen.",
            name,
        )
    try:
        return _add(held, name, content, count)
    except OSError:
        log.exception("a picture of a draft could not be stored")
        return Refusal(NOT_STORED.code, Text(f"“{name}”：{NOT_STORED.text.zh}", f"“{name}”: {NOT_STORED.text.en}"), "pictures")


def _add(held: Held, name: str, content: bytes, count: int) -> Refusal | None:
    clean = cleaned(content)
    if isinstance(clean, Refusal):
        return _refused(clean.text.zh, clean.text.en, name)
    if len(clean) > MAX_STORED:
        return _refused("细节太多，存不下。请截一张图再传。", "holds more detail than can be stored. Send a picture of the screen.", name)
    made = ids.uuid7()
    handle, draft = tempfile.mkstemp(dir=folder(), prefix="in-")
    with os.fdopen(handle, "wb") as stream:
        stream.write(sealing.seal(held.key, clean, made, BYTES))
        stream.flush()
        os.fsync(stream.fileno())
    Path(draft).replace(path_of(made))
    DraftPicture.objects.create(
        id=made,
        draft=held.row,
        position=count + 1,
        name=sealing.seal(held.key, _named(name, clean).encode(), made, NAME),
        size=len(clean),
    )
    return None


def remove(held: Held, picture: str) -> None:
    """Take one picture away from a draft; one that is not there is gone already."""
    row = next((row for row in DraftPicture.objects.filter(draft=held.row) if str(row.id) == picture), None)
    if row is not None:
        path = path_of(row.id)
        row.delete()
        forget_files([path])


def contents(held: Held) -> Sequence[tuple[str, bytes]]:
    """Return name and bytes of every picture that can still be read."""
    found: list[tuple[str, bytes]] = []
    for one in waiting(held):
        path = path_of(one.id)
        try:
            plain = sealing.unseal(held.key, path.read_bytes(), one.id, BYTES)
        except OSError:
            plain = None
        if plain is not None:
            found.append((one.name, plain))
    return found


def drop_all(held: Held) -> None:
    """Forget the pictures of a draft: they are files of the matter now."""
    paths = [path_of(one) for one in DraftPicture.objects.filter(draft=held.row).values_list("id", flat=True)]
    DraftPicture.objects.filter(draft=held.row).delete()
    forget_files(paths)


def cleaned(content: bytes) -> bytes | Refusal:
    """Return a picture without what its camera wrote into it, upright; a PDF as it is; a refusal for anything else.

    What a file is, its content says: telephones and messengers give pictures wrong endings, or none.
    """
    kind = _kind_of(content)
    if kind is None:
        return HEIC if content[4:12] in HEIC_BRANDS else UNKNOWN
    with tempfile.NamedTemporaryFile(dir=folder(), prefix="in-") as stream:
        stream.write(content)
        stream.flush()
        read = recognise(f"sent{kind.endings[0]}", Path(stream.name))
    if isinstance(read, Refusal):
        return read
    if kind.name == "pdf":
        return content
    try:
        return _anew(kind.name, content)
    except Exception:
        # A picture can begin well and break off; its reader stumbles over that in many ways, and each means the same here.
        return damaged(kind)


def _kind_of(content: bytes) -> Kind | None:
    return next((kind for kind in KINDS if kind.name == by_bytes(content[:16])), None)


def _named(name: str, content: bytes) -> str:
    """Return a picture's name with the ending of what it is: later checks compare the two."""
    kind, given = _kind_of(content), Path(name).name[-120:]
    if kind is None or Path(given).suffix.lower() in kind.endings:
        return given
    misnamed = Path(given).suffix.lower() in ENDINGS
    return f"{Path(given).stem if misnamed else given}{kind.endings[0]}"


def _anew(kind: str, content: bytes) -> bytes:
    with Image.open(io.BytesIO(content), formats=FORMATS[kind]) as picture:
        upright = ImageOps.exif_transpose(picture)
        if "transparency" in upright.info:
            # A see-through colour stands beside the pixels; among them it is not lost.
            upright = upright.convert("RGBA")
        # A new image of the same pixels: nothing that came beside them can be written again.
        bare = Image.new(upright.mode, upright.size)
        bare.paste(upright)
        if upright.mode == "P" and (palette := upright.getpalette()) is not None:
            bare.putpalette(palette)
    written = io.BytesIO()
    options: dict[str, Any] = {"quality": JPEG_QUALITY} if kind == "jpeg" else {"optimize": False}
    if kind == "jpeg" and bare.mode not in ("RGB", "L", "CMYK"):
        bare = bare.convert("RGB")
    bare.save(written, format=kind.upper(), **options)
    return written.getvalue()


def _refused(zh: str, en: str, name: str) -> Refusal:
    return Refusal("file", Text(f"“{name}”：{zh}", f"“{name}”: {en}"), "pictures")
