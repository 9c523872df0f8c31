"""Service of papers: to whom, how and when; what runs from it; what does not count as service."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from functools import lru_cache
from typing import Any

import pytest
from step_cases import at, library

from huiyin.core import service
from huiyin.core.effects import Effects, Opening
from huiyin.core.pack_assembly import completed
from huiyin.core.packs import Library
from huiyin.core.procedure import Procedure
from huiyin.core.reader import procedure_from_plain
from huiyin.core.snapshot import Party, Snapshot
from huiyin.core.step import offered, open_matter, step
from huiyin.core.values import SYSTEM, Principal, Refusal

CLERK = Principal(kind="staff", id="p-1", unit="u-host", post="clerk")
MOVED = {"to": "zhang", "method": "direct", "on": "2026-09-10", "result": "not_found", "reason": "搬走了"}
PLAIN: dict[str, Any] = {
    "language": 1,
    "procedure": "serving_case",
    "title": {"zh": "送达", "en": "Serving"},
    "basis": ["人民调解法(2010)#17"],
    "in_force": {"from": "2024-01-01"},
    "line": "dispute",
    "opened_by": ["party"],
    "opening": {"form": "asks", "prints": ["told"]},
    "service": {"notice": "service_by_notice"},
    "parties": {
        "worker": {"label": {"zh": "甲", "en": "A"}, "min": 1},
        "boss": {"label": {"zh": "乙", "en": "B"}, "min": 0},
    },
    "units": {"host": {"kind": "mediation_committee"}},
    "posts": {"clerk": {"of": "host"}},
    "fields": {"claim": {"type": "text", "class": "P2", "label": {"zh": "请求", "en": "Claim"}}},
    "forms": {"asks": ["claim"]},
    "conditions": {},
    "clocks": {
        "suing": {"law": "third_party_suit", "who": ["worker", "boss"], "trigger": "told.served_at",
                  "label": {"zh": "起诉", "en": "Suing"}},
        "sending": {"kind": "target", "term": "60 days", "label": {"zh": "送", "en": "Serving"}},
    },
    "always": {"correct": {"label": {"zh": "更正", "en": "Correct"}, "by": "clerk"}},
    "start": "sending_out",
    "states": {
        "sending_out": {
            "says": {"zh": "最晚{sending.due}送达。", "en": "Served by {sending.due}."},
            "by": "clerk", "clocks": {"sending": "start"}, "when_due": {"sending": {"tells": "clerk"}},
            "actions": {"serve": {"label": {"zh": "登记送达", "en": "Serve"}, "to": "open_to_suit", "serves": "told",
                                  "clocks": {"sending": "met", "suing": "start"}}},
        },
        "open_to_suit": {
            "says": {"zh": "最晚{suing.due}起诉。", "en": "Sue by {suing.due}."},
            "by": "clerk", "when_due": {"suing": {"tells": "clerk"}},
            "actions": {"close": {"label": {"zh": "结束", "en": "Close"}, "to": "closed"}},
        },
        "closed": {"end": "resolved", "says": {"zh": "结束。", "en": "Closed."}},
    },
}  # fmt: skip


@lru_cache
def case() -> tuple[Procedure, Library]:
    """Return a procedure that serves one paper on both sides, and the packs with that paper."""
    packs = library()
    told = replace(packs.papers["routes_notice"], name="told", served_on=("worker", "boss"), body=(), elements=(), basis=())
    papers = {**packs.papers, "told": told}
    made, problems = completed(procedure_from_plain("serving.yaml", PLAIN), packs.posts, papers, packs.statutory, packs.counting)
    assert not problems
    return made, replace(packs, papers=papers, procedures={**packs.procedures, made.name: made})


class Walk:
    """A matter whose paper was printed on 7 September 2026 and is to be served."""

    def __init__(self, *, both: bool = False) -> None:
        procedure, packs = case()
        parties = (Party("zhang", "worker", "张三"), *((Party("li", "boss", "李四"),) if both else ()))
        opening = Opening("party", "dispute.neighbour.water_leak", "210102001001", {"claim": "付钱"}, parties, "zhang", {"host": "u-host"})
        opened = open_matter(procedure, packs, home="h", matter="m", reference="r", opening=opening, at=at("2026-09-07T09:00"),
                             now=at("2026-09-07T09:00"), salts=lambda: b"s")  # fmt: skip
        assert isinstance(opened, Effects)
        self.snapshot: Snapshot = opened.after
        self.last: Effects = opened

    def tries(self, name: str, data: Mapping[str, Any], when: str, principal: Principal = CLERK) -> Effects | Refusal:
        procedure, packs = case()
        moment = at(when)
        return step(procedure, packs, self.snapshot, name, data, principal=principal, at=moment, now=moment, salts=lambda: b"s")

    def does(self, name: str, data: Mapping[str, Any], when: str, principal: Principal = CLERK) -> Effects:
        made = self.tries(name, data, when, principal)
        assert isinstance(made, Effects), made
        self.snapshot, self.last = made.after, made
        return made

    def refused(self, data: Mapping[str, Any], when: str = "2026-09-20T09:00") -> Refusal:
        made = self.tries("serve", data, when)
        assert isinstance(made, Refusal)
        return made

    def served_at(self, when: str) -> date | None:
        procedure, packs = case()
        return service.served_at(packs.papers["told"], procedure, self.snapshot, packs, at(when))

    def due(self, clock: str) -> date:
        life = self.snapshot.clocks[clock]
        assert life.due is not None
        return library().calendar.local_date(life.due.strict)


def direct(to: str, on: str, signer: str = "本人") -> dict[str, Any]:
    return {"to": to, "method": "direct", "on": on, "signer": signer}


def party(name: str) -> Principal:
    return Principal(kind="party", id=name, purpose="own")


def test_the_step_goes_on_only_when_everybody_was_served_and_runs_from_the_last_day() -> None:
    walk = Walk(both=True)
    walk.does("serve", direct("zhang", "2026-09-10"), "2026-09-11T09:00")
    assert walk.snapshot.state == "sending_out"
    assert walk.served_at("2026-09-11T09:00") is None
    walk.does("serve", direct("li", "2026-09-09"), "2026-09-14T09:00")
    assert walk.snapshot.state == "open_to_suit"
    assert walk.served_at("2026-09-14T09:00") == date(2026, 9, 10)
    assert walk.due("suing") == date(2026, 9, 28)  # 15 days from the 10th end on a rest day, Friday 25 September (Mid-Autumn) to Sunday 27
    assert walk.snapshot.entered_at == library().calendar.end_of_day(date(2026, 9, 10))


def test_a_right_of_each_party_has_its_own_last_day_beside_the_matters() -> None:
    from huiyin.matters import serving

    walk = Walk(both=True)
    walk.does("serve", direct("zhang", "2026-09-10"), "2026-09-11T09:00")
    walk.does("serve", direct("li", "2026-09-15"), "2026-09-15T15:00")
    procedure, packs = case()
    for principal, wanted in ((party("zhang"), [date(2026, 9, 28)]), (party("li"), [])):
        (paper,) = serving.papers(procedure, packs, walk.snapshot, principal, at("2026-09-16T09:00"))
        assert [one.id for one in paper.people] == [principal.id]
        assert [end for _, end in paper.people[0].ends] == wanted
    assert walk.due("suing") == date(2026, 9, 30)


def test_what_a_party_reads_of_its_right_runs_from_its_own_service() -> None:
    procedure, packs = case()
    walk = Walk(both=True)
    walk.does("serve", direct("zhang", "2026-09-10"), "2026-09-11T09:00")
    made = walk.does("serve", direct("li", "2026-09-15"), "2026-09-15T15:00")
    said = {tell.to: tell.text.en for tell in made.tells}
    assert "28 September" in said["zhang"]
    assert "30 September" in said["li"]
    own = service.own_clocks("zhang", procedure, walk.snapshot, packs, at("2026-09-16T09:00"))
    assert packs.calendar.local_date(own.clocks["suing"].trigger) == date(2026, 9, 10)
    assert own.clocks["sending"] is walk.snapshot.clocks["sending"]


def test_a_right_of_one_side_does_not_wait_for_the_service_on_the_other() -> None:
    procedure, packs = case()
    walk = Walk(both=True)
    walk.does("serve", direct("zhang", "2026-09-10"), "2026-09-11T09:00")
    walk.does("serve", direct("li", "2026-09-15"), "2026-09-15T15:00")
    for who, wanted in ((("worker",), date(2026, 9, 10)), (("worker", "boss"), date(2026, 9, 15)), ((), None)):
        clock = replace(procedure.clocks["suing"], who=who)
        assert service.day_for(clock, procedure, walk.snapshot, packs, at("2026-09-16T09:00")) == wanted


def test_correcting_the_day_of_service_moves_what_runs_from_it() -> None:
    walk = Walk()
    walk.does("serve", direct("zhang", "2026-09-10"), "2026-09-11T09:00")
    assert walk.due("suing") == date(2026, 9, 28)
    walk.does("correct", {"event": 2, "at": at("2026-09-08T12:00").isoformat(), "reason": "回执上是8日"}, "2026-09-12T09:00")
    assert walk.served_at("2026-09-12T09:00") == date(2026, 9, 8)
    assert walk.due("suing") == date(2026, 9, 23)
    slips = walk.snapshot.papers["service_slip"]
    assert [(issue.number, issue.corrects) for issue in slips] == [(1, None), (2, 1)]
    assert walk.snapshot.services[-1].slip == 2
    early = walk.tries("correct", {"event": 2, "at": at("2026-09-06T12:00").isoformat(), "reason": "x"}, "2026-09-12T10:00")
    assert isinstance(early, Refusal)
    assert early.code == "before_printing"


def test_left_behind_needs_the_reason_and_a_witness_or_a_recording() -> None:
    walk = Walk()
    left = {"to": "zhang", "method": "left", "on": "2026-09-10", "place": "家里"}
    assert walk.refused(left).field == "reason"
    assert walk.refused({**left, "reason": "不肯签"}).code == "witness"
    walk.does("serve", {**left, "reason": "不肯签", "recorded": True}, "2026-09-20T09:00")
    assert walk.served_at("2026-09-20T09:00") == date(2026, 9, 10)


def test_a_failed_try_is_kept_and_is_no_service() -> None:
    walk = Walk()
    assert walk.refused({"to": "zhang", "method": "post", "on": "2026-09-10", "result": "returned"}).field == "reason"
    walk.does(
        "serve", {"to": "zhang", "method": "post", "on": "2026-09-10", "result": "returned", "reason": "查无此人"}, "2026-09-12T09:00"
    )
    assert walk.snapshot.state == "sending_out"
    assert [(one.result, one.counts) for one in walk.snapshot.services] == [("returned", None)]
    assert walk.served_at("2026-12-01T09:00") is None


def test_a_public_notice_comes_last_and_counts_when_it_has_run() -> None:
    walk = Walk()
    notice = {"to": "zhang", "method": "notice", "on": "2026-09-14", "place": "报纸", "reason": "下落不明"}
    assert walk.refused(notice).code == "notice_last"
    walk.does(
        "serve", {"to": "zhang", "method": "direct", "on": "2026-09-10", "result": "not_found", "reason": "搬走了"}, "2026-09-10T17:00"
    )
    walk.does("serve", notice, "2026-09-14T10:00")
    assert walk.snapshot.state == "sending_out"
    assert walk.due("told_announced") == date(2026, 10, 14)
    assert walk.served_at("2026-10-14T12:00") is None
    early = walk.tries("clock_due", {"clock": "told_announced"}, "2026-10-14T12:00", SYSTEM)
    assert isinstance(early, Refusal)
    walk.does("clock_due", {"clock": "told_announced"}, "2026-10-15T00:05", SYSTEM)
    assert walk.snapshot.state == "open_to_suit"
    assert walk.served_at("2026-10-15T00:05") == date(2026, 10, 14)
    assert walk.due("suing") == date(2026, 10, 29)


def test_who_turns_up_while_the_notice_runs_is_served_that_day() -> None:
    walk = Walk()
    walk.does(
        "serve", {"to": "zhang", "method": "direct", "on": "2026-09-10", "result": "not_found", "reason": "搬走了"}, "2026-09-10T17:00"
    )
    walk.does("serve", {"to": "zhang", "method": "notice", "on": "2026-09-14", "place": "报纸", "reason": "下落不明"}, "2026-09-14T10:00")
    walk.does("serve", direct("zhang", "2026-09-21"), "2026-09-21T10:00")
    assert walk.served_at("2026-09-21T10:00") == date(2026, 9, 21)
    assert walk.snapshot.clocks["told_announced"].status == "met"


def test_electronic_service_needs_consent_that_still_stands() -> None:
    walk = Walk()
    electronic = {"to": "zhang", "method": "electronic", "on": "2026-09-20"}
    assert walk.refused(electronic).code == "electronic_consent"
    nowhere = walk.tries("worker_electronic", {"worker_electronic": "agreed"}, "2026-09-08T09:00", party("zhang"))
    assert isinstance(nowhere, Refusal)
    assert nowhere.field == "worker_electronic_address"
    agreed = {"worker_electronic": "agreed", "worker_electronic_address": "zhang@example.cn"}
    walk.does("worker_electronic", agreed, "2026-09-08T09:00", party("zhang"))
    walk.does("worker_electronic", {"worker_electronic": "withdrawn"}, "2026-09-09T09:00", party("zhang"))
    assert walk.refused(electronic).code == "electronic_consent"
    walk.does("worker_electronic", agreed, "2026-09-10T09:00", party("zhang"))
    walk.does("serve", electronic, "2026-09-20T09:00")
    assert walk.served_at("2026-09-20T09:00") == date(2026, 9, 20)


@pytest.mark.parametrize(
    ("data", "code", "field"),
    [
        (direct("zhang", "2026-09-06"), "before_printing", "on"),
        (direct("zhang", "2026-09-21"), "in_future", "on"),
        (direct("wang", "2026-09-10"), "recipient", "to"),
        (direct("zhang", "2026-09-10", signer=" "), "required", "signer"),
        (direct("zhang", "2026-09-10", signer="李四"), "opposing_party", "signer"),
        ({**direct("zhang", "2026-09-10"), "colour": "red"}, "unknown_field", "colour"),
        ({**direct("zhang", "2026-09-10"), "method": "pigeon"}, "bad_value", "method"),
        ({"to": "zhang", "method": "post", "on": "2026-09-10"}, "required", "item"),
        ({"to": "zhang", "method": "forwarded", "on": "2026-09-10"}, "required", "through"),
        ({"to": "zhang", "method": "direct"}, "required", "on"),
    ],
)
def test_what_is_no_service_is_refused_at_its_field(data: dict[str, Any], code: str, field: str) -> None:
    refusal = Walk(both=True).refused(data)
    assert (refusal.code, refusal.field) == (code, field)


def test_nobody_is_served_twice_with_one_paper() -> None:
    walk = Walk(both=True)
    walk.does("serve", direct("zhang", "2026-09-10"), "2026-09-11T09:00")
    assert walk.refused(direct("zhang", "2026-09-12")).code == "already_served"


def test_the_act_says_why_it_is_not_open_yet() -> None:
    procedure, packs = case()
    walk = Walk()
    walk.snapshot = replace(walk.snapshot, papers={})
    (offer,) = (one for one in offered(procedure, packs, walk.snapshot, CLERK, at("2026-09-10T09:00")) if one.action.name == "serve")
    assert offer.blocked is not None
    assert offer.blocked.code == "not_printed"


def test_each_service_prints_its_slip_and_keeps_its_proof_with_the_party() -> None:
    walk = Walk()
    made = walk.does("serve", {**direct("zhang", "2026-09-10", "张大"), "relation": "family"}, "2026-09-11T09:00")
    slip = next(rendered for issue, rendered, _ in made.printed if issue.paper == "service_slip")
    for words in ("张三", "张大", "同住成年家属", "直接送达", "2026年9月10日"):
        assert words in slip.text_zh
    zhang = walk.snapshot.party("zhang")
    assert zhang is not None
    assert zhang.facts["worker_service"] == [{"signer": "张大", "relation": "family", "seq": 2}]
    assert {content.cls for content in made.content} == {"P2"}
