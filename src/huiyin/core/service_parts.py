"""What a procedure that serves papers gets without declaring it: where proofs are kept, consent, and the clock of a notice.

A procedure says only which act serves which paper; a paper says on whom. The rest is the same everywhere, and stands here once.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from huiyin.core.procedure import Action, Choice, ClockDef, Field, Form, FormEntry, Procedure
from huiyin.core.service_form import BY_NAME, WORDS
from huiyin.core.values import Text

if TYPE_CHECKING:
    from huiyin.core.papers import PaperDef

AGREED: Final = "agreed"
SLIP: Final = "service_slip"
UNITS_PROOF: Final = "units_service"


def proof_of(role: str) -> str:
    """Return the field that keeps the proofs of service on the parties of a role."""
    return f"{role}_service"


def proof_fields(procedure: Procedure) -> frozenset[str]:
    """Return the fields of a procedure that keep proofs of service."""
    return frozenset({UNITS_PROOF, *(proof_of(role) for role in procedure.roles)}) & procedure.fields.keys()


def consent_of(role: str) -> str:
    """Return the field that says whether a party takes papers electronically."""
    return f"{role}_electronic"


def address_of(role: str) -> str:
    """Return the field with the address papers go to electronically."""
    return f"{role}_electronic_address"


def notice_clock(paper: str) -> str:
    """Return the clock of the public notice of a paper."""
    return f"{paper}_announced"


def actions_that_serve(procedure: Procedure) -> Iterator[Action]:
    """Yield every action that serves a paper, in file order."""
    for action in (*procedure.always, *(one for state in procedure.states.values() for one in state.actions)):
        if action.serves is not None:
            yield action


def papers_served(procedure: Procedure) -> tuple[str, ...]:
    """Return the papers a procedure serves."""
    return tuple(dict.fromkeys(action.serves for action in actions_that_serve(procedure) if action.serves is not None))


def with_service(procedure: Procedure, papers: Mapping[str, PaperDef]) -> Procedure:
    """Return the procedure with the parts its serving acts need; the same when it serves nothing."""
    served = papers_served(procedure)
    if not served:
        return procedure
    recipients = {name for paper in served if paper in papers for name in papers[paper].served_on}
    roles = [role for role in procedure.roles if role in recipients]
    fields = {UNITS_PROOF: _proof(UNITS_PROOF, None)} if recipients & set(procedure.units) else {}
    forms: dict[str, Form] = {}
    always: list[Action] = []
    for role in roles:
        fields |= {one.name: one for one in (_proof(proof_of(role), role), *_consent(role))}
        entries = (FormEntry(consent_of(role)), FormEntry(address_of(role), required=False))
        forms[consent_of(role)] = Form(consent_of(role), entries)
        always.append(
            Action(
                consent_of(role),
                Text("电子送达：同意或者不同意", "Papers electronically: agree or not"),
                by=(role,),
                form=consent_of(role),
                agrees=role,
            )
        )
    clocks: dict[str, ClockDef] = {}
    if procedure.notice is not None:
        clocks = {notice_clock(paper): _announced(paper, papers, procedure) for paper in served if set(roles) & set(_on(papers, paper))}
    return replace(
        procedure,
        fields={**procedure.fields, **fields},
        forms={**procedure.forms, **forms},
        clocks={**procedure.clocks, **clocks},
        always=(*procedure.always, *always),
    )


def built_in_fields(procedure: Procedure, papers: Mapping[str, PaperDef]) -> frozenset[str]:
    """Return the fields a procedure has because it serves papers; the acts that fill them are built in."""
    named = {name for paper in papers_served(procedure) for name in _on(papers, paper)}
    roles = named & set(procedure.roles)
    made = {make(role) for role in roles for make in (proof_of, consent_of, address_of)}
    return frozenset(made | ({UNITS_PROOF} if named else set()))


def _on(papers: Mapping[str, PaperDef], paper: str) -> tuple[str, ...]:
    return papers[paper].served_on if paper in papers else ()


def _proof(name: str, role: str | None) -> Field:
    """Return the list of proofs; each entry belongs to the service recorded by the event ``seq``."""
    record = (Field("seq", "number", "P2", Text("记录", "Event")), *(replace(BY_NAME[word], required=False) for word in WORDS))
    return Field(name, "list", "P2", Text("送达凭据", "Proof of service"), of=role, record=record)


def _consent(role: str) -> tuple[Field, Field]:
    choices = (Choice(AGREED, Text("同意", "Agree")), Choice("withdrawn", Text("不同意，或者撤回", "Do not agree, or no longer")))
    agrees = Field(
        consent_of(role),
        "choice",
        "P1",
        Text("文书可以电子送达吗", "May papers come electronically?"),
        of=role,
        values=choices,
        hint=Text(
            "同意后，文书发到您写的地址就算送达。随时可以撤回；想要纸质的，也可以要。",
            "Once you agree, a paper counts as served when it reaches your address. You may withdraw at any time and may ask for paper.",
        ),
    )
    address = Field(
        address_of(role),
        "text",
        "P2",
        Text("电子送达地址", "Electronic address"),
        of=role,
        hint=Text("邮箱、手机号或者平台账号。同意时要写。", "E-mail, telephone or account. Needed when you agree."),
    )
    return agrees, address


def _announced(paper: str, papers: Mapping[str, PaperDef], procedure: Procedure) -> ClockDef:
    title = papers[paper].title
    return ClockDef(
        notice_clock(paper),
        "minimum",
        Text(f"《{title.zh}》公告期满", f"The notice of “{title.en}” runs out"),
        law=procedure.notice,
        line=procedure.lines.get("service", 0),
    )
