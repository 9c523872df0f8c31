"""Twenty fact sheets written by somebody who knew arts. 17 to 33 and not the program: each goes to its end, and its file is whole."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from committee import Office
from ruamel.yaml import YAML

from huiyin.core.rights import view
from huiyin.core.values import Refusal

SHEETS = Path(__file__).parent / "sheets"
TOPICS = {
    "neighbour": "dispute.neighbour", "property": "dispute.property_service", "labour": "dispute.labour", "consumer": "dispute.consumer",
    "family": "dispute.family", "medical": "dispute.medical", "traffic": "dispute.traffic_accident", "online": "dispute.consumer",
    "tenancy": "dispute.tenancy", "money": "dispute.money", "land": "dispute.land", "injury": "dispute.injury",
}  # fmt: skip
CAME = {
    "application": "party", "initiative": "own_initiative", "advised": "court_or_police_advice", "commission": "court_commission",
    "transfer": "transfer",
}  # fmt: skip
NAMES = sorted(path.stem for path in SHEETS.glob("*.yaml"))
# What the paper checker looks for by the article that asks for it; everything else a sheet lists is for a person to read.
PAPERS = {"agreed": "mediation_agreement", "severed": "mediation_agreement", "oral": "oral_agreement_record"}
ENDED = {"refused", "silent", "left", "unsigned", "danger", "stopped"}


def sheet(name: str) -> Mapping[str, Any]:
    read: Mapping[str, Any] = YAML(typ="safe").load((SHEETS / f"{name}.yaml").read_text(encoding="utf-8"))
    return read


def children_of(told: Mapping[str, Any]) -> list[str]:
    return [party["name"] for party in told["parties"] if (party.get("age") or 99) < 18]


def entered(told: Mapping[str, Any]) -> Office:
    """Enter a sheet as its ending says, and as far as that goes."""
    names = [party["name"] for party in told["parties"]]
    children = {name: f"{name}的监护人" for name in children_of(told)}
    first = told["happenings"][0]["what"]
    office = Office(TOPICS[told["kind"]], names if len(names) > 1 else [*names, "对方"], first, told["story"], CAME[told["came"]])
    ending = told["ending"]
    mediator, clerk = office.staff("mediator"), office.staff("clerk")
    if ending == "not_admitted":
        office.does(clerk, "decline", {"reason": "依法不属于调委会能调解的事。"})
        return office
    office.accepts(children)
    if ending == "silent":
        office.agree(office.names[0])
        office.at += timedelta(days=10)
        office.does(clerk, "close_no_answer", {"reason": "对方一直没有答复。"})
        return office
    if ending in ("refused", "severed"):
        staying = [name for name in office.names if name != refuser(told, office.names)]
        office.does(office.party(refuser(told, office.names)), "refuse")
        if ending == "refused":
            office.does(clerk, "close_refused", {"reason": "有一方明确不愿意。"})
            return office
        for party in told["parties"]:
            if party["name"] in staying:
                office.does(clerk, "set_side", {"party": office.ids[party["name"]], "side": party["side"]})
        office.agree(*staying)
        office.does(mediator, "go_on_without", {"divisible_reason": "各户的损失各算各的。"})
    else:
        office.agree(*office.names)
    office.arranges()
    for secret in told["secrets"]:
        if secret["of"] in office.inside:
            office.does(office.party(secret["of"]), "tell_mediator", {"private_statement": secret["words"]})
    if ending == "left":
        office.does(office.party(office.names[-1]), "leave")
        if office.snapshot.state == "parted":
            office.does(mediator, "end_parted")
        return office
    office.meets("\n".join(f"{one['on']} {one['what']}" for one in told["happenings"]))
    office.identifies()
    if ending == "danger":
        told_police = {"danger_kind": "may_escalate", "danger": "可能伤人，已经报告。", "danger_place": {"detail": "楼道"}}
        office.does(mediator, "report_danger", told_police | {"danger_called": "yes", "danger_phone": "024-00000000"})
    if ending == "stopped":
        office.does(office.party(office.names[0]), "ask_other_mediator", {"reason": "想换一位。"})
        other = {"mediator_person": "mediator-2", "impartial": True, "reason": "当事人要求。"}
        office.does(office.staff("head"), "replace_mediator", other)
        mediator = office.staff("mediator", "mediator-2")
    if ending in ("danger", "stopped"):
        office.does(mediator, "end_without", {"reason": "没有谈成。"})
        return office
    day = office.at.date()
    owed = told["obligations"] or [{"who": office.names[-1], "what": "照谈好的办", "amount": None, "proof": "双方当面看"}]
    office.offers(
        [
            {"who": office.ids[one["who"]], "what": one["what"], "due": str(day + timedelta(days=20 + number)), "proof": one["proof"]}
            | ({} if one["amount"] is None else {"amount": f"{one['amount']:.2f}"})
            for number, one in enumerate(owed)
        ]
    )
    if ending == "oral":
        office.speaks_it()
    else:
        office.drafts()
        if ending == "unsigned":
            office.does(office.party(office.names[0]), "sign", office.hash("mediation_agreement"))
            office.does(office.party(office.names[-1]), "refuse_to_sign", {"reason": "还是不想签。"})
            office.does(mediator, "give_up", {"reason": "不再谈了。"})
            return office
        office.signs()
    office.performs()
    return office


def refuser(told: Mapping[str, Any], names: tuple[str, ...]) -> str:
    """Return who says no: the first party of whom a happening tells it, else the last one named."""
    for one in told["happenings"]:
        for name in names:
            if name in str(one["who"]) and any(word in one["what"] for word in ("不调", "不参加", "不同意", "不愿意", "不谈")):
                return name
    return names[-1]


@pytest.mark.parametrize("name", NAMES)
def test_a_sheet_goes_to_its_end_and_no_paper_is_missing(name: str) -> None:
    told = sheet(name)
    office = entered(told)
    wanted = "declined" if told["ending"] == "not_admitted" else "failed" if told["ending"] in ENDED else "resolved"
    assert office.snapshot.outcome == wanted
    assert office.missing() == []
    assert office.typed_twice() == []
    if wanted != "declined":
        assert {"acceptance_form", "rights_notice", "invitation"} <= set(office.snapshot.papers)  # arts. 17, 23, 27
    if wanted == "resolved":
        issue = office.snapshot.paper(PAPERS[told["ending"]])
        assert issue is not None
        assert issue.effective_at is not None  # arts. 29, 30
    else:
        assert {"routes_notice", "leaving_notice"} & set(office.snapshot.papers)  # art. 26


@pytest.mark.parametrize("name", [name for name in NAMES if sheet(name)["secrets"] and sheet(name)["ending"] != "not_admitted"])
def test_what_one_told_the_mediator_no_other_party_reads(name: str) -> None:
    told = sheet(name)
    office = entered(told)
    for secret in told["secrets"]:
        if secret["of"] not in office.names:
            continue
        for other in office.names:
            seen = repr(view(office.procedure, office.snapshot, office.party(other)))
            assert other == secret["of"] or secret["words"] not in seen, (secret["of"], other)
        assert all(secret["words"] not in repr(issue) for issues in office.snapshot.papers.values() for issue in issues)


def test_a_minor_of_a_sheet_is_not_let_alone() -> None:
    told = next(one for one in map(sheet, NAMES) if one["ending"] == "agreed" and children_of(one))
    child = children_of(told)[0]
    office = Office(TOPICS[told["kind"]], [party["name"] for party in told["parties"]], "赔医药费", told["story"])
    office.accepts()
    office.does(office.party(child), "set_representative", {"capacity": "needs_guardian"})
    refused = office.tries(office.party(child), "agree")
    assert isinstance(refused, Refusal)
    assert refused.code == "not_alone"
