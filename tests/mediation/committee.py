"""A committee that enters a mediation as a new mediator would who knows arts. 17 to 33: step after step, as the procedure offers it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from huiyin.core import filing
from huiyin.core.effects import Effects, Opening
from huiyin.core.pack_reading import read_packs
from huiyin.core.packs import Library
from huiyin.core.snapshot import Party, Snapshot
from huiyin.core.step import open_matter, step
from huiyin.core.values import Principal, Refusal

PACKS = Path(__file__).parents[2] / "packs"


@cache
def library() -> Library:
    read, problems = read_packs([PACKS / "cn", PACKS / "cn-2101-shenyang"])
    assert read is not None, problems
    return read


SOURCES = {
    "party": "application", "own_initiative": "initiative", "court_or_police_advice": "advised", "court_commission": "advised",
    "transfer": "application",
}  # fmt: skip


class Office:
    """One matter of the committee, and everything somebody typed for it.

    Attributes:
        typed: (act, field, value) of what no form began with.
    """

    def __init__(
        self,
        topic: str,
        names: Sequence[str],
        claim: str,
        facts: str,
        opened_by: str = "party",
        *,
        procedure: str = "people_mediation",
        more: Mapping[str, Any] | None = None,
    ) -> None:
        """Open the matter.

        Args:
            more: what this kind of mediation asks at the opening besides.
        """
        self.names = tuple(names)
        self.procedure = library().procedures[procedure]
        self.at = datetime(2026, 9, 7, 9, 0, tzinfo=library().zone)
        self.typed: list[tuple[str, str, Any]] = []
        self.ids = {name: f"p{number}" for number, name in enumerate(names)}
        data: dict[str, Any] = {"claim": claim, "facts": facts, **(more or {})}
        if opened_by == "court_commission":
            data |= {"court_name": "示例区人民法院", "court_number": "（2026）示例民诉前调1号", "court_until": "2026-12-31"}
        self._note("open", data | {f"name of {name}": name for name in names})
        made = open_matter(
            self.procedure,
            library(),
            home="210102",
            matter="00000000-0000-7000-8000-000000000001",
            reference="260001000018",
            opening=Opening(
                opened_by=opened_by,
                topic=topic,
                division="210102001001",
                data=data,
                parties=tuple(Party(made, "disputant", name) for name, made in self.ids.items()),
                opener="p0" if opened_by == "party" else None,
                units={"host": "u-host"},
                unit_names={"host": "示例人民调解委员会"},
            ),
            at=self.at,
            now=self.at,
            salts=lambda: b"salt",
        )
        assert isinstance(made, Effects), made
        self.snapshot: Snapshot = made.after

    def staff(self, post: str, person: str = "") -> Principal:
        return Principal("staff", person or f"{post}-1", "u-host", post)

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
        assert isinstance(answer, Effects), (action, answer)

    def hash(self, paper: str) -> dict[str, str]:
        issue = self.snapshot.paper(paper)
        assert issue is not None
        return {"hash": issue.hash, "method": "wet"}

    # What articles 17 to 33 ask for, in their order

    @property
    def inside(self) -> tuple[str, ...]:
        """The parties who are still in, by name."""
        return tuple(party.name for party in self.snapshot.present)

    def accepts(self, guardians: Mapping[str, str] | None = None, **more: Any) -> None:
        """Take the matter; ``more`` is what this kind of mediation asks then besides."""
        given = {"mediator_person": "mediator-1", "impartial": True, **more}
        begun: tuple[str, ...] = ()
        if "case_source" in self.procedure.fields:
            begun = ("case_source",) if self.procedure.fields["case_source"].starts_as.get(self.snapshot.opened_by) else ()
            given["case_source"] = SOURCES[self.snapshot.opened_by]
        self.does(self.staff("clerk"), "accept", given, begun=begun)
        for child, guardian in (guardians or {}).items():
            given = {"capacity": "needs_guardian", "representative": guardian, "mandate": "guardian", "signs_by": "representative"}
            self.does(self.party(child), "set_representative", given)

    def agree(self, *names: str) -> None:
        for name in names:
            self.does(self.party(name), "agree")

    def arranges(self) -> None:
        assert self.snapshot.state == "mediating", self.snapshot.state
        when = (self.at + timedelta(days=1)).isoformat()
        self.does(self.staff("mediator"), "arrange_session", {"session_at": when, "session_place": "调委会调解室"})
        self.before_session = len(self.typed)

    def meets(self, minutes: str) -> None:
        held = self.snapshot.facts
        self.at = datetime.fromisoformat(held["session_at"]) + timedelta(hours=2)
        given = {"session_at": held["session_at"], "session_place": held["session_place"], "minutes": minutes[:4000]}
        self.does(self.staff("mediator"), "hold_session", given, begun=("session_at", "session_place"))
        for name in self.inside:
            self.does(self.party(name), "sign_minutes", self.hash("mediation_minutes"))

    def identifies(self) -> None:
        for number, name in enumerate(self.inside):
            self.does(self.party(name), "update_details", {"id_kind": "resident_id", "id_number": f"99999919800101{number:03d}0"})

    def offers(self, terms: Sequence[Mapping[str, Any]]) -> None:
        """Put terms on the table, by the last party named, and have everybody accept."""
        self.does(self.party(self.inside[-1]), "make_offer", {"terms": list(terms)})
        for name in self.inside[:-1]:
            self.does(self.party(name), "accept_offer")

    def drafts(self) -> None:
        agreement = {
            "agreed_facts": "各方对受理时登记的经过没有争议。",
            "responsibilities": "按下列各项办。",
            "obligations": self.snapshot.facts["terms"],
            "performance_way": "在调委会当面交付或者转账。",
            "agreement_touches": "ordinary",
        }
        self.does(self.staff("mediator"), "draft_agreement", agreement, begun=("obligations",))

    def signs(self) -> None:
        for name in self.inside:
            self.does(self.party(name), "sign", self.hash("mediation_agreement"))
        self.does(self.staff("mediator"), "sign", self.hash("mediation_agreement"))
        self.does(self.staff("seal_keeper"), "seal", self.hash("mediation_agreement"))
        assert self.snapshot.state == "performing"

    def speaks_it(self) -> None:
        """An agreement by word of mouth, accepted in person by everybody."""
        given = {"agreed_facts": "各方对受理时登记的经过没有争议。", "obligations": self.snapshot.facts["terms"]}
        self.does(self.staff("mediator"), "note_oral", given, begun=("obligations",))
        for name in self.inside:
            self.does(self.party(name), "accept_orally")
        assert self.snapshot.state == "performing_oral"

    def performs(self) -> None:
        owed = [entry["who"] for entry in self.snapshot.facts["obligations"]]
        for number, who in enumerate(owed):
            name = next(name for name, made in self.ids.items() if made == who)
            other = next(one for one in self.inside if one != name)
            self.does(self.party(name), "report_done", {"which": number, "performance_note": f"第{number + 1}项办了。"})
            self.does(self.party(other), "confirm_done", {"which": number})
        self.does(self.staff("mediator"), "follow_up", {"follow_up_note": "电话回访，各方都说办完了。"})
        self.does(self.staff("mediator"), "close_performed")

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
