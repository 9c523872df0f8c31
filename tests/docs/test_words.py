"""What the words of the repository must not say, and what they must agree on."""

from __future__ import annotations

import re
from pathlib import Path

from pages_of_docs import ROOT, anchors, blocks, headings, links, pages, prose, texts, tracked

TEXTS = {".py", ".md", ".yaml", ".yml", ".toml", ".txt", ".in", ".sql", ".html", ".css", ".js", ".csv", ".sh", ".svg", ".json", ".lock", ""}
# Put together here, so that this file does not hold what it looks for.
HOSTS = [
    "".join(parts)
    for parts in (
        ("pypi", ".org"), ("files.python", "hosted.org"), ("python", "hosted.org"), ("registry.npm", "js.org"), ("npm", "mirror"),
        ("crates", ".io"), ("proxy.go", "lang.org"), ("ghcr", ".io"), ("docker", ".io"), ("tuna.tsing", "hua"), ("mirrors.ali", "yun"),
    )
]  # fmt: skip
# A folder of one machine or of one person; the folders of the system that documents may name are not among them.
PLACES = re.compile(r"(?<![\w.])/(?:work|home/[a-z]\w*|Users/\w+|root/\w+)(?=[/\s\"'`)]|$)")
# Where the names on the pages come from, and what the handbook quotes that is none of them.
SHOWN = (
    "packs/cn/procedures/*.yaml",
    "packs/cn/pieces/*.yaml",
    "src/huiyin/web/templates/**/*.html",
    "src/huiyin/ui/templates/**/*.html",
    "src/huiyin/*/pages/**/*.py",
)
NO_BUTTONS = {"重点人员"}
INDEX = re.compile(r"(?im)^\s*-?-?(?:index-url|extra-index-url|find-links|registry)\s*[=: ]\s*\S")


def _texts() -> list[tuple[Path, str]]:
    found = []
    for path in tracked():
        if path.suffix in TEXTS:
            try:
                found.append((path, path.read_text("utf-8")))
            except UnicodeDecodeError:
                continue
    return found


def test_no_file_names_a_package_registry() -> None:
    named = [(path.relative_to(ROOT).as_posix(), host) for path, text in _texts() for host in HOSTS if host in text]
    named += [(path.relative_to(ROOT).as_posix(), found[0]) for path, text in _texts() if (found := INDEX.search(text))]
    assert named == []


def test_no_file_names_a_folder_of_one_machine() -> None:
    named = [
        (f"{path.relative_to(ROOT).as_posix()}:{number}", found[0])
        for path, text in _texts()
        for number, line in enumerate(text.splitlines(), 1)
        if (found := PLACES.search(line))
    ]
    assert named == []


def test_every_link_inside_the_repository_leads_somewhere() -> None:
    broken = []
    for page in texts():
        for target in links(page):
            if re.match(r"[a-z]+:", target):
                continue
            name, _, anchor = target.partition("#")
            place = (page.parent / name).resolve() if name else page
            if not place.exists() or (anchor and anchor not in anchors(place)):
                broken.append((page.relative_to(ROOT).as_posix(), target))
    assert broken == []


def test_the_readmes_have_the_same_parts() -> None:
    english, chinese = ROOT / "README.md", ROOT / "README.zh-CN.md"
    assert [level for level, _ in headings(english)] == [level for level, _ in headings(chinese)]
    assert _pictures(english) == _pictures(chinese)
    assert [block.text for block in blocks(english)] == [block.text for block in blocks(chinese)]
    assert _rows(english) == _rows(chinese)


def test_the_two_handbooks_for_offices_have_the_same_parts() -> None:
    english, chinese = ROOT / "docs" / "offices.md", ROOT / "docs" / "offices.zh-CN.md"
    assert [level for level, _ in headings(english)] == [level for level, _ in headings(chinese)]
    assert _rows(english) == _rows(chinese)


def test_the_handbooks_name_buttons_as_the_pages_show_them() -> None:
    shown = "".join(path.read_text("utf-8") for pattern in SHOWN for path in sorted(ROOT.glob(pattern)))
    chinese = re.findall("“([^”]+)”", prose(ROOT / "docs" / "offices.zh-CN.md"))
    english = re.findall(r"(?<!\*)\*([A-Z][^*\n]+)\*(?!\*)", prose(ROOT / "docs" / "offices.md"))
    assert len(chinese) > 40
    assert len(english) > 40
    assert [name for name in (*chinese, *english) if name not in shown and name not in NO_BUTTONS] == []


def test_every_document_is_found_from_the_index() -> None:
    index = {(ROOT / "docs" / target.partition("#")[0]).resolve() for target in links(ROOT / "docs" / "index.md")}
    assert {page for page in pages() if page.parent.name == "docs" and page.name != "index.md"} <= index


def test_every_package_that_is_installed_is_named_with_its_licence() -> None:
    named = set(re.findall(r"^\| ([a-z0-9._-]+) \| \S", (ROOT / "THIRD-PARTY.md").read_text("utf-8"), re.MULTILINE))
    locked = set()
    for name in ("run.txt", "test.txt"):
        locked |= set(re.findall(r"^([A-Za-z0-9._-]+)==", (ROOT / "requirements" / name).read_text("utf-8"), re.MULTILINE))
    assert named == locked


def test_every_soundness_rule_has_its_example() -> None:
    rows = re.findall(r"^\| (\d+)\. .+\| `\[(\d+)\] ", (ROOT / "docs" / "pack-authors.md").read_text("utf-8"), re.MULTILINE)
    assert rows == [(str(number), str(number)) for number in range(1, 12)]


def _pictures(page: Path) -> list[str]:
    return [target for target in links(page) if target.endswith(".png")]


def _rows(page: Path) -> int:
    return sum(line.startswith("|") for line in page.read_text("utf-8").splitlines())
