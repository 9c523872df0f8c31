"""The contact sheet: every screen in both languages, three widths, three looks and all its states, as pictures on one page.

    python tests/looks/sheet.py --out FOLDER [--only report --only shell.home] [--home HOME --root http://127.0.0.1:8000]

Without ``--root`` a demonstration city of its own is started and ended.
"""

from __future__ import annotations

import argparse
import html
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal

if not __package__:
    import runpy

    sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
    runpy.run_module("looks.sheet", run_name="__main__")
    sys.exit()

from PIL import Image, ImageDraw

from .screens import collected
from .stage import Language, Screen, Stage, running_browser, running_city

if TYPE_CHECKING:
    from playwright.sync_api import Page

LANGUAGES: tuple[Language, ...] = ("zh", "en")
WIDTHS = {360: 760, 768: 1000, 1366: 800}
LOOKS: tuple[Literal["normal", "elder", "dark"], ...] = ("normal", "elder", "dark")
# What is further down is cut off; enough for the sheet at every width.
TALLEST = 2400
# Milliseconds to wait for a page: pictures are taken while others work on the machine.
PATIENCE = 60_000
THUMB = {360: 170, 768: 230, 1366: 350}
ROW = 500


@dataclass(frozen=True, slots=True)
class Picture:
    """One picture and what it shows."""

    screen: str
    state: str
    language: Language
    width: int
    look: str
    path: Path


def take(stage: Stage, screen: Screen, state: str, out: Path) -> Iterator[Picture]:
    """Take all pictures of one state of a screen."""
    way, again = screen.ways[state], state in screen.again or state.startswith("dialog")
    with stage.opened(screen.who) as page:
        page.context.set_default_timeout(PATIENCE)
        if not again:
            way(stage, page)
        for language in LANGUAGES:
            for big in (False, True):
                if again:
                    stage.read_in(page, language, big=big)
                    way(stage, page)
                else:
                    stage.open_again(page, language, big=big)
                for look in ("elder",) if big else ("normal", "dark"):
                    yield from _at_every_width(page, screen.name, state, language, look, out)


def _at_every_width(page: Page, name: str, state: str, language: Language, look: str, out: Path) -> Iterator[Picture]:
    page.emulate_media(color_scheme="dark" if look == "dark" else "light", reduced_motion="reduce")
    for width, height in WIDTHS.items():
        page.set_viewport_size({"width": width, "height": height})
        tall = min(int(page.evaluate("() => document.documentElement.scrollHeight")), TALLEST)
        path = out / name / f"{state}-{language}-{width}-{look}.jpg"
        path.parent.mkdir(parents=True, exist_ok=True)
        # A picture of the viewport made tall: bars that stick stay where a reader sees them.
        page.set_viewport_size({"width": width, "height": max(height, tall)})
        page.screenshot(path=path, type="jpeg", quality=85)
        yield Picture(name, state, language, width, look, path)
    page.emulate_media(color_scheme="light", reduced_motion="reduce")


def strip(pictures: Sequence[Picture], path: Path) -> None:
    """Draw one picture of a state, all eighteen small on it: a row for each look, the languages side by side."""
    across = sum(THUMB.values()) + 10 * (len(THUMB) + 1)
    sheet = Image.new("RGB", (across * len(LANGUAGES), (ROW + 26) * len(LOOKS)), "#8a8a86")
    pen = ImageDraw.Draw(sheet)
    for one in pictures:
        with Image.open(one.path) as full:
            width = THUMB[one.width]
            full.draft("RGB", (2 * width, 2 * full.height * width // full.width))
            small = full.convert("RGB").resize((width, max(1, full.height * width // full.width)), Image.Resampling.BICUBIC)
        widths = list(THUMB)
        left = across * LANGUAGES.index(one.language) + 10 + sum(THUMB[w] + 10 for w in widths[: widths.index(one.width)])
        top = (ROW + 26) * LOOKS.index(one.look)
        pen.text((left, top + 8), f"{one.screen} {one.state} {one.language} {one.width} {one.look}", fill="white")
        sheet.paste(small.crop((0, 0, width, min(small.height, ROW))), (left, top + 22))
    sheet.save(path)


def index(pictures: Sequence[Picture], out: Path) -> Path:
    """Write the page that shows them all, each a link to its full size."""
    parts = ["<!doctype html><meta charset=utf-8><title>Contact sheet</title><style>body{font:14px sans-serif;background:#777;color:#fff}"]
    parts.append(
        "figure{display:inline-block;margin:4px;vertical-align:top}img{width:100%;max-height:420px;object-fit:cover;object-position:top}</style>"
    )
    for name in dict.fromkeys(one.screen for one in pictures):
        parts.append(f"<h2>{html.escape(name)}</h2>")
        for one in (one for one in pictures if one.screen == name):
            source = one.path.relative_to(out).as_posix()
            words = f"{one.state} {one.language} {one.width} {one.look}"
            parts.append(
                f'<figure style="width:{THUMB[one.width]}px"><a href="{source}"><img loading=lazy src="{source}" alt="{name} {words}"></a>'
                f"<figcaption>{words}</figcaption></figure>"
            )
    page = out / "index.html"
    page.write_text("\n".join(parts), "utf-8")
    return page


@contextmanager
def _city(root: str, home: Path | None) -> Iterator[tuple[str, Path]]:
    if root and home is not None:
        yield root.rstrip("/"), home
    else:
        with running_city() as running:
            yield running


def main() -> int:
    """Take the pictures asked for."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", type=Path, required=True, help="folder for the pictures")
    parser.add_argument("--only", action="append", default=[], help="part of a screen's name; may be given several times")
    parser.add_argument("--root", default="", help="address of a demonstration that runs already")
    parser.add_argument("--home", type=Path, default=None, help="its HUIYIN_HOME")
    words = parser.parse_args()
    screens = [one for one in collected() if not words.only or any(part in one.name for part in words.only)]
    pictures: list[Picture] = []
    failed = 0
    with _city(words.root, words.home) as (root, home), running_browser() as browser:
        stage = Stage(browser, root, home)
        for screen in screens:
            for state in screen.ways:
                try:
                    taken = list(take(stage, screen, state, words.out))
                except Exception as error:  # one state that cannot be reached must not cost the others theirs
                    failed += 1
                    sys.stderr.write(f"{screen.name} {state}: {str(error).splitlines()[0]}\n")
                    continue
                strip(taken, words.out / f"{screen.name}.{state}.png")
                pictures += taken
    sys.stdout.write(f"{len(pictures)} pictures, {index(pictures, words.out)}\n")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
