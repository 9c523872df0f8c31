"""What a photograph tells besides its picture: where and when it was taken, with which telephone. It is taken out on intake.

The picture itself is not touched: segments are dropped, nothing is compressed again. Which way up it is held stays.
"""

from __future__ import annotations

import io
import struct
import zlib

from PIL import Image

_ORIENTATION = 0x0112
# Of a JPEG's own segments the frame (APP0 JFIF), the colour profile (APP2 ICC) and Adobe's colour transform (APP14) stay; APP0 JFXX
# holds a small picture of what it was before.
_APP0, _APP1, _APP2, _APP14, _COM = 0xE0, 0xE1, 0xE2, 0xEE, 0xFE
_PNG = b"\x89PNG\r\n\x1a\n"
_PNG_TOLD = frozenset({b"tEXt", b"zTXt", b"iTXt", b"eXIf", b"tIME"})


def taken_out(kind: str, data: bytes) -> bytes | None:
    """Return a picture's bytes without what is hidden in it; None for files of another kind.

    Args:
        kind: name of the kind, as recognised.
        data: the file's bytes.

    Raises:
        ValueError: its segments are not in order.
    """
    if kind not in ("jpeg", "png"):
        return None
    with Image.open(io.BytesIO(data)) as picture:
        turned = picture.getexif().get(_ORIENTATION, 1)
    orientation = turned if isinstance(turned, int) and 1 < turned <= 8 else 1
    try:
        return _jpeg(data, orientation) if kind == "jpeg" else _png(data, orientation)
    except (IndexError, struct.error) as error:
        raise ValueError("the file breaks off") from error


def _which_way_up(orientation: int) -> bytes:
    """Return an Exif block that holds nothing but which way up the picture is."""
    return b"MM\x00*\x00\x00\x00\x08" + struct.pack(">HHHIHHI", 1, _ORIENTATION, 3, 1, orientation, 0, 0)


def _jpeg(data: bytes, orientation: int) -> bytes:
    kept = [data[:2]]
    if orientation != 1:
        exif = b"Exif\x00\x00" + _which_way_up(orientation)
        kept.append(b"\xff\xe1" + struct.pack(">H", len(exif) + 2) + exif)
    at = 2
    while True:
        if data[at] != 0xFF:
            raise ValueError("no segment where one should begin")
        while data[at + 1] == 0xFF:
            at += 1
        marker = data[at + 1]
        if marker == 0xD9:
            # Whatever follows the picture's end (a second picture, a film) is no part of it.
            kept.append(data[at : at + 2])
            return b"".join(kept)
        length = struct.unpack(">H", data[at + 2 : at + 4])[0]
        end = at + 2 + length
        if end > len(data):
            raise ValueError("a segment breaks off")
        if _stays(marker, data[at + 4 : end]):
            kept.append(data[at:end])
        at = end
        if marker == 0xDA:
            start = at
            while not (data[at] == 0xFF and data[at + 1] != 0 and not 0xD0 <= data[at + 1] <= 0xD7):
                # Straight to the next mark: pictures are long.
                at = data.find(b"\xff", at + 1)
                if at < 0:
                    raise ValueError("the picture breaks off")
            kept.append(data[start:at])


def _stays(marker: int, body: bytes) -> bool:
    if marker == _COM:
        return False
    if _APP0 <= marker <= 0xEF:
        told = {_APP0: b"JFIF\x00", _APP2: b"ICC_PROFILE\x00", _APP14: b"Adobe"}
        return marker in told and body.startswith(told[marker])
    return True


def _png(data: bytes, orientation: int) -> bytes:
    kept, at = [_PNG], len(_PNG)
    while True:
        length = struct.unpack(">I", data[at : at + 4])[0]
        name, end = data[at + 4 : at + 8], at + 12 + length
        if end > len(data):
            raise ValueError("a chunk breaks off")
        if name not in _PNG_TOLD:
            kept.append(data[at:end])
        if name == b"IHDR" and orientation != 1:
            body = b"eXIf" + _which_way_up(orientation)
            kept.append(struct.pack(">I", len(body) - 4) + body + struct.pack(">I", zlib.crc32(body)))
        at = end
        if name == b"IEND":
            return b"".join(kept)
