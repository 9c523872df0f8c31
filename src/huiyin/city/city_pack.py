"""Reads a city's pack: its places, its units, its people, its responsibility list. No database."""

from __future__ import annotations

import csv
import hashlib
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from huiyin.city import city_list
from huiyin.city.pack_maps import read_boundaries, read_gazetteer
from huiyin.core.packs import Library
from huiyin.core.reader_common import Cursor
from huiyin.core.responsibility import Fact, Row
from huiyin.core.responsibility_problems import Ground, ListProblem, Standing
from huiyin.core.source import PackError, Problem, Source, read_yaml
from huiyin.core.values import Text

LEVELS = ("city", "district", "street", "community")
# Digits of a division code that mean something at each level; the rest are zeros.
DIGITS: Mapping[str, int] = {"city": 4, "district": 6, "street": 9, "community": 12}
COLUMNS = ("code", "name", "level", "parent", "kind", "name_en")
_CODE = re.compile(r"\d{12}")
_BODIES = ("村民委员会", "居民委员会", "村委会", "居委会")
# Kinds of place that lie in the countryside by law.
RURAL = ("村", "镇", "乡")
_SUFFIXES = ("街道", "社区", "新区", "镇", "乡", "村", "区", "县", "市")


@dataclass(frozen=True, slots=True)
class Place:
    """One division.

    Attributes:
        short: what people say of it: the place where the list names the body that runs it.
        stem: the short name without the word for its level; empty when that leaves fewer than two characters.
        path: codes from the city down to it.
    """

    code: str
    name: str
    short: str
    stem: str
    name_en: str
    level: str
    kind: str
    parent: str | None
    home: str
    path: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Body:
    """One unit."""

    id: str
    kind: str
    level: str
    name: Text
    division: str
    home: str
    parent: str | None
    seal: bool


@dataclass(frozen=True, slots=True)
class Person:
    """One invented member of staff, with the posts held: (unit id, post)."""

    username: str
    name: str
    posts: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class CityPack:
    """Everything a city's pack says.

    Attributes:
        notices: what should be looked at in the responsibility list, and is no reason to refuse it.
    """

    name: str
    code: str
    home: str
    places: tuple[Place, ...]
    bodies: tuple[Body, ...]
    people: tuple[Person, ...]
    units_from: date
    rows: tuple[Row, ...]
    facts: Mapping[str, Fact]
    responsibility: Source
    divisions_hash: str
    boundaries: Mapping[str, Any] | None = None
    notices: tuple[ListProblem, ...] = ()
    gazetteer: tuple[Mapping[str, str], ...] = ()


def read_city_pack(folder: Path, library: Library) -> CityPack:
    """Read a city's pack against the kinds, posts and topics of the library.

    Raises:
        PackError: with every problem found, each naming file, line, rule and mend.
    """
    top = Cursor.of(read_yaml(folder / "pack.yaml", name=f"{folder.name}/pack.yaml"))
    city, files = top.at("city"), top.at("files")
    code, home = city.at("code").string(), city.at("home").string()
    names = {name: files.at(name).string() for name in ("divisions", "units", "responsibility")}
    drawn = files.at("boundaries").string() if files.has("boundaries") else ""
    named = files.at("gazetteer").string() if files.has("gazetteer") else ""
    top.finish()
    places = read_divisions(folder / names["divisions"], f"{folder.name}/{names['divisions']}", code, home)
    units = Cursor.of(read_yaml(folder / names["units"], name=f"{folder.name}/{names['units']}"))
    first_day = units.at("from").date() or date.min
    bodies = tuple(_bodies(units.at("units"), units.at("names"), places, library))
    people = tuple(_people(units, places, bodies, library))
    units.finish()
    source = read_yaml(folder / names["responsibility"], name=f"{folder.name}/{names['responsibility']}")
    rows, facts = city_list.read_list(source)
    paths = {place.code: place.path for place in places}
    ground = Ground(
        paths,
        {place.code: Text(place.short, place.name_en or place.short) for place in places},
        {place.code: {"area": "rural" if place.kind in RURAL else "urban"} for place in places},
    )
    standing = [Standing(body.id, body.kind, body.division, first_day) for body in bodies]
    notices = city_list.prove_list(source, rows, facts, library, ground, standing)
    codes = frozenset(paths)
    boundaries = read_boundaries(folder / drawn, f"{folder.name}/{drawn}", codes) if drawn else None
    named_too = read_gazetteer(folder / named, f"{folder.name}/{named}", codes) if named else ()
    digest = hashlib.sha256((folder / names["divisions"]).read_bytes()).hexdigest()
    return CityPack(folder.name, code, home, places, bodies, people, first_day, rows, facts, source, digest, boundaries, notices, named_too)


