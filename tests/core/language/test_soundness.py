"""Each soundness rule refuses a pack that breaks it, and says where and how to mend it."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

import pytest
from sound_pack import NOTE, PROCEDURE, SECOND, SOUND, broken, broken_text, line_with, problems_of, sound, text_of

from huiyin.core.pack_reading import read_library
from huiyin.core.soundness import check_coverage

# rule, file, what is there, what it becomes, words of the line complained of, file complained of
FOUND = "found: {label: {zh: 看过了, en: Looked}, to: done, needs: has_thing}"
DECLINED_SAYS = '    says: {zh: "不受理：{reason}。可以找{remedies}。", en: "Declined: {reason}. Turn to {remedies}."}'
BROKEN = {
    "a state nothing leads to": (
        "1",
        PROCEDURE,
        "to: talks, form: taking",
        "to: declined, form: taking, prints: [ways_notice]",
        "  talks:",
        PROCEDURE,
    ),
    "a state without a way to an end": (
        "1",
        SECOND,
        "to: done, needs: has_thing",
        "needs: has_thing",
        "  looking:",
        SECOND,
    ),
    "a state nobody has": (
        "2",
        PROCEDURE,
        "    by: clerk\n    clocks: {reply: start}",
        "    clocks: {reply: start}",
        "  received:",
        PROCEDURE,
    ),
    "a state whose holder can do nothing": (
        "2",
        PROCEDURE,
        "    by: [go_between, neighbour]",
        "    by: seal_keeper",
        "  talks:",
        PROCEDURE,
    ),
    "a state without a clock": (
        "2",
        PROCEDURE,
        "prints: [note_of_terms]}",
        "prints: [note_of_terms], clocks: {talking: met}}",
        "  signing:",
        PROCEDURE,
    ),
    "a clock that runs out into silence": (
        "2",
        PROCEDURE,
        "    when_due: {reply: {tells: [clerk, neighbour]}}\n",
        "",
        "  received:",
        PROCEDURE,
    ),
    "a clock that tells only people who cannot act": (
        "2",
        PROCEDURE,
        "reply: {tells: [clerk, neighbour]}",
        "reply: {tells: [seal_keeper]}",
        "  received:",
        PROCEDURE,
    ),
    "an automatic action without a condition": (
        "2",
        PROCEDURE,
        "to: returning, needs: all_signed,",
        "to: returning,",
        "      hold:",
        PROCEDURE,
    ),
    "a resident who is not told by when": (
        "3",
        PROCEDURE,
        'en: "We have it and answer by {reply.due}."',
        'en: "We have it and answer soon."',
        "  received:",
        PROCEDURE,
    ),
    "a date of a clock that does not run": (
        "3",
        PROCEDURE,
        '{zh: "收到了，{reply.due}前答复您。", en: "We have it and answer by {reply.due}."}',
        '{zh: "收到了，{talking.due}前答复您。", en: "We have it and answer by {talking.due}."}',
        "  received:",
        PROCEDURE,
    ),
    "a clock the law does not have": (
        "4",
        PROCEDURE,
        "law: sample_answer,",
        "law: sample_answr,",
        "  reply:",
        PROCEDURE,
    ),
    "a clock by a row without a length": (
        "4",
        PROCEDURE,
        "law: sample_answer,",
        "law: sample_visit,",
        "  reply:",
        PROCEDURE,
    ),
    "a length the law does not give": (
        "4",
        PROCEDURE,
        "law: sample_answer,",
        "law: sample_answer, term: 12 days,",
        "  reply:",
        PROCEDURE,
    ),
    "a further article the law pack does not hold": (
        "4",
        PROCEDURE,
        "law: sample_answer,",
        "law: sample_answer, basis: [示例邻里法(2024)#8],",
        "  reply:",
        PROCEDURE,
    ),
    "a clock of a law no longer in force": (
        "4",
        PROCEDURE,
        "law: sample_answer,",
        "law: sample_gone,",
        "  reply:",
        PROCEDURE,
    ),
    "a target dressed as law": (
        "4",
        PROCEDURE,
        "{kind: target, term: 20 working days,",
        "{kind: target, term: 20 working days, basis: [示例邻里法(2024)#3],",
        "  talking: {kind",
        PROCEDURE,
    ),
    "an ordered date nobody set": (
        "4",
        PROCEDURE,
        'kind: ordered, until: "returns.latest(r, r.due)"',
        "kind: ordered, term: 3 days",
        "  return:  {",
        PROCEDURE,
    ),
    "an adverse end without remedies": (
        "5",
        PROCEDURE,
        "    end: declined\n    remedies: ways\n" + DECLINED_SAYS,
        "    end: declined\n    says: {zh: 不受理。, en: Declined.}",
        "  declined:",
        PROCEDURE,
    ),
    "an adverse end reached without its notice": (
        "5",
        PROCEDURE,
        "to: declined, form: reason, prints: [ways_notice]",
        "to: declined, form: reason",
        "      decline:",
        PROCEDURE,
    ),
    "an always-act into an adverse end without its notice": (
        "5",
        PROCEDURE,
        "not_from: [returning], prints: [ways_notice]",
        "not_from: [returning]",
        "  leave:",
        PROCEDURE,
    ),
    "a topic nobody has a remedy for": (
        "5",
        "remedies.yaml",
        "    - name: court\n",
        "    - name: court\n      not_topics: [dispute.tool]\n      topics: [dispute.tool]\n",
        "  ways: {ladder",
        PROCEDURE,
    ),
    "a notice that prints no remedies": (
        "5",
        "papers/ways_notice.yaml",
        "  - remedies: true\n",
        '  - text: {zh: "{remedies}", en: "{remedies}"}\n',
        "paper: ways_notice",
        "papers/ways_notice.yaml",
    ),
    "a condition about a fact that does not exist": (
        "6",
        PROCEDURE,
        "p.answer == 'yes'",
        "p.anser == 'yes'",
        "  all_willing:",
        PROCEDURE,
    ),
    "a word that is no value of the choice": ("6", PROCEDURE, "p.answer == 'yes'", "p.answer == 'yep'", "  all_willing:", PROCEDURE),
    "a condition that is no question": ("6", PROCEDURE, "test: worth < yuan(5000)", "test: worth", "  costly:", PROCEDURE),
    "money compared with a bare number": ("6", PROCEDURE, "worth < yuan(5000)", "worth < 5000", "  costly:", PROCEDURE),
    "an expression that cannot be read": ("6", PROCEDURE, "worth < yuan(5000)", "worth < yuan(5000", "  costly:", PROCEDURE),
    "a sentence about a fact that does not exist": (
        "6",
        PROCEDURE,
        'en: "We have it and answer by {reply.due}."',
        'en: "We have {thingy} and answer by {reply.due}."',
        "  received:",
        PROCEDURE,
    ),
    "a trigger that is no instant": (
        "6",
        PROCEDURE,
        "trigger: note_of_terms.effective_at",
        "trigger: note_of_terms.printed",
        "  review:  {",
        PROCEDURE,
    ),
    "a constant the field cannot hold": ("6", PROCEDURE, "sets: {answer: yes}", "sets: {answer: perhaps}", "      agree:", PROCEDURE),
    "a fact handed to a child that has no such field": (
        "6",
        PROCEDURE,
        "hands: {thing: thing}",
        "hands: {thing: thing, worth: worth}",
        "      look_again:",
        PROCEDURE,
    ),
    "a paper about a fact that does not exist": ("6", NOTE, "worth {worth}.", "worth {worths}.", "  - text:", NOTE),
    "a paper that does not exist": (
        "7",
        PROCEDURE,
        "to: signing, form: terms, needs: all_willing, prints: [note_of_terms]",
        "to: signing, form: terms, needs: all_willing, prints: [note_of_terms, note_of_term]",
        "      settle:",
        PROCEDURE,
    ),
    "a paper signed before it is printed": (
        "7",
        PROCEDURE,
        "needs: all_willing, prints: [note_of_terms]",
        "needs: all_willing",
        "      sign:",
        PROCEDURE,
    ),
    "a way round the printing": (
        "7",
        PROCEDURE,
        "      decline: {label",
        "      hurry:   {label: {zh: 直接签, en: Hurry}, to: signing}\n      decline: {label",
        "      sign:",
        PROCEDURE,
    ),
    "a voided paper signed on the way back": (
        "7",
        PROCEDURE,
        "      breach:  ",
        "      undo:       {label: {zh: 作废, en: Undo}, by: go_between, to: signing, voids: note_of_terms}\n      breach:  ",
        "      sign:",
        PROCEDURE,
    ),
    "a paper voided where it is signed": (
        "7",
        PROCEDURE,
        "      seal: {label",
        "      void: {label: {zh: 作废, en: Void}, by: go_between, voids: note_of_terms}\n      seal: {label",
        "      sign:",
        PROCEDURE,
    ),
    "a way in on which no clock was started": (
        "2",
        PROCEDURE,
        "      decline: {label",
        "      hurry:   {label: {zh: 直接签, en: Hurry}, to: signing, prints: [note_of_terms]}\n      decline: {label",
        "  signing:",
        PROCEDURE,
    ),
    "an element bound to nothing": ("7", NOTE, "binds: thing}", "binds: things}", "binds: things}", NOTE),
    "an element that is not printed": ("7", NOTE, "binds: thing}", "binds: helper}", "binds: helper}", NOTE),
    "a signature the paper does not ask for": (
        "7",
        NOTE,
        "signed_by: [neighbour, go_between]",
        "signed_by: [neighbour]",
        "      sign:",
        PROCEDURE,
    ),
    "an order with somebody who does not sign": (
        "7",
        NOTE,
        "sealed_by: host\n",
        "sealed_by: host\norder: [neighbour, helper]\n",
        "paper: note_of_terms",
        NOTE,
    ),
    "an order with somebody in it twice": (
        "7",
        NOTE,
        "sealed_by: host\n",
        "sealed_by: host\norder: [neighbour, [host, neighbour]]\n",
        "paper: note_of_terms",
        NOTE,
    ),
    "a seal of another unit": ("7", NOTE, "sealed_by: host\n", "", "      seal:", PROCEDURE),
    "a unit without a seal that seals": (
        "7",
        "units.yaml",
        "    posts: [clerk, go_between, seal_keeper]\n    seal: true",
        "    posts: [clerk, go_between, seal_keeper]",
        "      seal:",
        PROCEDURE,
    ),
    "a post the kind of unit does not have": (
        "8",
        "units.yaml",
        "posts: [clerk, go_between, seal_keeper]",
        "posts: [clerk, seal_keeper]",
        "  go_between:  {of: host",
        PROCEDURE,
    ),
    "a kind of unit that does not exist": (
        "8",
        PROCEDURE,
        "host: {kind: corner_office}",
        "host: {kind: corner_ofice}",
        "  host:",
        PROCEDURE,
    ),
    "a post that does not exist": (
        "8",
        PROCEDURE,
        "clerk:       {of: host}",
        "clerk:       {of: host, post: clark}",
        "  clerk: ",
        PROCEDURE,
    ),
    "somebody told who does not exist": (
        "8",
        PROCEDURE,
        "return: {tells: [go_between, neighbour]}",
        "return: {tells: [neighbour, polise]}",
        "  returning:",
        PROCEDURE,
    ),
    "a field nobody fills": ("8", PROCEDURE, "  asking:  [thing, worth?]", "  asking:  [thing]", "  worth:", PROCEDURE),
    "a condition nobody asks": ("8", PROCEDURE, "form: taking, warns: costly,", "form: taking,", "  costly:", PROCEDURE),
    "a form nobody fills in": ("8", PROCEDURE, "to: talks, form: taking,", "to: talks,", "  taking:", PROCEDURE),
    "a clock nobody starts": (
        "8",
        PROCEDURE,
        "clocks:\n  reply: ",
        "clocks:\n  idle:    {kind: target, term: 2 days, label: {zh: 空, en: idle}}\n  reply: ",
        "  idle: ",
        PROCEDURE,
    ),
    "procedures that open each other by themselves": (
        "9",
        SECOND,
        FOUND,
        FOUND.replace(", needs: has_thing", "")
        + "\n      again: {label: {zh: 再开, en: Again}, by: system, needs: has_thing, opens: second_look}",
        "      again:",
        SECOND,
    ),
}


def test_the_sound_pack_is_sound() -> None:
    assert sound().procedures.keys() == {"borrowed_tool", "second_look"}


@pytest.mark.parametrize("what", BROKEN)
def test_a_broken_pack_is_refused_with_file_line_rule_and_mend(what: str) -> None:
    rule, file, old, new, words, complained = BROKEN[what]
    problems = broken(file, old, new)
    line = line_with(broken_text(file, old, new) if complained == file else text_of(complained), words)
    at_place = [one for one in problems if (one.file, one.line, one.rule) == (f"sound/{complained}", line, rule)]
    shown = "\n".join(problem.in_("en") for problem in problems)
    assert at_place, f"expected rule {rule} at {complained}:{line}, found\n{shown}"
    for problem in at_place:
        assert problem.text.zh
        assert problem.text.en
        assert problem.mend.zh
        assert problem.mend.en


def test_every_rule_of_the_graph_has_a_broken_pack() -> None:
    assert {case[0] for case in BROKEN.values()} == {str(number) for number in range(1, 10)}


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("to: talks, form: taking", "to: talk, form: taking", "talks"),
        ("form: taking, warns: costly", "form: takin, warns: costly", "taking"),
        ("needs: all_willing", "needs: all_wiling", "all_willing"),
        ("  asking:  [thing, worth?]", "  asking:  [thing, worht?]", "worth"),
        ("start: received", "start: recieved", "received"),
        ("opens: {procedure: second_look", "opens: {procedure: second_lok", "second_look"),
        ("  answer:  {type: choice,", "  answer:  {type: choice, starts_as: {party: yess},", "yes"),
    ],
)
def test_a_name_that_points_nowhere_is_told_the_nearest_one(old: str, new: str, words: str) -> None:
    problems = [problem for problem in broken(PROCEDURE, old, new) if problem.rule == "reference"]
    assert any(words in problem.mend.en and words in problem.mend.zh for problem in problems)


FIELD = "  thing:   {type: text,"
BEGUN = """\
  listed:
    type: list
    class: P1
    label: {zh: 清单, en: List}
    starts_with: {by: answer, part: paper, always: [a], rows: {}}
    record: {paper: {type: choice, label: {zh: 纸, en: Paper}, values: {a: {zh: 甲, en: A}, b: {zh: 乙, en: B}}}}
