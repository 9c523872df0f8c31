"""A small picture of a picture, for pages that show several: so much is sent as can be seen."""

from __future__ import annotations

import io
from typing import Final

from PIL import Image, ImageOps

SIDE: Final = 480
# A PNG is unpacked whole before it is made smaller.
MOST_UNPACKED: Final = 20_000_000


def small_of(kind: str, content: bytes) -> bytes | None:
    """Return a JPEG of at most 480 pixels a side; None for what is no picture, or too large to be unpacked beside other work.

    Args:
        kind: name of the kind, as recognised.
        content: bytes that were looked at before.
    """
    if kind not in ("jpeg", "png"):
        return None
    with Image.open(io.BytesIO(content)) as picture:
        picture.draft("RGB", (SIDE, SIDE))
        if picture.width * picture.height > MOST_UNPACKED:
            return None
        turned = ImageOps.exif_transpose(picture)
    turned.thumbnail((SIDE, SIDE))
    whole = turned.convert("RGBA")
    plain = Image.new("RGB", whole.size, "white")
    plain.paste(whole, mask=whole.getchannel("A"))
    made = io.BytesIO()
    plain.save(made, "JPEG", quality=75)
    return made.getvalue()
