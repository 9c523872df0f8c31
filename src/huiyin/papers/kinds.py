"""What a file really is: its name, its first bytes and a real reading of it must agree."""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from pathlib import Path

from PIL import Image
from pypdf import PdfReader

from huiyin.core.values import Refusal, Text

MAX_BYTES = 20 * 1024 * 1024
MAX_PIXELS = 60_000_000
MAX_PAGES = 500


@dataclass(frozen=True, slots=True)
class Kind:
    """A type of file that is taken in."""

    name: str
    media_type: str
    endings: tuple[str, ...]
    label: Text


KINDS = (
    Kind("jpeg", "image/jpeg", (".jpg", ".jpeg"), Text("JPEG照片", "JPEG photograph")),
    Kind("png", "image/png", (".png",), Text("PNG图片", "PNG picture")),
    Kind("pdf", "application/pdf", (".pdf",), Text("PDF文件", "PDF document")),
)
# Many telephones write a second, smaller picture behind the photograph; the library then gives the whole another name.
FORMATS = {"jpeg": ("JPEG", "MPO"), "png": ("PNG",)}
ACCEPTED = ",".join(ending for kind in KINDS for ending in kind.endings)


def recognise(name: str, path: Path) -> Kind | Refusal:
    """Return the kind of the file at ``path``, or a refusal when its name, bytes and content disagree.

    Args:
        name: as the person's device called it.
        path: where the bytes are now.
    """
    ending = Path(name).suffix.lower()
    claimed = next((kind for kind in KINDS if ending in kind.endings), None)
    if claimed is None:
        known = "、".join(kind.label.zh for kind in KINDS), ", ".join(kind.label.en for kind in KINDS)
        return _refused(
            f"不收这种文件（{ending or '没有扩展名'}）。可以交：{known[0]}。",
            f"Such a file ({ending or 'no ending'}) is not taken. Hand in: {known[1]}.",
        )
    size = path.stat().st_size
    if size > MAX_BYTES:
        limit = MAX_BYTES // 2**20
        return _refused(f"文件有 {size / 2**20:.1f} MB，最多 {limit} MB。", f"The file has {size / 2**20:.1f} MB; the most is {limit} MB.")
    found = _by_bytes(path)
    if found != claimed.name:
        label = next((kind.label for kind in KINDS if kind.name == found), Text("别的东西", "something else"))
        return _refused(
            f"这个文件名是{claimed.label.zh}，内容却是{label.zh}，没有收下。请检查后重新上传；已填的文字还在。",
            f"The file is called a {claimed.label.en} but holds {label.en}, so it was not taken. "
            "Check it and upload again; your text is kept.",
        )
    try:
        reads = _reads(claimed, path)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        return _refused(
            f"这张图片太大，超过{MAX_PIXELS // 10_000}万像素，没有收下。请在相册里裁小，或者截一张图再传；已填的文字还在。",
            f"This picture is too large, more than {MAX_PIXELS // 1_000_000} million pixels, so it was not taken. "
            "Crop it, or send a picture of the screen; your text is kept.",
        )
    return claimed if reads else damaged(claimed)


def damaged(kind: Kind) -> Refusal:
    """Return the refusal of a file that cannot be opened."""
    return _refused(
        f"这个{kind.label.zh}打不开，可能已损坏，没有收下。请换一个文件；已填的文字还在。",
        f"This {kind.label.en} cannot be opened and may be damaged, so it was not taken. Use another file; your text is kept.",
    )


def _refused(zh: str, en: str) -> Refusal:
    return Refusal("file", Text(zh, en), field="file")


def _by_bytes(path: Path) -> str | None:
    with path.open("rb") as stream:
        return by_bytes(stream.read(16))


def by_bytes(head: bytes) -> str | None:
    """Return the name of the kind a file's first bytes are of, or None."""
    if head.startswith(b"\xff\xd8\xff"):
        return "jpeg"
    if head.startswith(b"\x89PNG\r\n\x1a\n"):
        return "png"
    return "pdf" if head.startswith(b"%PDF-") else None


def _reads(kind: Kind, path: Path) -> bool:
    # Parsers fail in many ways of their own on damaged input; each of them means the same here.
    try:
        if kind.name == "pdf":
            return 0 < len(PdfReader(path).pages) <= MAX_PAGES
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(path, formats=FORMATS[kind.name]) as picture:
                if picture.width * picture.height > MAX_PIXELS:
                    raise Image.DecompressionBombError
                if picture.format not in FORMATS[kind.name]:
                    return False
                picture.verify()
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise
    except Exception:
        return False
    return True
