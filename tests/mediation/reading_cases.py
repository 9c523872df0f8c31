"""A real mediation as its own text tells it: who, what, what was offered, how it ended. One reading for all, no word about any one case."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

DATA = Path(os.environ.get("HUIYIN_TEST_DATA", Path(__file__).parents[3] / "shared" / "data"))
CASES = DATA / "open" / "promediconv_mediation.jsonl"
MEDIATOR = "sys"
AGREED = "达成调解协议"
# Who takes part because of an office or a profession is no side of the dispute.
_OFFICE = re.compile(
    r"工作人员|调解员|所长|队长|协警|民警|律师|干部|专家|领导|主任|班主任|校长|工作站|书记|指导员|翻译|专业测绘|知名人士|党员|村民代表|"
    r"综治办|信访办|司法所|派出所|安检站|发改委|环保局|殡仪馆|香港|人民调解|未提及|无明确|同志|区稳定办"
)
_GUARDIAN = re.compile(r"^(?P<child>.+?)的?(?P<who>父亲|母亲|爸爸|妈妈|家长)$")
_REFUSES = re.compile(r"不同意|不接受|不能接受|去起诉|再考虑|没有达成|达不成")
_AMOUNT = re.compile(r"(?P<sum>\d+(?:[.,]\d+)*)\s*(?P<wan>万)?\s*元")
_POINT = re.compile(r"(?:^|[：:；;。\s])\s*(?:\d+[.、．]|[一二三四五六七八九]是)\s*")
_ON_THE_SPOT = re.compile(r"当场|当日|当天|立即|现场兑现")
TOPICS: Mapping[str, str] = {
    "劳资": "dispute.labour", "家庭": "dispute.family", "环境": "dispute.neighbour", "邻里": "dispute.neighbour", "债务": "dispute.money",
    "治安": "dispute.injury", "交通": "dispute.traffic_accident", "土地": "dispute.land",
    "校园": "dispute.school", "经营": "dispute.production",
    "医疗": "dispute.medical", "消费": "dispute.consumer", "继承": "dispute.family",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Duty:
    """One point of an agreement; ``cents`` where it names a sum, ``now`` where it was done on the spot."""

    who: str
    what: str
    cents: int | None
    now: bool


@dataclass(frozen=True, slots=True)
class Told:
    """A case as read.

    Attributes:
        guardians: party -> who speaks for it because it is a child.
        asked: what the first side to speak wants, in its own words.
        turns: (who, words) of the talks, in order.
        duties: what was agreed; empty where nothing was.
    """

    id: str
    topic: str
    parties: tuple[str, ...]
    guardians: Mapping[str, str]
    facts: str
    asked: str
    turns: tuple[tuple[str, str], ...]
    agreed: bool
    duties: tuple[Duty, ...]


def cases() -> list[Told]:
    """Return every case of the file, none where the file is not here."""
    return [_told(json.loads(line)) for line in CASES.read_text(encoding="utf-8").splitlines()] if CASES.is_file() else []


def _told(row: Mapping[str, Any]) -> Told:
    dialog = [(turn["speaker"], turn["text"].strip("“” "), turn.get("strategy")) for turn in row["dialog"]]
    parties, guardians = _sides(row["disputing_parties"], [speaker for speaker, _, _ in dialog if speaker != MEDIATOR])
    last = max((place for place, (_, _, strategy) in enumerate(dialog) if strategy == AGREED), default=None)
    answers = [] if last is None else [text for speaker, text, _ in dialog[last:] if speaker != MEDIATOR]
    agreed = last is not None and not any(_REFUSES.search(text) for text in answers)
    terms = _terms(dialog) if agreed else ""
    said = [text for speaker, text, _ in dialog if speaker != MEDIATOR]
    return Told(
        id=row["id"],
        topic=next(topic for word, topic in TOPICS.items() if word in row["event_type"]),
        parties=parties,
        guardians=guardians,
        facts=row["event_description"],
        asked=next((text for text in said if "希望" in text or "要求" in text), said[0]),
        turns=tuple((speaker, text) for speaker, text, _ in dialog),
        agreed=agreed,
        duties=tuple(_duties(terms, parties)),
    )


def _sides(named: str, speakers: Sequence[str]) -> tuple[tuple[str, ...], dict[str, str]]:
    guardians: dict[str, str] = {}
    found: dict[str, None] = {}
    for speaker in speakers:
        match = _GUARDIAN.match(speaker)
        if match is not None and match["child"] in named:
            guardians.setdefault(match["child"], speaker)
    for name in re.split(r"[,，、]\s*", named):
        plain = re.sub(r"[（(].*?[)）]", "", name).strip()
        if plain and not _OFFICE.search(name) and plain not in found:
            found[plain] = None
    for speaker in speakers:
        if len(found) < 2 and not _OFFICE.search(speaker) and not any(name in speaker or speaker in name for name in found):
            found[speaker] = None
    return tuple(found), guardians


def _terms(dialog: Sequence[tuple[str, str, str | None]]) -> str:
    """Return the mediator's words that say most of what was agreed: of the turns that close it, the one with the most sums and points."""
    closing = [text for _, text, strategy in dialog if strategy == AGREED]
    return max(closing, key=lambda text: (len(_AMOUNT.findall(text)) + len(_POINT.findall(text)), len(text)))


def _duties(terms: str, parties: Sequence[str]) -> list[Duty]:
    points = [part for part in _POINT.split(terms)[1:] if part.strip()] or [part for part in re.split(r"[。；]", terms) if part.strip()]
    found: list[Duty] = []
    for point in points:
        what = point.strip("。；;，, ")[:300]
        sums = [_cents(match["sum"], match["wan"]) for match in _AMOUNT.finditer(point)]
        named = sorted((point.find(name), name) for name in parties if name in point)
        who, now = named[0][1] if named else parties[-1], bool(_ON_THE_SPOT.search(point))
        found.extend(Duty(who, what, cents, now) for cents in (*sums, *(() if sums else (None,))))
    return found


def _cents(digits: str, wan: str | None) -> int:
    return int(Decimal(digits.replace(",", "")) * (10_000 if wan else 1) * 100)
