"""The sentences of a responsibility list: why a row decides, why another does not, and what is still to be asked."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING

from huiyin.core.values import Text

if TYPE_CHECKING:
    from huiyin.core.responsibility import Fact, Row

Rank = tuple[int, int, int, date]
# Loser's reasons that name nothing.
NARROWER_PLACE = Text("另一条管的地方更具体。", "Another row is for a narrower place.")
NARROWER_TOPIC = Text("另一条管的事更具体。", "Another row is for a narrower topic.")
MORE_FACTS = Text("另一条的条件更具体。", "Another row fits more of the facts.")
NEWER = Text("另一条更新，从{day}起执行。", "Another row is newer, from {day}.")
EQUAL = Text("与{row}完全相当，清单需要修正。", "Equal to {row}; the list needs mending.")


def only_at(place: Text) -> Text:
    """Return why a row for another place loses."""
    return Text(f"这一条只管{place.zh}。", f"This row is only for {place.en}.")


def why_beaten(mine: Rank, best: Rank, winner: Row) -> Text:
    """Return why a row that fits lost to the one that decides."""
    if mine[0] != best[0]:
        return NARROWER_PLACE
    if mine[1] != best[1]:
        return NARROWER_TOPIC
    if mine[2] != best[2]:
        return MORE_FACTS
    if mine[3] != best[3]:
        return NEWER.fill(day=winner.from_date)
    return EQUAL.fill(row=winner.id)


def why_fact(name: str, values: Sequence[str], known: object, words: Mapping[str, Fact]) -> Text:
    """Return why a row loses by what is known, or by what nobody said yet."""
    label = words[name].label if name in words else Text(name, name)
    wanted = said(name, values, words)
    if known is None:
        zh = f"这一条只管“{label.zh}”为{wanted.zh}的，现在还不知道。"
        return Text(zh, f"This row is for {wanted.en} ({label.en}), which is not known here.")
    have = said(name, (str(known),), words)
    return Text(f"这一条只管{wanted.zh}的，这里是{have.zh}。", f"This row is for {wanted.en}; here it is {have.en}.")


def said(name: str, values: Sequence[str], words: Mapping[str, Fact]) -> Text:
    """Return the values of a fact in words."""
    labels = [words[name].said(value) if name in words else Text(value, value) for value in values]
    return Text("、".join(label.zh for label in labels), " or ".join(label.en for label in labels))


def tied(row: Row, tied: Sequence[Row]) -> Text:
    """Return the reason where several rows are equal."""
    names = ", ".join(sorted([row.id, *(other.id for other in tied)]))
    return Text("清单里有几条不分先后（{rows}），由派单员决定。", "Rows {rows} are equal; a dispatcher decides.").fill(rows=names)


def reason(row: Row, name: Text, words: Mapping[str, Fact]) -> Text:
    """Return why a row decides; ``name`` is what its topic is called."""
    asked = [said(name, values, words) for name, values in row.when.items()]
    zh = f"责任清单“{name.zh}”条" + (f"（{'，'.join(part.zh for part in asked)}）" if asked else "")
    en = f"“{name.en}” in the responsibility list" + (f" ({', '.join(part.en for part in asked)})" if asked else "")
    if row.basis is not None:
        return Text(f"{zh}，依据{row.basis.law}第{row.basis.article}条。", f"{en}; {row.basis.law}, art. {row.basis.article}.")
    if row.agreed_by.zh:
        return Text(f"{zh}，依据：{row.agreed_by.zh}。", f"{en}; {row.agreed_by.en}.")
    return Text(f"{zh}，由各单位商定。", f"{en}; agreed between the units.")


def asking(unknown: Iterable[str], words: Mapping[str, Fact]) -> Text:
    """Return what nobody has said yet, by the labels of the facts."""
    labels = [words[name].label if name in words else Text(name, name) for name in dict.fromkeys(unknown)]
    return Text("、".join(f"“{label.zh}”" for label in labels), " and ".join(f"“{label.en}”" for label in labels))


def by_answers(answers: Mapping[str, str], words: Mapping[str, Fact]) -> Text:
    """Return by which answers it was decided; empty where it turned on none."""
    told = [(words[name].label, words[name].said(value)) for name, value in answers.items() if name in words]
    if not told:
        return Text("", "")
    zh = "，".join(f"“{label.zh}”答的是“{value.zh}”" for label, value in told)
    en = ", ".join(f"“{label.en}” was answered “{value.en}”" for label, value in told)
    return Text(f"因为{zh}。", f"Because {en}.")


def would_go(row: Row, unknown: Sequence[str], lead: Text, words: Mapping[str, Fact]) -> Text:
    """Return whom a row would name if the answers nobody has given yet were the ones it asks for."""
    answers = [said(name, row.when[name], words) for name in unknown]
    zh, en = "、".join(one.zh for one in answers), ", ".join(one.en for one in answers)
    return Text(f"{zh}的，归{lead.zh}", f"{en}: {lead.en}")