"""


@pytest.mark.parametrize(
    ("file", "old", "new", "words"),
    [
        (SECOND, FOUND, FOUND[:-1] + ", calls_for: found}", "calls_for"),
        (SECOND, FOUND, FOUND[:-1] + ", clears: [nothing]}", "clears"),
        (SECOND, FOUND, FOUND[:-1] + ", works_out: {thing: size(thing)}}", "works_out.thing"),
        (SECOND, FOUND, FOUND[:-1] + ", works_out: {thing: nobody}}", "nobody"),
        (SECOND, FOUND, FOUND[:-1] + ", works_out: {nothing: thing}}", "works_out"),
        (PROCEDURE, FIELD, "  more:    {type: list, starts_from: thing, class: P1, label: {zh: 多, en: More}}\n" + FIELD, "more"),
        (PROCEDURE, FIELD, BEGUN.replace("by: answer", "by: thing") + FIELD, "starts_with"),
        (PROCEDURE, FIELD, BEGUN.replace("always: [a]", "always: [c]") + FIELD, "there is no c"),
        (PROCEDURE, FIELD, BEGUN.replace("rows: {", "rows: {nobody: [b], ") + FIELD, "there is no nobody"),
        (PROCEDURE, FIELD, BEGUN.replace("part: paper", "part: none") + FIELD, "starts_with"),
        (PROCEDURE, FIELD, BEGUN.replace("type: list", "type: text") + FIELD, "starts_with"),
        (PROCEDURE, "  answer:  {type: choice,", "  answer:  {type: choice, starts_as: {nobody: yes},", "nobody"),
        (PROCEDURE, FIELD, "  thing:   {type: text, starts_as: {party: yes},", "starts_as"),
    ],
)
def test_what_a_form_or_an_act_begins_with_must_be_there(file: str, old: str, new: str, words: str) -> None:
    found = [problem.in_("en") for problem in broken(file, old, new)]
    assert any(words in one for one in found), found


def test_one_name_for_two_things_is_refused() -> None:
    problems = broken(
        PROCEDURE, "  thing:   {type: text,", "  reply:   {type: text, class: P1, label: {zh: 答, en: R}}\n  thing:   {type: text,"
    )
    assert any(problem.rule == "reference" and "reply" in problem.text.en for problem in problems)


def test_a_cycle_a_person_must_start_is_sound() -> None:
    problems = broken(
        SECOND,
        FOUND,
        "found: {label: {zh: 看过了, en: Looked}, to: done, needs: has_thing}\n"
        "      again: {label: {zh: 再开, en: Again}, opens: second_look}",
    )
    assert problems == []


def test_what_is_said_in_mediation_is_handed_to_no_other_matter() -> None:
    text = text_of(PROCEDURE).replace("  thing:   {type: text,", "  thing:   {type: text, talk: true,")
    [problem] = problems_of({PROCEDURE: text})
    assert (problem.rule, problem.line) == ("11", line_with(text, "      look_again:"))
    assert "thing" in problem.text.en


def test_of_what_several_gave_each_hands_on_their_own_only() -> None:
    record = "{type: list, class: P1, label: {zh: 东西, en: Things}, record: {what: {type: text, label: {zh: 什么, en: What}}%s}}"
    keeper = ", giver: {type: party, by_actor: true, label: {zh: 谁的, en: Whose}}"
    second = text_of(SECOND).replace("fields:\n", f"fields:\n  things: {record % keeper}\n").replace("[thing]", "[thing, things?]")
    first = (
        text_of(PROCEDURE)
        .replace("fields:\n", f"fields:\n  things: {record % keeper}\n")
        .replace("  reason:  [reason]\n", "  reason:  [reason]\n  things:  [+things]\n")
        .replace("once: true, opens:", "once: true, form: things, by: neighbour, opens:")
    )

    def handed(source: str) -> list[str]:
        text = first.replace("hands: {thing: thing}", f'hands: {{thing: thing, things: "{source}"}}')
        return [problem.rule for problem in problems_of({PROCEDURE: text, SECOND: second})]

    assert handed("things.those(t, t.giver == actor)") == []
    assert handed("things") == ["11"]
    assert handed("things.those(t, t.giver != actor)") == ["11"]
    bare = second.replace(keeper, "")
    text = first.replace("hands: {thing: thing}", 'hands: {thing: thing, things: "things.those(t, t.giver == actor)"}')
    assert [problem.rule for problem in problems_of({PROCEDURE: text, SECOND: bare})] == ["6"]


@pytest.mark.parametrize(
    ("given", "source", "told"),
    [
        ("record: {ask: {type: text, label: {zh: 问, en: Ask}}}", "[thing]", None),
        ("", "[thing]", None),
        ("record: {worth: {type: money, label: {zh: 值, en: Worth}}}", "[thing]", "has no text"),
        ("", "[thong]", "no field “thong”"),
        ("", "[worth]", "“worth” cannot be searched"),
        ("", "[thing, secret]", "“secret” cannot be searched"),
    ],
)
def test_points_are_looked_for_in_texts_as_open_as_their_list(given: str, source: str, told: str | None) -> None:
    fields = (
        f"  asks: {{type: list, class: P1, label: {{zh: 问, en: Asks}}, asked_in: {source}{', ' * bool(given)}{given}}}\n"
        "  secret: {type: text, class: P2, label: {zh: 密, en: Secret}}\n"
    )
    text = text_of(PROCEDURE).replace("fields:\n", f"fields:\n{fields}").replace("  asking:  [thing,", "  asking:  [thing, asks?, secret?,")
    found = [problem for problem in problems_of({PROCEDURE: text}) if problem.rule == "8"]
    assert [told is not None and told in problem.text.en for problem in found] == ([] if told is None else [True])


def test_only_a_list_takes_points() -> None:
    [problem] = [
        one for one in broken(PROCEDURE, "  thing:   {type: text,", "  thing:   {type: text, asked_in: [thing],") if one.rule == "format"
    ]
    assert "asked_in" in problem.text.en


def test_a_paper_no_procedure_uses_is_refused() -> None:
    text = text_of(NOTE).replace("paper: note_of_terms", "paper: spare")
    [problem] = problems_of({"papers/spare.yaml": text})
    assert (problem.rule, problem.file, problem.line) == ("8", "sound/papers/spare.yaml", 1)


def test_a_procedure_older_than_its_law_is_refused() -> None:
    problems = broken(PROCEDURE, "in_force: {from: 2024-06-01}", "in_force: {from: 2023-12-31}")
    assert {problem.rule for problem in problems} == {"4"}
    assert any("2023-12-31" in problem.text.zh for problem in problems)


def test_a_kind_of_unit_the_city_lacks_is_refused(tmp_path: Path) -> None:
    city = tmp_path / "sound-city"
    city.mkdir()
    (city / "pack.yaml").write_text(
        'pack: sound-city\nkind: city\nversion: "1"\ntitle: {zh: 示例市, en: Sample}\nzone: Asia/Shanghai\nneeds: [sound]\n',
        encoding="utf-8",
    )
    (city / "units.yaml").write_text('units:\n  community:\n    - {kind: tool_library, zh: "库", en: "L"}\n', encoding="utf-8")
    (tmp_path / "sound").symlink_to(SOUND)
    library, problems = read_library([city])
    assert library is None
    assert [(problem.rule, problem.file) for problem in problems] == [("8", "sound/procedures/borrowed_tool.yaml")]


@dataclass
class Seen:
    actions_taken: set[str] = field(default_factory=set)
    conditions_refused: set[str] = field(default_factory=set)


EVERY_ACTION = {
    "take",
    "decline",
    "agree",
    "settle",
    "give_up",
    "sign",
    "seal",
    "hold",
    "bring_back",
    "look_again",
    "close",
    "breach",
    "correct",
    "leave",
}


def test_scenarios_must_take_every_action_and_see_every_condition_refuse() -> None:
    procedure = sound().procedures["borrowed_tool"]
    assert check_coverage(procedure, [Seen(EVERY_ACTION - {"leave"}, set()), Seen({"leave"}, {"all_willing"})]) == []
    [problem] = check_coverage(procedure, [Seen(EVERY_ACTION - {"seal"}, {"all_willing"})])
    assert (problem.rule, problem.line) == ("10", next(a.line for a in procedure.states["signing"].actions if a.name == "seal"))
    assert "seal" in problem.text.en
    [problem] = check_coverage(procedure, [Seen(EVERY_ACTION, set())])
    assert (problem.rule, problem.line) == ("10", procedure.conditions["all_willing"].line)
    assert problem.mend.zh
