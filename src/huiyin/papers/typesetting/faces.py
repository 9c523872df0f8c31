"""The faces of type: those of the package that comes with us, or the operator's own (仿宋 and 小标宋 are not free to hand on)."""

from __future__ import annotations

import logging
import os
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import pylopdf_fonts_zh_cn as supplied

from huiyin.papers.typesetting.glyphs import characters

_LOG = logging.getLogger(__name__)

FOLDER, BODY, TITLE, HEADING = "HUIYIN_PAPER_FONTS", "HUIYIN_PAPER_BODY", "HUIYIN_PAPER_TITLE", "HUIYIN_PAPER_HEADING"
SERIF, SANS = "Noto Serif SC", "Noto Sans SC"


@dataclass(frozen=True, slots=True)
class Faces:
    """Families by use, each tried before the supplied ones.

    Attributes:
        files: every font file that may be used; what none of them has is printed as its code.
    """

    body: tuple[str, ...]
    title: tuple[str, ...]
    heading: tuple[str, ...]
    folders: tuple[str, ...]
    files: tuple[Path, ...]


@lru_cache(maxsize=1)
def faces() -> Faces:
    """Return the faces in use; the operator's are named in the environment."""
    own = os.environ.get(FOLDER, "").strip()
    files = [supplied.serif_path(), supplied.sans_path()]
    if own and not Path(own).is_dir():
        _LOG.warning("%s names a folder that is not there: %s; papers are set in the supplied fonts", FOLDER, own)
        own = ""
    if own:
        files += filter(_readable, sorted(path for path in Path(own).iterdir() if path.suffix.lower() in (".ttf", ".otf", ".ttc")))
    return Faces(
        body=_families(BODY, SERIF),
        title=_families(TITLE, SERIF),
        heading=_families(HEADING, SANS),
        folders=(str(supplied.serif_path().parent), *([own] if own else [])),
        files=tuple(files),
    )


def _readable(font: Path) -> bool:
    try:
        return bool(characters(font))
    except (OSError, ValueError) as error:
        _LOG.warning("a font is left out: %s", error)
        return False


def _families(variable: str, last: str) -> tuple[str, ...]:
    own = os.environ.get(variable, "").strip()
    both = (last, SANS if last == SERIF else SERIF)
    return (own, *both) if own else both
