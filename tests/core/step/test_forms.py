"""What people and programs type: a value, or a sentence that says what is wrong; never a crash."""

from __future__ import annotations

from typing import Any, get_args

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from step_cases import at, drafted, mediating, opened, party, procedure, staff

from huiyin.core import chain
from huiyin.core.effects import Effects
from huiyin.core.forms import BadValueError, Known, read_form, read_value
from huiyin.core.procedure import Choice, Field, FieldType
from huiyin.core.values import Refusal, Text

LABEL = Text("字段", "field")
KNOWN = Known(frozenset({"t"}), frozenset({"p"}), {"rows": [{"a": 1}, {"a": 2}]})
DEEP: list[Any] = []
for _ in range(50):
    DEEP = [DEEP]
HOSTILE: tuple[Any, ...] = (
    10**400, -(10**400), 2**63, 1e308, float("inf"), float("nan"), "1e308", "inf", "nan", "9" * 5000, "9" * 5000 + ".1", "1.²", "²", "1_0",
    "0001-01-01", "9999-12-31", "0001-01-01T00:00+08:00", "9999-12-31T23:59:59-08:00", "2026-01-01T00:00:00+23:59", "1969-01-01",
    True, [], {}, [[]], [{}], {"a": [1]}, {"division": [], "detail": {}}, {"detail": "\ud800"}, {"\ud800": 1}, "\ud800", "a\x00b", DEEP,
    b"bytes", object(), {1: 2}, [None], ["\ud800"], {"division": "二一〇一〇二", "detail": ""},
)  # fmt: skip


def field(kind: str) -> Field:
    record = (Field("a", "number", "P1", LABEL), Field("b", "date", "P1", LABEL, required=False)) if kind == "list" else ()
    return Field("f", kind, "P1", LABEL, values=(Choice("yes", LABEL),), record=record, items_of="rows")  # type: ignore[arg-type]


LEAVES = st.none() | st.booleans() | st.integers() | st.floats() | st.text()
JSON = st.recursive(LEAVES, lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner), max_leaves=8)
KINDS = tuple(kind for kind in get_args(FieldType))


def read(kind: str, raw: Any) -> Any:
    try:
        value = read_value(field(kind), raw, KNOWN)
    except BadValueError:
        return None
    chain.canonical(value)
    return value


@pytest.mark.parametrize("kind", KINDS)
def test_no_value_crashes_a_reader_and_what_is_taken_can_be_kept(kind: str) -> None:
    for raw in HOSTILE:
        read(kind, raw)


@settings(max_examples=200, deadline=None)
@given(st.sampled_from(KINDS), JSON)
def test_nor_does_any_json(kind: str, raw: Any) -> None:
    read(kind, raw)


def test_dates_no_calendar_reaches_are_refused() -> None:
    for raw in ("0001-01-01", "1899-12-31", "2200-01-01", "9999-12-31"):
        assert read("date", raw) is None
        assert read("datetime", f"{raw}T12:00+08:00") is None
    assert read("date", "1900-01-01") == "1900-01-01"


def test_an_entry_is_pointed_at_by_a_whole_number_only() -> None:
    assert read("item", 1) == 1
    assert read("item", "1") == 1
    for raw in (True, 1.9, 2, -1, "1.0", float("inf")):
        assert read("item", raw) is None


def test_names_of_unknown_fields_are_not_echoed_without_end() -> None:
    definition = procedure("people_mediation")
    refusal = read_form(definition, definition.forms["reason"], {"x" * 10_000: 1, "\ud800": 2, "reason": "y"}, KNOWN)
    assert isinstance(refusal, Refusal)
    assert all(len(one.text.zh) < 300 for one in refusal.details)
    chain.canonical([one.text.zh + (one.field or "") for one in refusal.details])


def test_files_are_few_and_a_place_names_a_place() -> None:
    assert read("file", ["f"] * 1000) is None
    assert read("place", {"division": "二一〇一〇二", "detail": ""}) is None
    assert read("place", {"division": ["210102"], "detail": "x"}) is None


def test_an_obligation_is_not_done_because_the_draft_says_so() -> None:
    walk = mediating()
    session = {"session_at": at("2026-09-09T09:00").isoformat(), "session_place": "x", "minutes": "y"}
    walk.does(staff("mediator", person="m-1"), "hold_session", session, when="2026-09-09T10:00")
    walk.signs(party("zhang"), "sign_minutes", "mediation_minutes")
    terms = {"agreed_facts": "a", "responsibilities": "b", "performance_way": "c", "agreement_touches": "ordinary"}
    entry = {"who": "li", "what": "修", "due": "2026-09-30", "state": "confirmed"}
    assert walk.refused(staff("mediator", person="m-1"), "draft_agreement", {**terms, "obligations": [entry]}) == "bad_value"
    walk.does(staff("mediator", person="m-1"), "draft_agreement", {**terms, "obligations": [{**entry, "state": ""}]})


def test_a_name_that_cannot_be_written_down_is_refused() -> None:
    from huiyin.core.snapshot import Party

    for name in ("\ud800", "a\x00", "x" * 201):
        people = (Party("zhang", "disputant", name), Party("li", "disputant", "李四"))
        result = opened(parties=people)
        assert isinstance(result, Refusal)
        assert result.code == "name"


def test_a_matter_is_opened_while_its_procedure_is_in_force() -> None:
    for when in ("0001-01-01T00:00", "2023-12-31T10:00"):
        result = opened(when=when, now="2026-09-07T09:10")
        assert isinstance(result, Refusal)
        assert result.field == "at"
    assert isinstance(opened(when="2024-01-01T00:00", now="2026-09-07T09:10"), Effects)


def test_the_way_of_signing_is_a_word_not_a_letter() -> None:
    walk = drafted()
    issue = walk.snapshot.paper("mediation_agreement")
    assert issue is not None
    for method in ("张三的电话是13812345678", "x" * 1000, ["screen"], "\ud800"):
        assert walk.refused(party("zhang"), "sign", {"hash": issue.hash, "method": method}) == "bad_value"
    walk.does(party("zhang"), "sign", {"hash": issue.hash, "method": "wet"})