def read_divisions(path: Path, shown: str, root: str, root_home: str) -> tuple[Place, ...]:
    """Read the division tree.

    Raises:
        PackError: a code is malformed or used twice, a parent is missing or of no higher level, or the root is another.
    """
    problems: list[Problem] = []

    def wrong(line: int, zh: str, en: str, mend_zh: str, mend_en: str) -> None:
        problems.append(Problem(shown, line, "format", Text(zh, en), Text(mend_zh, mend_en)))

    try:
        with path.open(encoding="utf-8", newline="") as file:
            reader = csv.DictReader(file)
            header = tuple(reader.fieldnames or ())
            rows = [(number, row) for number, row in enumerate(reader, 2)] if header == COLUMNS else []
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        wrong(0, f"读不出来：{error}。", f"It cannot be read: {error}.", "请存成 UTF-8 的 CSV。", "Save it as CSV in UTF-8.")
        raise PackError(problems) from error
    if header != COLUMNS:
        wrong(
            1,
            f"表头是{','.join(header)}。",
            f"The header is {','.join(header)}.",
            f"请写{','.join(COLUMNS)}。",
            f"Write {','.join(COLUMNS)}.",
        )
        raise PackError(problems)
    by_code: dict[str, dict[str, str]] = {}
    for line, row in rows:
        code, level = row["code"], row["level"]
        parent = by_code.get(row["parent"])
        if not _CODE.fullmatch(code or "") or level not in LEVELS or not row["name"]:
            wrong(
                line,
                "代码、名称或级别不对。",
                "The code, name or level is wrong.",
                f"代码十二位，级别是{'/'.join(LEVELS)}。",
                "Twelve digits and a known level.",
            )
            continue
        if code in by_code:
            wrong(line, f"代码{code}用了两次。", f"The code {code} is used twice.", "请删去一行。", "Remove one line.")
        if (parent is None and code != root) or (parent is not None and LEVELS.index(parent["level"]) >= LEVELS.index(level)):
            wrong(
                line,
                f"上级{row['parent']}没有列在前面，或级别不对。",
                f"The parent {row['parent']} is not listed before it, or is of no higher level.",
                "请先列上级。",
                "List the parent first.",
            )
            continue
        by_code[code] = row
    if root not in by_code:
        wrong(0, f"没有城市本身（{root}）。", f"The city itself ({root}) is not listed.", "请补上这一行。", "Add its line.")
    if problems:
        raise PackError(problems)
    return tuple(_places(by_code, root_home))


def _places(by_code: Mapping[str, Mapping[str, str]], root_home: str) -> Iterator[Place]:
    siblings: dict[tuple[str, str], int] = {}
    for row in by_code.values():
        key = (row["parent"], said_name(row["name"]))
        siblings[key] = siblings.get(key, 0) + 1
    paths: dict[str, tuple[str, ...]] = {}
    for code, row in by_code.items():
        said = said_name(row["name"])
        # Two places of one street may become the same once the body's name is taken off; they keep the listed names.
        short = said if siblings[row["parent"], said] == 1 else row["name"]
        path = (*paths.get(row["parent"], ()), code)
        paths[code] = path
        home = root_home if row["level"] == "city" else path[1][:6]
        yield Place(
            code,
            row["name"],
            short,
            stem_of(short),
            row["name_en"] or "",
            row["level"],
            row["kind"] or "",
            row["parent"] or None,
            home,
            path,
        )


def said_name(name: str) -> str:
    """Return the name of the place where the list names its committee: ``巨流河村委会`` is in ``巨流河村``."""
    for body in _BODIES:
        if name.endswith(body):
            head = name.removesuffix(body)
            level = "村" if body[0] == "村" else "社区"
            return head if head.endswith(("村", "社区")) else head + level
    return name


def stem_of(short: str) -> str:
    """Return the name without the word for its level, when at least two characters are left."""
    for suffix in _SUFFIXES:
        if short.endswith(suffix):
            stem = short.removesuffix(suffix)
            return stem if len(stem) > 1 else ""
    return short


