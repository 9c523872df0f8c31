"""The country pack, read once, and short ways to open and walk a matter in tests."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from huiyin.core.effects import Effects, Opening
from huiyin.core.pack_reading import read_packs
from huiyin.core.packs import Library
from huiyin.core.procedure import Procedure
from huiyin.core.snapshot import Party, Snapshot
from huiyin.core.step import open_matter, step
from huiyin.core.values import Principal, Refusal

PACKS = Path(__file__).parents[3] / "packs"
MONDAY = "2026-09-07T09:10"


@cache
def library() -> Library:
    read, problems = read_packs([PACKS / "cn", PACKS / "cn-2101-shenyang"])
    assert read is not None, problems
    return read


def procedure(name: str) -> Procedure:
    return library().procedures[name]


def at(local: str) -> datetime:
    return datetime.fromisoformat(local).replace(tzinfo=library().calendar.zone)


def staff(post: str, unit: str = "u-host", person: str = "p-1") -> Principal:
    return Principal(kind="staff", id=person, unit=unit, post=post)


def party(name: str) -> Principal:
    return Principal(kind="party", id=name, purpose="own")


def opening(name: str = "people_mediation", **changes: Any) -> Opening:
    given: dict[str, Any] = {
        "opened_by": "party",
        "topic": "dispute.neighbour.water_leak",
        "division": "210102001001",
        "data": {"claim": "修好防水", "facts": "天花板漏水"},
        "parties": (Party("zhang", "disputant", "张三"), Party("li", "disputant", "李四")),
        "opener": "zhang",
        "units": {"host": "u-host"},
        "unit_names": {"host": "示例人民调解委员会"},
    }
    if name != "people_mediation":
        given |= {"parties": (Party("zhao", "reporter", "赵五"),), "opener": "zhao"}
    if name == "plain_request":
        given |= {"topic": "request.heating", "data": {"detail": "暖气不热", "points": [{"ask": "什么时候热"}]}}
    if name == "hazard_repair":
        given |= {"topic": "hazard.road.collapse", "data": {"what": "路面塌陷", "place": {"division": "", "detail": "东门外"}}}
    return Opening(**{**given, **changes})


def opened(name: str = "people_mediation", when: str = MONDAY, now: str | None = None, **changes: Any) -> Effects | Refusal:
    return open_matter(
        procedure(name),
        library(),
        home="210102",
        matter="00000000-0000-7000-8000-000000000001",
        reference="260001000018",
        opening=opening(name, **changes),
        at=at(when),
        now=at(now or when),
        salts=lambda: b"salt",
    )


class Walk:
    """A matter under test, one act after the other."""

    def __init__(self, name: str = "people_mediation", **changes: Any) -> None:
        effects = opened(name, **changes)
        assert isinstance(effects, Effects), effects
        self.name = name
        self.effects = effects
        self.now = effects.after.opened_at

    @property
    def snapshot(self) -> Snapshot:
        return self.effects.after

    def tries(
        self,
        who: Principal,
        action: str,
        data: Mapping[str, Any] | None = None,
        *,
        when: str | None = None,
        recorded: str | None = None,
        evidence: tuple[Mapping[str, Any], ...] = (),
    ) -> Effects | Refusal:
        moment = self.now + timedelta(minutes=5) if when is None else at(when)
        now = moment if recorded is None else at(recorded)
        result = step(
            procedure(self.name),
            library(),
            self.snapshot,
            action,
            data or {},
            principal=who,
            at=moment,
            now=now,
            salts=lambda: b"salt",
            evidence=evidence,
        )
        if isinstance(result, Effects):
            self.effects = result
            self.now = max(self.now, moment)
        return result

    def does(self, who: Principal, action: str, data: Mapping[str, Any] | None = None, **more: Any) -> Snapshot:
        result = self.tries(who, action, data, **more)
        assert isinstance(result, Effects), (action, result)
        return result.after

    def refused(self, who: Principal, action: str, data: Mapping[str, Any] | None = None, **more: Any) -> str:
        before = self.snapshot
        result = self.tries(who, action, data, **more)
        assert isinstance(result, Refusal), f"{action} was done"
        assert self.snapshot is before
        assert result.text.zh
        assert result.text.en
        return result.code

    def signs(self, who: Principal, action: str, paper: str, **more: Any) -> Snapshot:
        issue = self.snapshot.paper(paper)
        assert issue is not None
        return self.does(who, action, {"hash": issue.hash, "method": "wet"}, **more)


MEDIATOR = staff("mediator", person="m-1")
ACCEPTANCE = {"mediator_person": "m-1", "impartial": True, "case_source": "application"}


def mediating() -> Walk:
    """A mediation both sides agreed to."""
    walk = Walk()
    walk.does(staff("clerk"), "accept", ACCEPTANCE, when="2026-09-07T14:00")
    walk.does(party("zhang"), "agree", when="2026-09-07T14:05")
    walk.does(party("li"), "agree", when="2026-09-08T10:00")
    assert walk.snapshot.state == "mediating"
    return walk


def drafted() -> Walk:
    """A mediation with an agreement to sign."""
    walk = mediating()
    session = {"session_at": at("2026-09-09T09:00").isoformat(), "session_place": "调解室", "minutes": "谈成了"}
    walk.does(MEDIATOR, "hold_session", session, when="2026-09-09T09:30")
    walk.signs(party("zhang"), "sign_minutes", "mediation_minutes", when="2026-09-09T09:40")
    obligations = [{"who": "li", "what": "修好防水", "amount": "3000.00", "due": "2026-09-30", "proof": "当面查看"}]
    terms = {
        "agreed_facts": "楼上漏水",
        "responsibilities": "楼上修复",
        "performance_way": "上门修理",
        "agreement_touches": "ordinary",
    }
    walk.does(MEDIATOR, "draft_agreement", {"obligations": obligations, **terms}, when="2026-09-10T09:30")
    return walk


def performing(sealed: str = "2026-09-11T16:20", recorded: str = "2026-09-14T09:00") -> Walk:
    """An agreement in force."""
    walk = drafted()
    walk.signs(party("zhang"), "sign", "mediation_agreement", when="2026-09-10T11:00")
    walk.signs(party("li"), "sign", "mediation_agreement", when="2026-09-10T11:05")
    walk.signs(MEDIATOR, "sign", "mediation_agreement", when="2026-09-10T11:10")
    walk.signs(staff("seal_keeper", person="s-1"), "seal", "mediation_agreement", when=sealed, recorded=recorded)
    walk.now = at(recorded)
    assert walk.snapshot.state == "performing"
    return walk
