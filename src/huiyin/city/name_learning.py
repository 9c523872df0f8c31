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
    """Put forward the estate or landmark in an address that led nowhere, once somebody at a desk said where it lies.

    Only its name is kept, no number and no person; one that is known, put forward or declined for that place is left alone.
    """
    held = current()
    number = held.index.number.get(code)
    if principal.kind != "staff" or principal.unit is None or number is None or held.index.depths[number] <= DEPTH["city"]:
        return None
    reading = read_address(held.index, words)
    if held.index.under(reading.said, number):
        return None
    for name, kind in names_left(held.index, words):
        if kind in LEARNED and not GazetteerName.objects.filter(name=name, place_id=code).exists():
            said = {"name": name, "kind": kind, "place": code, "source": LEARNED_FROM.zh}
            made = propose(principal, said, reason=LEARNED_WHY.zh)
            return None if isinstance(made, Refusal) else made
    return None
