"""An accusation in a petition reaches nobody it could concern: no paper, no unit, no reader but the registrar (信访工作条例 art. 30)."""

from __future__ import annotations

from dataclasses import replace

from test_scenarios import library, tables

from huiyin.core import scenario
from huiyin.core.papers import fields_in
from huiyin.core.procedure import Procedure
from huiyin.core.rights import view
from huiyin.core.scope_types import papers_used
from huiyin.core.snapshot import Snapshot
from huiyin.core.values import Principal

WORDS = "村主任王某收了承包人的钱"


def petition() -> Procedure:
    return library().procedures["petition"]


def accusing() -> Snapshot:
    case = next(case for case in tables()["petition"] if case["given"]["data"].get("accusation") == WORDS)
    trace = scenario.run(petition(), library(), {**case, "acts": case["acts"][:1], "then": {}})
    assert trace.snapshot is not None
    return trace.snapshot


def test_what_is_sealed_is_on_no_paper_but_those_that_sealed_acts_alone_print() -> None:
    for procedure in library().procedures.values():
        sealed = {name for name, field in procedure.fields.items() if field.cls == "P4"}
        acts = [*procedure.always, *(action for state in procedure.states.values() for action in state.actions)]
        for name in papers_used(procedure):
            prints = [action for action in acts if name in action.prints]
            if prints and all(action.sealed for action in prints):
                continue
            assert not sealed & set(fields_in(library().papers[name])), (procedure.name, name)


def test_passing_an_accusation_on_gives_no_unit_a_part_in_it() -> None:
    (send,) = [one for one in petition().states["registering"].actions if one.name == "send_accusation"]
    form = petition().forms[send.form or ""]
    assert {petition().fields[entry.field].type for entry in form.entries} == {"text"}
    assert send.tells == ()
    assert send.opens is None
    assert petition().states[send.to or ""].end == "transferred"


def test_only_the_registrar_and_the_petitioner_read_it() -> None:
    snapshot = accusing()
    passed_on = replace(snapshot, units={**snapshot.units, "competent": "unit:housing", "higher": "unit:city"})
    registrar = Principal("staff", "r", snapshot.units["host"], "clerk")
    readers = {
        "registrar": registrar,
        "head of the office": Principal("staff", "h", snapshot.units["host"], "head"),
        "handler": Principal("staff", "o", "unit:housing", "handler"),
        "higher": Principal("staff", "u", "unit:city", "handler"),
        "supervisor": Principal("staff", "s", "unit:else", "supervision_officer", supervises=("unit:housing",)),
        "petitioner": Principal("party", "张三", purpose="own"),
    }
    reading = {name for name, reader in readers.items() if WORDS in str(view(petition(), passed_on, reader))}
    assert reading == {"registrar", "petitioner"}
    assert not any("accusation" in view(petition(), passed_on, reader).hidden for reader in readers.values())


def test_nothing_is_passed_on_before_somebody_has_looked_for_accusations() -> None:
    for state in petition().states.values():
        for action in state.actions:
            form = petition().forms.get(action.form or "")
            if form is not None and any(entry.field == "competent" for entry in form.entries):
                assert "accusation_separated" in action.needs, action.name