def _bodies(units: Cursor, default: Cursor, places: Sequence[Place], library: Library) -> Iterator[Body]:
    titles = {place.code: Text(place.short, place.name_en or place.short) for place in places}
    made: dict[tuple[str, str], str] = {}
    for level in LEVELS:
        rules = [inner for inner in units.at(level).items() if _known_kind(inner, level, library)]
        for place in (place for place in places if place.level == level):
            for rule in rules:
                kind = str(rule.data["kind"])
                body = Body(
                    f"{kind}.{place.code[: DIGITS[level]]}", kind, level, _title(rule, default, kind, place, titles, library),
                    place.code, place.home, _above(rule.data, kind, place, made), library.unit_kinds[kind].seal,
                )  # fmt: skip
                made[kind, place.code] = body.id
                yield body


def _known_kind(rule: Cursor, level: str, library: Library) -> bool:
    if not rule.mapping(("kind",), ("below", "zh", "en", "names")):
        return False
    kind = rule.at("kind").one_of(tuple(library.unit_kinds))
    if level not in library.unit_kinds[kind].levels:
        rule.wrong(f"{level} 一级没有“{kind}”。", f"there is no {kind} at level {level}.", "请移到别的级别。", "Move it to another level.")
        return False
    return bool(rule.data["kind"] == kind)


def _title(rule: Cursor, default: Cursor, kind: str, place: Place, titles: Mapping[str, Text], library: Library) -> Text:
    wording: Mapping[str, Any] = {**default.data, **rule.data}
    wording = {**wording, **dict(rule.data.get("names") or {}).get(place.kind, {})}
    label, own = library.unit_kinds[kind].label, titles[place.code]
    # Districts, and nothing below them, are named with their city in front.
    full = titles[place.path[0]].zh + own.zh if place.level == "district" else own.zh
    zh = str(wording["zh"]).format(place=own.zh, full=full, kind=label.zh)
    en = str(wording["en"]).format(place=own.en, full=own.en, kind=label.en)
    return Text(zh, en[:1].upper() + en[1:])


def _above(rule: Mapping[str, Any], kind: str, place: Place, made: Mapping[tuple[str, str], str]) -> str | None:
    below = rule.get("below")
    if below is None:
        return None
    wanted = kind if below == "same_kind" else str(below)
    codes = reversed(place.path[:-1] if wanted == kind else place.path)
    return next((made[wanted, code] for code in codes if (wanted, code) in made), None)


def _people(units: Cursor, places: Sequence[Place], bodies: Sequence[Body], library: Library) -> Iterator[Person]:
    staff, names = units.at("staff"), units.at("people")
    kinds_at: dict[str, dict[str, Body]] = {}
    for body in bodies:
        kinds_at.setdefault(body.division, {})[body.kind] = body
    lines = {level: [inner for inner in staff.at(level).items() if _known_posts(inner, library)] for level in LEVELS}
    shares = [list(inner.data) for inner in staff.at("others").items()]
    for place in places:
        here = kinds_at.get(place.code, {})
        entries: list[dict[str, list[str]]] = [line.data for line in lines[place.level]]
        staffed = {kind for entry in entries for kind in entry}
        for kind in here:
            if kind not in staffed:
                entries += [{kind: _share(share, library.unit_kinds[kind].posts)} for share in shares]
        met: dict[str, int] = {}
        for number, entry in enumerate(entries):
            first = next((kind for kind in entry if kind in here), None)
            if first is None:
                continue
            met[first] = met.get(first, 0) + 1
            posts = tuple((here[kind].id, post) for kind, held in entry.items() if kind in here for post in held)
            yield Person(f"{here[first].id}-{met[first]}", invented_name(names.data, place.code, number), posts)


def _known_posts(line: Cursor, library: Library) -> bool:
    before = len(line.problems)
    for kind, held in line.entries():
        known = library.unit_kinds.get(kind)
        if known is None:
            held.wrong(f"没有“{kind}”这种单位。", f"there is no kind of unit {kind}.", "请改用已有的种类。", "Use a known kind.")
            continue
        for post in held.items():
            post.one_of(known.posts)
    return len(line.problems) == before


def _share(share: Sequence[str], posts: Sequence[str]) -> list[str]:
    rest = [post for post in posts if post not in ("head", "auditor")]
    return [post for word in share for post in (rest if word == "others" else [word])]


def invented_name(names: Mapping[str, Sequence[str]], code: str, number: int) -> str:
    """Return a made-up name: a surname and a sign of the sixty-year cycle, never the same twice in one place."""
    seed = int.from_bytes(hashlib.sha256(code.encode()).digest()[:8], "big")
    surnames, stems, branches = names["surnames"], names["stems"], names["branches"]
    sign = seed // 97 + number
    return surnames[(seed + number) % len(surnames)] + stems[sign % len(stems)] + branches[sign % len(branches)]
