"""A piece is put together with each procedure that takes it; nothing overrides, and a fault is told where it stands."""

from __future__ import annotations

import json

import pytest
from sound_pack import PROCEDURE, broken_text, line_with, problems_of, sound, text_of

from huiyin.core.pack_assembly import assemble, from_plain
from huiyin.core.pack_compare import compare
from huiyin.core.packs import Document, Library
from huiyin.core.pieces import untried, whole_procedures
from huiyin.core.source import Line, Problem, read_text
from huiyin.core.values import Text

TALK = "pieces/talk.yaml"
GIVE_UP = "      give_up: {label: {zh: 谈不成, en: Give up}, by: go_between, to: failed, form: reason, prints: [ways_notice]}\n"
TALKING = "  talking: {kind: target, term: 20 working days, label: {zh: 打算谈完的时间, en: Hoped-for end of the talk}}\n"
LEAVE = (
    "  leave:   {label: {zh: 不谈了, en: Stop}, by: neighbour, to: failed, form: reason, not_from: [returning], prints: [ways_notice]}\n"
)
STARTS = "    clocks: {talking: start}\n"
WHEN = "    when_due: {talking: {tells: [go_between, neighbour]}}\n"
PIECE = f"""language: 1
piece: talk

clocks:
{TALKING}
always:
{LEAVE}
states:
  talks:
{STARTS}{WHEN}    actions:
{GIVE_UP}
  signing:
    when_due: {{talking: {{tells: [neighbour]}}}}
"""


def taking(text: str | None = None, *, takes: str = "[talk]") -> str:
    """Return the sound procedure with what `PIECE` holds taken out, and ``pieces`` in its place."""
    text = text_of(PROCEDURE) if text is None else text
    for gone in (GIVE_UP, TALKING, LEAVE, STARTS, WHEN, "    when_due: {talking: {tells: [neighbour]}}\n"):
        assert text.count(gone) == 1, gone
        text = text.replace(gone, "")
    return text.replace("\nfields:\n", f"\npieces: {takes}\n\nfields:\n", 1)


def library(piece: str = PIECE, procedure: str | None = None) -> Library:
    """Return the sound library with the procedure cut in two."""
    changed = {TALK: piece, PROCEDURE: taking() if procedure is None else procedure}
    documents = {one.path: one for one in sound().documents}
    for path, text in changed.items():
        kind = "piece" if path == TALK else "procedure"
        documents[path] = Document("sound", path, kind, read_text(text.encode(), f"sound/{path}"))
    made, problems = assemble(list(documents.values()))
    assert made is not None, [problem.in_("en") for problem in problems]
    return made


def told(piece: str = PIECE, procedure: str | None = None) -> list[Problem]:
    """Return what is wrong with the library after a change of the piece or the procedure."""
    return problems_of({TALK: piece, PROCEDURE: taking() if procedure is None else procedure})


def test_cut_in_two_it_is_the_same_procedure_and_sound() -> None:
    whole, cut = sound().procedures["borrowed_tool"], library().procedures["borrowed_tool"]
    assert cut.version == whole.version
    assert told() == []
    assert [action.name for action in cut.states["talks"].actions] == ["agree", "settle", "give_up"]
    assert cut.states["talks"].when_due == whole.states["talks"].when_due


def test_another_word_in_a_piece_is_another_version_of_whoever_takes_it() -> None:
    other = library(PIECE.replace("20 working days", "21 working days"))
    assert other.procedures["borrowed_tool"].version != sound().procedures["borrowed_tool"].version
    assert other.procedures["second_look"].version == sound().procedures["second_look"].version


def test_what_is_kept_of_a_procedure_is_the_whole_of_it() -> None:
    kept = whole_procedures(library().documents)["borrowed_tool"]
    assert "pieces" not in kept
    assert kept["states"]["talks"]["actions"].keys() == {"agree", "settle", "give_up"}
    back = from_plain(json.loads(json.dumps(library().to_plain())))
    assert back.procedures["borrowed_tool"].version == sound().procedures["borrowed_tool"].version


@pytest.mark.parametrize(
    ("old", "new", "place", "own"),
    [
        ("always:\n", "always:\n  correct: {label: {zh: 改, en: Mend}, by: clerk}\n", "always.correct", "correct: {"),
        ("    actions:\n", "    says: {zh: 谈, en: Talks}\n    actions:\n", "states.talks.says", "正在说和"),
        (GIVE_UP, GIVE_UP + GIVE_UP.replace("give_up", "settle"), "states.talks.actions.settle", "settle: "),
        ("states:\n", "fields:\n  thing: {type: text, class: P1, label: {zh: 物, en: Thing}}\nstates:\n", "fields.thing", "什么东西"),
    ],
)
def test_nothing_overrides_and_both_places_are_told(old: str, new: str, place: str, own: str) -> None:
    piece, key = PIECE.replace(old, new, 1), place.rpartition(".")[2]
    (found,) = told(piece)
    assert found.file == f"sound/{TALK}"
    assert f"{key}:" in piece.splitlines()[found.line - 1]
    assert f"“{place}” is given at sound/{PROCEDURE}:{line_with(taking(), own)} too" in found.text.en


