"""Chinese as it is set: full-width marks, no typed gaps between Han and Latin, no doubled marks, no officialese for residents.

Read from the templates and from every pair of texts in the program; people's own words and the wording of law are not touched.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

SOURCE = Path(__file__).resolve().parents[2] / "src" / "huiyin"
HAN = "\u3400-\u9fff"
FILLED = "\u25a1"
# What only people who write packs, run the machine or call the interface read: there, names of files and words of code stand apart.
MACHINES = (
    "core/expressions",
    "core/soundness",
    "core/reader",
    "core/source",
    "core/pack_assembly",
    "core/pack_reading",
    "host/",
    "cli/",
    "boot",
    "web/api/",
    "city/loading",
)
PAIR = re.compile(r"""\{%\s*t\s+(?:"([^"]*)"|'([^']*)')\s+(?:"([^"]*)"|'([^']*)')\s*%\}""")
RULES: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("a half-width mark beside Han", re.compile(rf"[{HAN}][,;:?!]|[,;:?!][{HAN}]|[{HAN}]\.(?![\w.])|\([{HAN}]|[{HAN}]\(|[{HAN}]\)")),
    (
        "a typed gap between Han and Latin",
        re.compile(
            rf"(?<!例如)(?<!截至)(?<!写成)(?<!\d日)(?<=[{HAN}，。；：、]) +[A-Za-z0-9{{]|(?<![-\d][\d]:\d\d)(?<=[A-Za-z0-9}}]) +[{HAN}]"
        ),
    ),
    ("a mark set twice", re.compile(r"！！|？？|。。|，，|、、|；；|：：")),
    ("an ellipsis of one character or of dots", re.compile(rf"(?<!…)…(?!…)|[{HAN}]\.\.\.")),
    ("straight quotation marks around Han", re.compile(rf"[\"'][{HAN}]|[{HAN}][\"']")),
)
OFFICIALESE = ("贵局", "兹", "予以", "特此", "悉知", "望周知", "为荷", "有关部门", "敬请", "届时", "尔后", "系指", "该等", "务必", "切实")
# Words that speak to the reader as to a subject of the office, or blame them.
BLAMING = ("您的错误", "非法输入", "你必须", "您必须", "操作失败", "系统繁忙")


@dataclass(frozen=True, slots=True)
class Said:
    """One Chinese text and where it stands."""

    where: str
    zh: str
    en: str


def in_templates(resident: bool = False) -> Iterator[Said]:
    """Yield the pairs of the templates; with ``resident``, only of those residents read."""
    for path in sorted(SOURCE.rglob("templates/**/*.html")):
        words = path.read_text("utf-8")
        if resident and ("ui/staff.html" in words or re.search(r"/(field|board|returns|documents|desk|ui)/", path.as_posix())):
            continue
        for match in PAIR.finditer(words):
            line = words.count("\n", 0, match.start()) + 1
            yield Said(f"{path.relative_to(SOURCE)}:{line}", match[1] or match[2] or "", match[3] or match[4] or "")


def in_program() -> Iterator[Said]:
    """Yield every ``Text(zh, en)`` written out in the program."""
    for path in sorted(SOURCE.rglob("*.py")):
        if path.relative_to(SOURCE).as_posix().startswith(MACHINES):
            continue
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "Text" and len(node.args) == 2:
                zh, en = (_written(argument) for argument in node.args)
                if zh is not None:
                    yield Said(f"{path.relative_to(SOURCE)}:{node.lineno}", zh, FILLED if en is None else en)


def _written(node: ast.expr) -> str | None:
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    if isinstance(node, ast.JoinedStr):
        # What is filled in stands for itself: neither Han nor Latin is known of it.
        return "".join(str(part.value) if isinstance(part, ast.Constant) else FILLED for part in node.values)
    return None


@pytest.mark.parametrize(("rule", "wrong"), RULES, ids=[name.replace(" ", "-") for name, _ in RULES])
def test_chinese_is_set_as_chinese(rule: str, wrong: re.Pattern[str]) -> None:
    found = [f"{said.where}: {said.zh[:60]}" for said in (*in_templates(), *in_program()) if wrong.search(said.zh)]
    assert not found, f"{rule}:\n" + "\n".join(found)


def test_residents_are_spoken_to_plainly() -> None:
    found = [
        f"{one.where}: “{word}” in {one.zh[:50]}"
        for one in in_templates(resident=True)
        for word in (*OFFICIALESE, *BLAMING)
        if word in one.zh
    ]
    assert not found, "\n".join(found)


def test_no_language_is_forgotten() -> None:
    """A pair has both, but for the few Chinese words (a counter after a number) English has no word for."""
    missing = [f"{one.where}: {one.zh}" for one in (*in_templates(), *in_program()) if len(one.zh) > 2 and not one.en.strip()]
    missing += [f"{one.where}: {one.en}" for one in (*in_templates(), *in_program()) if one.en.strip() and not one.zh and len(one.en) > 6]
    assert not missing, "\n".join(missing)


def test_the_lint_sees_what_it_is_for() -> None:
    bad = ("好,的", "第 3 步", "好！！", "等…", '"好"')
    for (rule, wrong), words in zip(RULES, bad, strict=True):
        assert wrong.search(words), rule
    assert not any(wrong.search("第3步，共5步：打12345。“好”……") for _, wrong in RULES)
    assert sum(1 for _ in in_templates()) > 200
    assert sum(1 for _ in in_program()) > 200
