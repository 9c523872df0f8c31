"""Everything a matter holds is stored and read back, also what is seldom there."""

from __future__ import annotations

import json
from dataclasses import MISSING, fields
from datetime import date

from step_cases import at, performing

from huiyin.core import snapshot as plain_of
from huiyin.core.following import Follower, Leader
from huiyin.core.snapshot import Assent, Child, Left, PaperIssue, Party, Service, Signature, Snapshot, from_plain, to_plain

NOW = at("2026-09-07T09:10")
MARK = Signature("p", "mediator", NOW, "h", "wet", 3, ("f",), ("s",))
ASSENT = Assent("p", NOW, 4)
ISSUE = PaperIssue(
    "paper", 2, NOW, 3, "h", (MARK,), MARK, voided=True, effective_at=NOW, corrects=1, assents=(ASSENT,), asked_by="p", apart=True
)
SERVICE = Service("paper", 2, "p", "direct", "delivered", date(2026, 9, 8), date(2026, 9, 8), 6, "clerk", 1)
FOLLOWER = Follower("h/f", 4, NOW, "left")
LED_BY = Leader("h/l", 5, "answered")
FULL = Snapshot(
    home="h", matter="m", reference="r", procedure="p", procedure_version="v", version=7, state="s", entered=6, entered_at=NOW,
    opened_at=NOW, opened_by="party", topic="t", division="d", facts={"a": [1, None, {"b": "c"}]},
    parties=(Party("p", "role", "张三", {"x": 1}, Left(NOW, 7)),),
    units={"host": "u"}, unit_names={"host": "n"}, named={"mediator": ("m-1", "m-2")},
    ever_named={"mediator": ("m-0", "m-1")},
    clocks=performing().snapshot.clocks, papers={"paper": (ISSUE,)},
    children=(Child("c", "k", "h/m", "failed", NOW, "u", {"a": "b"}, 3, apart=True), Child("c", "k2")),
    assents={"ask": (ASSENT,)}, done={"ask": 2}, outcome="failed", parent="h/m",
    services=(SERVICE,), leader=LED_BY, followers=(FOLLOWER,),
)  # fmt: skip


def test_nothing_a_matter_holds_is_lost_in_store() -> None:
    assert from_plain(json.loads(json.dumps(to_plain(FULL)))) == FULL


def test_the_full_matter_above_has_a_value_of_its_own_everywhere() -> None:
    for one in (FULL, ISSUE, ASSENT, MARK, FULL.children[0], FULL.parties[0], SERVICE, LED_BY, FOLLOWER):
        for field in fields(one):
            default = field.default_factory() if field.default_factory is not MISSING else field.default
            assert getattr(one, field.name) != default, (type(one).__name__, field.name)
    assert set(to_plain(FULL)) == {field.name for field in fields(plain_of.Snapshot)}