def test_two_pieces_do_not_override_each_other_either() -> None:
    text, other = taking(takes="[talk, second]"), PIECE.replace("piece: talk", "piece: second")
    found = problems_of({TALK: PIECE, "pieces/second.yaml": other, PROCEDURE: text})
    assert {one.file for one in found} == {"sound/pieces/second.yaml"}
    assert all(f"is given at sound/{TALK}:" in one.text.en for one in found)


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("prints: [ways_notice]}\n\nstates", "prints: [way_notice]}\n\nstates", "way_notice"),
        ("by: go_between, to: failed", "by: go_between, to: fallen", "fallen"),
        ("20 working days", "twenty days", "talking"),
        ("form: reason, not_from", "form: reasons, not_from", "reasons"),
    ],
)
def test_a_fault_in_a_piece_is_told_with_its_file_and_line(old: str, new: str, words: str) -> None:
    assert old in PIECE
    piece = PIECE.replace(old, new)
    mine = [one for one in told(piece) if one.file == f"sound/{TALK}"]
    assert mine
    for one in mine:
        assert words in piece.splitlines()[one.line - 1], one.in_("en")
        assert type(json.loads(json.dumps({"line": one.line}))["line"]) is int


def test_a_fault_of_the_procedure_stays_with_the_procedure() -> None:
    text = taking(broken_text(PROCEDURE, "test: worth < yuan(5000)", "test: worth < yuans(5000)"))
    assert {(one.file, one.line) for one in told(procedure=text)} == {(f"sound/{PROCEDURE}", line_with(text, "costly:"))}


def test_a_line_of_a_piece_knows_its_file() -> None:
    state = library().procedures["borrowed_tool"].states["talks"]
    (mine,) = [action for action in state.actions if action.name == "give_up"]
    assert isinstance(mine.line, Line)
    assert (mine.line, mine.line.file) == (line_with(PIECE, "give_up:"), f"sound/{TALK}")
    assert not isinstance(state.actions[0].line, Line)


def test_a_piece_that_is_not_there_or_not_taken_is_told() -> None:
    (found,) = [one for one in told(procedure=taking(takes="[talk, tale]")) if "tale" in one.text.en]
    assert (found.file, found.rule) == (f"sound/{PROCEDURE}", "reference")
    (idle,) = told(procedure=text_of(PROCEDURE))
    assert (idle.file, idle.line) == (f"sound/{TALK}", 2)
    assert idle.text.en == "No procedure takes the piece “talk”."


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("piece: talk", "piece: talks", "differs from the file's name"),
        ("piece: talk", "piece: talk\nline: dispute", "unknown key “line”"),
        ("  signing:\n", "  signing:\n    tells: [clerk]\n", "unknown key “tells”"),
        ("always:\n" + LEAVE, "always: [leave]\n", "a group of"),
    ],
)
def test_a_piece_holds_what_a_piece_may_hold(old: str, new: str, words: str) -> None:
    assert old in PIECE
    assert any(words in one.text.en for one in told(PIECE.replace(old, new, 1)))


def test_an_act_stays_out_of_the_states_there_are_and_of_none_that_no_taker_has() -> None:
    second = text_of("procedures/second_look.yaml")
    assert "returning" not in second
    more = PIECE.replace("not_from: [returning]", "not_from: [returning, elsewhere]")
    (found,) = told(more)
    assert "has the state “elsewhere”" in found.text.en
    assert (found.file, found.line) == (f"sound/{TALK}", line_with(more, "leave:"))
    (leave,) = [one for one in library(more).procedures["borrowed_tool"].always if one.name == "leave"]
    assert leave.not_from == ("returning",)


def test_what_changed_in_a_piece_is_compared_thing_by_thing() -> None:
    after = PIECE.replace("20 working days", "21 working days")
    (change,) = compare({TALK: PIECE.encode()}, {TALK: after.encode()}).changes
    assert change.kind.en == "Clocks of procedures"
    assert [(leaf.before and leaf.before.en, leaf.after and leaf.after.en) for leaf in change.leaves] == [
        ("20 working days", "21 working days")
    ]


def test_what_stands_in_a_piece_is_tried_by_any_procedure_that_takes_it() -> None:
    def left(file: str, line: int, taker: str) -> Problem:
        return Problem(file, line, "10", Text("", "No scenario takes it."), Text("", taker))

    found = {
        "first": [left("piece", 3, "first"), left("piece", 4, "first"), left("first", 3, "first")],
        "second": [left("piece", 4, "second")],
        "third": [left("second piece", 4, "third")],
    }
    kept = untried(found, {"piece": ["first", "second", "not run"], "second piece": ["third"]})
    assert [(one.file, one.line) for one in kept] == [("piece", 4), ("first", 3), ("second piece", 4)]
