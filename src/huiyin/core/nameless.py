"""Who and where, found in words that are to go out without names, and put out of them.

Known is what the record of the matter says of its people: names, telephones, numbers, addresses. Found without being known is what
looks like a number or a door: telephones, identity numbers, plates, case numbers, mail addresses, a building with its flat.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

from huiyin.core.procedure import Field, Procedure
from huiyin.core.snapshot import Snapshot
from huiyin.core.ties import named_in
from huiyin.core.values import Text

_LETTERS: Final = "甲乙丙丁戊己庚辛壬癸"
_DIGIT: Final = "0-9０-９〇零一二三四五六七八九"
_CALLED: Final = "(?:先生|女士|师傅|老师|大爷|大妈|大叔|大姐|阿姨|老板|经理|某某?)"
_FIRM: Final = re.compile(r"(?:股份有限公司|有限责任公司|有限公司|公司)$")
# Province, city, district and town stand before what names a place narrowly enough to find somebody there.
_ABOVE: Final = re.compile(r"[省市县镇乡]|(?<![小社])区")
_ROAD: Final = re.compile(r"[\u4e00-\u9fff]{1,8}?(?:街道|大街|路|街|巷|胡同|小区|社区|花园|家园|苑|里|村)")
_SHORTEST: Final = 2
# What people write where a helper is to be named, and mean nobody by it.
_NO_NAMES: Final = frozenset(
    ["邻居", "亲友", "亲戚", "朋友", "物业", "律师", "民警", "社区", "居委会", "村委会", "业委会", "楼长", "网格员", "专家", "医生"]
)

ADDRESS: Final = Text("地址", "an address")
NAME: Final = Text("姓名或者名称", "a name")
PHONE: Final = Text("电话或者号码", "a telephone or other number")
IDENTITY: Final = Text("证件号码", "an identity number")
PLATE: Final = Text("车牌", "a number plate")
CASE: Final = Text("案号", "a case number")
MAIL: Final = Text("电子邮箱", "a mail address")

_PROVINCE: Final = "京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼"
# Sums, dates and areas are long numbers too, and name nobody.
_NO_DATE: Final = r"(?!\d{4}-\d\d?-\d\d?(?!\d))"
_NO_SUM: Final = rf"(?![{_DIGIT}]|[.,]\d|\s*(?:万?元|块|圆|平方米))"
_HOUSE: Final = rf"[{_DIGIT}十]+\s*(?:号楼|栋|幢|单元)"
_FLAT: Final = rf"(?:\s*[{_DIGIT}十]+\s*(?:号楼|栋|幢|单元|层|室|号|门))*(?:\s*[0-9０-９]{{1,4}})?"

_PATTERNS: Final = (
    (MAIL, "（邮箱）", re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")),
    (CASE, "（案号）", re.compile(r"[（(〔]\s*\d{4}\s*[）)〕]\s*[\u4e00-\u9fff]\s*\d{2,6}\s*[\u4e00-\u9fff]{1,4}\s*\d+\s*号")),
    (IDENTITY, "（证件号）", re.compile(r"(?<![0-9０-９])[0-9０-９]{17}[0-9０-９XxＸｘ](?![0-9０-９])")),
    (PLATE, "（车牌）", re.compile(rf"[{_PROVINCE}][A-Za-z]\s*[·.]?\s*[A-Za-z0-9]{{5,6}}(?![A-Za-z0-9])")),
    (PHONE, "（号码）", re.compile(rf"(?<![{_DIGIT}.,，]){_NO_DATE}(?:[{_DIGIT}][ \-－]?){{6,}}[{_DIGIT}]{_NO_SUM}")),
    (ADDRESS, "（门牌）", re.compile(_HOUSE + _FLAT)),
)


@dataclass(frozen=True, slots=True)
class Word:
    """One thing the record knows that says who or where.

    Attributes:
        said: how it stands in a text.
        kind: what it is, for the person.
        instead: what stands in its place.
    """

    said: re.Pattern[str]
    kind: Text
    instead: str


@dataclass(frozen=True, slots=True)
class Found:
    """A place in a text (characters, end exclusive) that says who or where."""

    start: int
    end: int
    kind: Text
    instead: str


def known(procedure: Procedure, snapshot: Snapshot) -> tuple[Word, ...]:
    """Return what a matter's record says of its people and places, the longest first; nothing where no text goes out without names.

    Sealed words (P4) are left out: that something is refused would tell that it was said.
    """
    made: dict[str, Word] = {}
    if not spares(procedure):
        return ()
    for number, party in enumerate(snapshot.parties):
        _put_name(made, party.name, _LETTERS[number] if number < len(_LETTERS) else f"当事人{number + 1}")
        for name, value in party.facts.items():
            _of_fact(made, procedure.fields[name], value)
    for name, value in snapshot.facts.items():
        _of_fact(made, procedure.fields[name], value)
    for alias in snapshot.units:
        for place in _ROAD.findall(snapshot.unit_names.get(alias, "")):
            _put_address(made, place)
    for person in (one for people in snapshot.ever_named.values() for one in people):
        _put_name(made, snapshot.unit_names.get(person, ""), "（工作人员）")
    return tuple(sorted(made.values(), key=lambda word: -len(word.said.pattern)))


def spares(procedure: Procedure) -> bool:
    """Tell whether any text of a procedure goes out without names."""
    return any(one.nameless for field in procedure.fields.values() for one in (field, *field.record))


def _of_fact(made: dict[str, Word], field: Field, value: Any) -> None:
    """Take in what one fact says of who or where: those it names, where somebody lives, by which number they are reached."""
    if field.cls == "P4":
        return
    for name in (one for text in named_in(field, value) for one in re.split(r"\W+", text)):
        if field.of is not None:
            _put_name(made, name, "（代理人）")
        elif _SHORTEST <= len(name) <= 4 and name not in _NO_NAMES:
            made.setdefault(re.escape(name), Word(re.compile(re.escape(name)), NAME, "（某人）"))
    if field.type == "place" and isinstance(value, dict):
        _put_address(made, str(value.get("detail") or ""))
    elif field.type == "text" and field.of is not None and not field.names_people and isinstance(value, str):
        if "address" in field.name:
            _put_address(made, value)
        elif len(value.strip()) >= _SHORTEST:
            said = re.escape(value.strip())
            made.setdefault(said, Word(re.compile(said), IDENTITY if "number" in field.name else PHONE, "（号码）"))


def _put_name(made: dict[str, Word], name: str, instead: str) -> None:
    for form in _names(name):
        made.setdefault(form, Word(re.compile(form), NAME, instead))


def _put_address(made: dict[str, Word], address: str) -> None:
    for part in (address.strip(), *(road for narrow in _ABOVE.split(address) for road in _ROAD.findall(narrow))):
        if len(part) > _SHORTEST:
            made.setdefault(re.escape(part), Word(re.compile(re.escape(part)), ADDRESS, "（某处）"))


def _names(name: str) -> Iterator[str]:
    """Yield how a name stands in a text, as patterns: in full, a surname with what people call somebody, a firm without its kind."""
    name = name.strip()
    if len(name) < _SHORTEST:
        return
    yield re.escape(name)
    firm = _FIRM.sub("", name)
    if firm != name:
        yield from (re.escape(firm),) if len(firm) > _SHORTEST else ()
    elif len(name) <= 4 and re.fullmatch(r"[\u4e00-\u9fff]+", name):
        yield f"[老小]{name[0]}{_CALLED}?|{name[0]}{_CALLED}"
        if len(name) == 3:
            yield name[1:]


def found(text: str, words: Sequence[Word]) -> tuple[Found, ...]:
    """Return every place that says who or where, in the order of the text; of two that overlap the one known, then the longer."""
    spans: list[Found] = []
    everything: Iterable[tuple[re.Pattern[str], Text, str]] = (
        *((word.said, word.kind, word.instead) for word in words),
        *((pattern, kind, instead) for kind, instead, pattern in _PATTERNS),
    )
    for pattern, kind, instead in everything:
        for hit in pattern.finditer(text):
            if all(hit.end() <= one.start or hit.start() >= one.end for one in spans):
                spans.append(Found(hit.start(), hit.end(), kind, instead))
    return tuple(sorted(spans, key=lambda one: one.start))


def pieces(text: str, words: Sequence[Word]) -> tuple[tuple[str, str], ...]:
    """Return a text in pieces: (what stands there, what is put in its place; empty where it may stay)."""
    made: list[tuple[str, str]] = []
    at = 0
    for one in found(text, words):
        made += [(text[at : one.start], ""), (text[one.start : one.end], one.instead)]
        at = one.end
    return tuple(piece for piece in (*made, (text[at:], "")) if piece[0])


def without(text: str, words: Sequence[Word]) -> str:
    """Return a text with everything found put out of it."""
    return "".join(instead or said for said, instead in pieces(text, words))


def refusal(label: Text, text: str, words: Sequence[Word]) -> Text | None:
    """Return why a text cannot go out without names, naming what kinds of thing still stand in it; None where nothing does."""
    kinds = {one.kind for one in found(text, words)}
    if not kinds:
        return None
    named = sorted(kinds, key=lambda kind: kind.zh)
    return Text(
        f"“{label.zh}”里还有{'、'.join(kind.zh for kind in named)}，不能发出去。请换掉它们，或者按“换掉姓名、号码和地址”。",
        f"“{label.en}” still holds {', '.join(kind.en for kind in named)} and cannot go out. "
        "Replace it, or press “Put names, numbers and addresses out”.",
    )
