"""Fifty real mediations through one driver that knows the law's steps and no case: every file is whole, nothing is typed twice."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from reading_cases import Told, cases

from huiyin.core import filing
from huiyin.core.effects import Effects, Opening
from huiyin.core.pack_reading import read_packs
from huiyin.core.packs import Library
from huiyin.core.snapshot import Party, Snapshot
from huiyin.core.step import open_matter, step
from huiyin.core.values import Principal, Refusal

PACKS = Path(__file__).parents[2] / "packs"
MOST_FIELDS = 12
ALL = cases()


def _each(found: list[Told]) -> list[Any]:
    absent = pytest.param(None, id="absent", marks=pytest.mark.skip(reason="the cases are not beside this checkout"))
    return [pytest.param(one, id=one.id) for one in found] or [absent]


@cache
def library() -> Library:
    read, problems = read_packs([PACKS / "cn", PACKS / "cn-2101-shenyang"])
    assert read is not None, problems
    return read


class Office:
    """A committee that enters what was told, step after step, as the procedure offers it."""

    def __init__(self, told: Told) -> None:
        self.told = told
        self.procedure = library().procedures["people_mediation"]
        self.at = datetime(2026, 9, 7, 9, 0, tzinfo=library().zone)
        self.typed: list[tuple[str, str, Any]] = []
        self.ids = {name: f"p{number}" for number, name in enumerate(told.parties)}
        self._note("open", {"claim": told.asked, "facts": told.facts} | {f"name of {name}": name for name in told.parties})
        made = open_matter(
            self.procedure,
            library(),
            home="210102",
            matter="00000000-0000-7000-8000-000000000001",
            reference="260001000018",
            opening=Opening(
                opened_by="party",
                topic=told.topic,
                division="210102001001",
                data={"claim": told.asked, "facts": told.facts},
                parties=tuple(Party(made, "disputant", name) for name, made in self.ids.items()),
                opener="p0",
                units={"host": "u-host"},
                unit_names={"host": "示例人民调解委员会"},
            ),
            at=self.at,
            now=self.at,
            salts=lambda: b"salt",
        )
        assert isinstance(made, Effects), made
        self.snapshot: Snapshot = made.after

    def staff(self, post: str) -> Principal:
        return Principal("staff", f"{post}-1", "u-host", post)

    def party(self, name: str) -> Principal:
        return Principal("party", self.ids[name], purpose="own")

    def _note(self, action: str, data: Mapping[str, Any]) -> None:
        self.typed.extend((action, name, value) for name, value in data.items())

    def tries(
        self, who: Principal, action: str, data: Mapping[str, Any] | None = None, *, begun: tuple[str, ...] = ()
    ) -> Effects | Refusal:
        """Take an act; ``begun`` names what its form begins with, which nobody types."""
        self.at += timedelta(minutes=10)
        given = dict(data or {})
        form = self.procedure.forms.get((self.procedure.state_action(self.snapshot.state, action) or self.procedure.always[0]).form or "")
        known = {} if form is None else {entry.field: entry for entry in form.entries}
        for name in begun:
            field = self.procedure.fields[name]
            assert known[name].begins or field.starts_as or field.starts_from, f"{name} of {action} has to be typed again"
        self._note(
            action, {name: value for name, value in given.items() if name not in begun and name not in ("hash", "method", "witness")}
        )
        answer = step(
            self.procedure, library(), self.snapshot, action, given, principal=who, at=self.at, now=self.at, salts=lambda: b"salt",
            evidence=[{"kind": "in_person"}],
        )  # fmt: skip
        if isinstance(answer, Effects):
            self.snapshot = answer.after
        return answer

    def does(self, who: Principal, action: str, data: Mapping[str, Any] | None = None, *, begun: tuple[str, ...] = ()) -> None:
        answer = self.tries(who, action, data, begun=begun)
        assert isinstance(answer, Effects), (self.told.id, action, answer)

    def hash(self, paper: str) -> dict[str, str]:
        issue = self.snapshot.paper(paper)
        assert issue is not None
        return {"hash": issue.hash, "method": "wet"}

    # What articles 17 to 33 ask for, in their order

    def begins(self) -> None:
        told = self.told
        accepted = {"case_source": "application", "mediator_person": "mediator-1", "impartial": True}
        self.does(self.staff("clerk"), "accept", accepted, begun=("case_source",))
        for child, guardian in told.guardians.items():
            given = {"capacity": "needs_guardian", "representative": guardian, "mandate": "guardian", "signs_by": "representative"}
            self.does(self.party(child), "set_representative", given)
        for name in told.parties:
            self.does(self.party(name), "agree")
        assert self.snapshot.state == "mediating", (told.id, self.snapshot.state)
        when = (self.at + timedelta(days=1)).isoformat()
        self.does(self.staff("mediator"), "arrange_session", {"session_at": when, "session_place": "调委会调解室"})
        self.before_session = len(self.typed)

    def meets(self) -> None:
        held = self.snapshot.facts
        self.at = datetime.fromisoformat(held["session_at"]) + timedelta(hours=2)
        minutes = "\n".join(f"{'调解员' if who == 'sys' else who}：{text}" for who, text in self.told.turns)[:4000]
        given = {"session_at": held["session_at"], "session_place": held["session_place"], "minutes": minutes}
        self.does(self.staff("mediator"), "hold_session", given, begun=("session_at", "session_place"))
        for name in self.told.parties:
            self.does(self.party(name), "sign_minutes", self.hash("mediation_minutes"))
        for number, name in enumerate(self.told.parties):
            self.does(self.party(name), "update_details", {"id_kind": "resident_id", "id_number": f"99999919800101{number:03d}0"})

    def agrees(self) -> None:
        told = self.told
        day = self.at.date()
        terms = [
            {"who": self.ids[duty.who], "what": duty.what, "due": str(day if duty.now else day + timedelta(days=30))}
            | ({} if duty.cents is None else {"amount": duty.cents})
            for duty in told.duties
        ]
        self.does(self.party(told.parties[-1]), "make_offer", {"terms": terms})
        for name in told.parties[:-1]:
            self.does(self.party(name), "accept_offer")
        agreement = {
            "agreed_facts": "各方对受理时登记的经过没有争议。",
            "responsibilities": "按下列各项办。",
            "obligations": self.snapshot.facts["terms"],
            "performance_way": "在调委会当面交付或者转账。",
            "agreement_touches": "ordinary",
        }
        self.does(self.staff("mediator"), "draft_agreement", agreement, begun=("obligations",))
        for name in told.parties:
            self.does(self.party(name), "sign", self.hash("mediation_agreement"))
        self.does(self.staff("mediator"), "sign", self.hash("mediation_agreement"))
        self.does(self.staff("seal_keeper"), "seal", self.hash("mediation_agreement"))
        assert self.snapshot.state == "performing"

    def performs(self) -> None:
        owed = [entry["who"] for entry in self.snapshot.facts["obligations"]]
        for number, who in enumerate(owed):
            name = next(name for name, made in self.ids.items() if made == who)
            other = next(one for one in self.told.parties if one != name)
            self.does(self.party(name), "report_done", {"which": number, "performance_note": f"第{number + 1}项办了。"})
            self.does(self.party(other), "confirm_done", {"which": number})
        self.does(self.staff("mediator"), "follow_up", {"follow_up_note": "电话回访，各方都说办完了。"})
        self.does(self.staff("mediator"), "close_performed")

    def ends_without(self) -> None:
        self.does(self.staff("mediator"), "end_without", {"reason": "各方没有谈拢。"})

    # What a checker finds who does not know the case

    def missing(self) -> list[str]:
        file = next(
            one for one in library().files.values() if one.procedure == "people_mediation" and "application" in {p.name for p in one.parts}
        )
        states = filing.states_of(file, self.procedure, library(), self.snapshot, now=self.at)
        return [state.part.title.zh for state in states if state.status == "missing"]

    def typed_twice(self) -> list[str]:
        # An answer chosen from a list is no typing.
        fields = self.procedure.fields
        words = [str(value) for _, name, value in self.typed if name not in fields or fields[name].type == "text"]
        return [said[:40] for said, times in Counter(words).items() if times > 1 and len(said) >= 6]


def _through(told: Told) -> Office:
    office = Office(told)
    office.begins()
    office.meets()
    if told.agreed:
        office.agrees()
        office.performs()
    else:
        office.ends_without()
    return office


@pytest.mark.parametrize("told", _each(ALL))
def test_a_real_case_ends_as_its_own_text_says_with_a_whole_file(told: Told) -> None:
    office = _through(told)
    assert office.snapshot.outcome == ("resolved" if told.agreed else "failed")
    assert office.missing() == []
    assert office.typed_twice() == []
    assert office.before_session - 4 * len(told.guardians) <= MOST_FIELDS, "a guardian's four come beside"


@pytest.mark.parametrize("told", _each([one for one in ALL if one.guardians]))
def test_a_child_of_a_real_case_agrees_to_nothing_alone(told: Told) -> None:
    office = Office(told)
    accepted = {"case_source": "application", "mediator_person": "mediator-1", "impartial": True}
    office.does(office.staff("clerk"), "accept", accepted)
    child = next(iter(told.guardians))
    office.does(office.party(child), "set_representative", {"capacity": "needs_guardian"})
    refused = office.tries(office.party(child), "agree")
    assert isinstance(refused, Refusal)
    assert refused.code == "not_alone"


def test_the_reading_follows_the_text_and_no_label() -> None:
    from dataclasses import replace

    import reading_cases

    if not ALL:
        pytest.skip("the cases are not beside this checkout")
    assert len(ALL) == 50
    assert all(len(one.parties) >= 2 for one in ALL)
    assert all(one.duties for one in ALL if one.agreed)
    row = {
        "id": "made-up", "event_type": "社区邻里纠纷", "event_description": "楼上漏水。", "disputing_parties": "甲某, 乙某, 社区工作人员",
        "dialog": [
            {"speaker": "甲某", "text": "我要求赔三千元。"},
            {"speaker": "sys", "text": "我建议：1. 乙某赔2000元，当场付清；2. 甲某提供开门条件。", "strategy": "达成调解协议"},
            {"speaker": "乙某", "text": "我不同意，去起诉吧。"},
        ],
    }  # fmt: skip
    told = reading_cases._told(row)
    assert (told.parties, told.agreed) == (("甲某", "乙某"), False)
    office = _through(told)
    assert office.snapshot.outcome == "failed"
    row["dialog"][-1]["text"] = "我同意。"  # type: ignore[index]
    told = reading_cases._told(row)
    assert [(duty.who, duty.cents, duty.now) for duty in told.duties] == [("乙某", 200_000, True), ("甲某", None, False)]
    assert replace(told, agreed=True) == told
