"""What a desk teaches the gazetteer: an address that was not recognised, and the place somebody chose for it."""

from __future__ import annotations

from huiyin.city.gazetteer import propose
from huiyin.city.gazetteer_models import GazetteerName
from huiyin.city.place_index import current
from huiyin.core.address import read_address
from huiyin.core.address_learning import names_left
from huiyin.core.address_names import DEPTH
from huiyin.core.values import Principal, Refusal, Text

# What may be put forward without anybody asking for it: things that bear a name, not roads, which cross many communities.
LEARNED = frozenset({"estate", "landmark"})
LEARNED_FROM = Text("登记时由工作人员选定的地点", "the place staff chose when taking in")
LEARNED_WHY = Text("地址里写了这个名称，系统没有认出来", "an address had this name, and it was not recognised")


def learn(principal: Principal, words: str, code: str) -> GazetteerName | None:
    """Put forward the estate or landmark in an address that led nowhere, once somebody at a desk said where it lies."""
    first = next(iter(unknown_names(principal, words, code)), None)
    return None if first is None else put_forward(principal, *first, code, source=LEARNED_FROM, why=LEARNED_WHY)


def unknown_names(principal: Principal, words: str, code: str) -> list[tuple[str, str]]:
    """Return (name, kind) of the estates and landmarks in an address that led nowhere, though it lies in a place.

    Only the name, no number and no person; one that is known, put forward or declined for that place is left alone.
    """
    held = current()
    number = held.index.number.get(code)
    if principal.kind != "staff" or principal.unit is None or number is None or held.index.depths[number] <= DEPTH["city"]:
        return []
    reading = read_address(held.index, words)
    if held.index.under(reading.said, number):
        return []
    found = [(name, kind) for name, kind in names_left(held.index, words) if kind in LEARNED]
    known = set(GazetteerName.objects.filter(name__in=[name for name, _ in found], place_id=code).values_list("name", flat=True))
    return [(name, kind) for name, kind in found if name not in known]


def put_forward(principal: Principal, name: str, kind: str, code: str, *, source: Text, why: Text) -> GazetteerName | None:
    """Put a name forward for its keepers, who decide; None where it cannot be."""
    made = propose(principal, {"name": name, "kind": kind, "place": code, "source": source.zh}, reason=why.zh)
    return None if isinstance(made, Refusal) else made
