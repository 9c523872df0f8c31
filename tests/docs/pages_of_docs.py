"""The documents as the tests see them: their fenced blocks, the mark in front of each, headings and links."""

from __future__ import annotations

import re
import subprocess
from dataclasses import dataclass
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
_FENCE = re.compile(r"```(\w*)\s*")
_MARK = re.compile(r"<!--\s*(with|runs|checked as|file):\s*(.+?)\s*-->")
_LINK = re.compile(r"!?\[[^\]]*\]\(([^)\s]+)\)")
_HEADING = re.compile(r"(#{1,6})\s+(.+?)\s*")


@dataclass(frozen=True, slots=True)
class Block:
    """A fenced block of a document.

    Attributes:
        line: where its first line stands.
        mark: what the comment in front of it says, such as ``("with", "demo")``.
    """

    page: str
    line: int
    language: str
    text: str
    mark: tuple[str, str] | None

    @property
    def where(self) -> str:
        """Page and line, as an editor opens them."""
        return f"{self.page}:{self.line}"

    def marked(self, word: str) -> str | None:
        """Return what the mark says under ``word``."""
        return self.mark[1] if self.mark is not None and self.mark[0] == word else None


def pages() -> list[Path]:
    """Return the documents whose commands are run."""
    return [*sorted(ROOT.glob("README*.md")), *sorted((ROOT / "docs").glob("*.md"))]


def texts() -> list[Path]:
    """Return every document: those above, the papers beside the licence, the decisions and the packs' notes."""
    beside = [ROOT / name for name in ("SECURITY.md", "CHANGELOG.md", "THIRD-PARTY.md")]
    return [*pages(), *beside, *sorted((ROOT / "docs" / "decisions").glob("*.md")), *sorted((ROOT / "packs").glob("*/README.md"))]


def blocks(page: Path) -> list[Block]:
    """Return the fenced blocks of a page, in order."""
    found: list[Block] = []
    mark: tuple[str, str] | None = None
    inside: list[str] | None = None
    language, began = "", 0
    for number, line in enumerate(page.read_text("utf-8").splitlines(), 1):
        fence = _FENCE.fullmatch(line)
        if inside is not None and line.strip() == "```":
            found.append(Block(page.relative_to(ROOT).as_posix(), began, language, "\n".join(inside) + "\n", mark))
            inside, mark = None, None
        elif inside is not None:
            inside.append(line)
        elif fence is not None:
            inside, language, began = [], fence[1], number + 1
        elif line.strip():
            told = _MARK.fullmatch(line.strip())
            mark = (told[1], told[2]) if told else None
    assert inside is None, f"{page}: the block of line {began} is not closed"
    return found


def prose(page: Path) -> str:
    """Return a page without its fenced blocks."""
    kept: list[str] = []
    inside = False
    for line in page.read_text("utf-8").splitlines():
        if line.startswith("```"):
            inside = not inside
        elif not inside:
            kept.append(line)
    return "\n".join(kept)


def links(page: Path) -> list[str]:
    """Return the targets of a page's links and pictures."""
    return _LINK.findall(prose(page))


def headings(page: Path) -> list[tuple[int, str]]:
    """Return level and words of each heading."""
    found = (_HEADING.fullmatch(line) for line in prose(page).splitlines())
    return [(len(one[1]), one[2]) for one in found if one]


def anchors(page: Path) -> set[str]:
    """Return what a link into the page may name after ``#``."""
    return {re.sub(r"[^\w\- ]", "", words.lower()).replace(" ", "-") for _, words in headings(page)}


@cache
def tracked() -> tuple[Path, ...]:
    """Return the files of the repository; outside a clone, what lies under its folders."""
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=False)
    if listed.returncode == 0:
        return tuple(path for name in listed.stdout.split("\0") if name and (path := ROOT / name).is_file())
    folders = ("docs", "packs", "requirements", "src", "tests", ".ci")
    return tuple(
        path for folder in folders for path in sorted((ROOT / folder).rglob("*")) if path.is_file() and "__pycache__" not in path.parts
    )
