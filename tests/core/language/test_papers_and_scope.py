"""What expressions see of a matter, and the texts printed from it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from matter import NOW, child, matter, note, running
from sound_pack import sound

from huiyin.core.expressions import evaluate, fill, parse, plain_value, show
from huiyin.core.papers import PaperDef, content_hash, fields_in, ladder_of, render, text_in
from huiyin.core.procedure import Basis
from huiyin.core.scope import scope_of
from huiyin.core.scope_types import scope_types
from huiyin.core.snapshot import Snapshot

PROCEDURE = sound().procedures["borrowed_tool"]
NOTE = sound().papers["note_of_terms"]


def value(text: str, snapshot: Snapshot | None = None, actor: str | None = None) -> Any:
    return evaluate(parse(text), scope_of(PROCEDURE, snapshot or matter(), sound(), now=NOW, actor=actor))


def shown(text: str, language: str, snapshot: Snapshot) -> str:
    return fill(text, scope_of(PROCEDURE, snapshot, sound(), now=NOW), language)


def test_every_name_the_types_know_has_a_value() -> None:
    types = scope_types(PROCEDURE, sound().papers)
    full = matter(
        clocks={name: running(name) for name in ("reply", "talking")},
        papers={"note_of_terms": (note(("p1", "neighbour"), sealed=True),)},
        children=(child("resolved"),),
    )
    for snapshot in (full, matter(facts={}, parties=(), named={}, units={}, unit_names={})):
        scope = scope_of(PROCEDURE, snapshot, sound(), now=NOW, actor="p1")
        for name, kind in types.names.items():
            found = scope.value(name)
            for member, inner in kind.members.items():
                got = None if found is None else found.members[member]
                assert inner.kind != "flag" or isinstance(got, bool), (name, member)


def test_facts_carry_their_meaning() -> None:
    assert value("thing") == "梯子"
    assert value("worth < yuan(231)") is True
    assert value("worth < yuan(230)") is False
    assert value("neighbours.count(p, p.answer == 'yes')") == 1
    assert value("neighbours.any(p, p.address == '一号楼')") is True
    assert value("returns.latest(r, r.due)") == date(2026, 10, 1)
    assert value("returns.all(r, r.state == 'done')") is False
    assert value("returns.any(r, r.who == actor && r.due > today)", actor="p1") is True
    assert value("returns.any(r, r.who == 'p2')") is True
    assert value("which.number") == 2
    assert value("which.state") == "done"
    assert plain_value(value("which")) == {"who": "p2", "due": "2026-10-01", "state": "done"}
    assert plain_value(value("actor", actor="p2")) == "p2"
    assert value("actor", actor="acc-1") is None
    assert value("host.name") == "街角办公室"
    assert value("state == 'talks' && opened_by == 'party' && line == 'dispute' && reference == '202609070001'") is True
    assert value("today") == date(2026, 9, 10)


def test_facts_are_shown_with_their_labels() -> None:
    text = "{helper}，{topic}，{worth}，{neighbours}，{which}"
    assert shown(text, "zh", matter()) == "王五，借工具不还，¥230.00，张三、李四，2"
    assert shown(text, "en", matter()) == "王五，A tool not given back，¥230.00，张三, 李四，2"
    assert shown("{reason}", "zh", matter()) == "（未填）"


def test_clocks_show_their_date_in_the_citys_zone() -> None:
    assert value("reply.due == null && reply.status == null && !reply.running && !reply.overdue") is True
    snapshot = matter(clocks={"reply": running("reply"), "talking": running("talking", overdue=True)})
    assert value("reply.due", snapshot) == date(2026, 9, 17)
    assert value("reply.running && !reply.overdue && reply.status == 'running'", snapshot) is True
    assert value("talking.overdue", snapshot) is True
    assert shown("{reply.due}", "zh", snapshot) == "2026年9月17日"


def test_a_date_beyond_the_known_calendar_is_marked() -> None:
    life = running("talking")
    due = life.due
    assert due is not None
    later = replace(life, events=(replace(life.events[0], due=replace(due, provisional=True)),))
    assert shown("{talking.due}", "zh", matter(clocks={"talking": later})).endswith("（暂定）")


def test_papers_tell_who_has_signed_and_who_is_missing() -> None:
    assert value("note_of_terms.printed || note_of_terms.sealed || note_of_terms.voided") is False
    half = matter(papers={"note_of_terms": (note(("p1", "neighbour"), ("acc-1", "go_between")),)})
    assert value("note_of_terms.signed_by('go_between') && note_of_terms.signed_by('neighbour')", half) is True
    assert value("note_of_terms.signed_by_all(neighbours)", half) is False
    assert shown("{note_of_terms.missing}", "zh", half) == "李四、印章"
    assert shown("{note_of_terms.missing}", "en", half) == "李四, seal"
    whole = matter(papers={"note_of_terms": (note(("p1", "neighbour"), ("p2", "neighbour"), ("acc-1", "go_between"), sealed=True),)})
    assert value("note_of_terms.signed_by_all(neighbours) && note_of_terms.sealed && size(note_of_terms.missing) == 0", whole) is True
    assert value("note_of_terms.effective_at", whole) == NOW
    assert value("size(note_of_terms.signatures)", whole) == 3


def test_a_paper_signed_by_nobody_is_not_signed_by_all_of_nobody() -> None:
    assert value("note_of_terms.signed_by_all(neighbours)", matter(parties=(), papers={"note_of_terms": (note(),)})) is False


def test_a_voided_paper_counts_as_not_printed() -> None:
    voided = matter(papers={"note_of_terms": (note(("p1", "neighbour"), voided=True),)})
    assert value("note_of_terms.voided && !note_of_terms.printed && !note_of_terms.signed_by('neighbour')", voided) is True
    again = matter(papers={"note_of_terms": (note(voided=True), note(number=2))})
    assert value("note_of_terms.printed && !note_of_terms.voided && note_of_terms.number == 2", again) is True


def test_children_are_counted_by_procedure() -> None:
    assert value("children.second_look.count == 0 && children.second_look.outcome == null") is True
    snapshot = matter(children=(child("resolved"), child(None)))
    assert value("children.second_look.count == 2 && children.second_look.open == 1 && children.second_look.ended == 1", snapshot) is True


@pytest.mark.parametrize(("topic", "units"), [("dispute.tool", "法院（十五日内）、工具库（不限）"), ("dispute", "法院（十五日内）")])
def test_remedies_follow_the_topic(topic: str, units: str) -> None:
    assert shown("{remedies}", "zh", matter(state="declined", topic=topic)) == units


def test_a_paper_is_printed_in_both_languages() -> None:
    rendered = render(NOTE, PROCEDURE, matter(), sound(), now=NOW)
    assert rendered.title.zh == "归还约定"
    assert [block["kind"] for block in rendered.blocks] == ["heading", "text", "list", "table", "signatures"]
    assert rendered.blocks[1] == {"kind": "text", "zh": "梯子，值¥230.00（人民币贰佰叁拾元整）。", "en": "梯子, worth ¥230.00."}
    assert rendered.blocks[2]["items"][1] == {"zh": "李四（不愿意）", "en": "李四 (No)"}
    assert rendered.blocks[3]["rows"][0] == [{"zh": "张三", "en": "张三"}, {"zh": "2026年9月20日", "en": "20 September 2026"}]
    assert [(line["role"], line["name"]) for line in rendered.blocks[4]["lines"]] == [
        ("neighbour", "张三"),
        ("neighbour", "李四"),
        ("go_between", "王五"),
        ("seal", "街角办公室"),
    ]
    assert rendered.blocks[4]["lines"][2]["label"] == {"zh": "说和人", "en": "go-between"}
    assert rendered.text_zh.splitlines()[:3] == ["归还约定", "编号202609070001", "梯子，值¥230.00（人民币贰佰叁拾元整）。"]
    assert text_in(rendered, "en").splitlines()[:3] == ["Note of terms", "No. 202609070001", "梯子, worth ¥230.00."]


def test_the_text_a_signature_binds_does_not_change_by_signing() -> None:
    before = render(NOTE, PROCEDURE, matter(papers={"note_of_terms": (note(),)}), sound(), now=NOW)
    after = render(NOTE, PROCEDURE, matter(papers={"note_of_terms": (note(("p1", "neighbour"), sealed=True),)}), sound(), now=NOW)
    assert content_hash(b"salt", before) == content_hash(b"salt", after)


def test_the_hash_binds_text_and_salt() -> None:
    one = render(NOTE, PROCEDURE, matter(), sound(), now=NOW)
    facts = {**matter().facts, "worth": 23_001}
    other = render(NOTE, PROCEDURE, matter(facts=facts), sound(), now=NOW)
    hashes = {content_hash(b"salt", one), content_hash(b"salt", other), content_hash(b"pepper", one)}
    assert len(hashes) == 3
    assert all(len(one_hash) == 64 for one_hash in hashes)


def test_a_notice_prints_the_ladder_of_the_end_that_was_entered() -> None:
    notice = sound().papers["ways_notice"]
    rendered = render(notice, PROCEDURE, matter(state="declined"), sound(), now=NOW)
    rows = rendered.blocks[1]["rows"]
    assert [row["name"] for row in rows] == ["court", "library"]
    assert rows[0]["basis"] == [{"zh": "《示例邻里法》第9条", "en": "Sample Neighbours Act, art. 9"}]
    assert "1. 法院：十五日内。带上借条。（《示例邻里法》第9条）" in rendered.text_zh
    use = ladder_of(notice, PROCEDURE, matter(state="talks"))
    assert use is not None
    assert use.name == "ways"


def test_what_a_paper_is_drawn_from() -> None:
    assert {"thing", "worth", "answer", "returns", "who", "due", "reference"} <= fields_in(NOTE)
    assert "helper" not in fields_in(NOTE)


def test_a_paper_with_nothing_to_fill_is_still_printed() -> None:
    empty = matter(facts={}, parties=(), named={})
    rendered = render(NOTE, PROCEDURE, empty, sound(), now=NOW)
    # A list and a table with nothing in them are left out.
    assert [block["kind"] for block in rendered.blocks] == ["heading", "text", "signatures"]
    assert [line["name"] for line in rendered.blocks[2]["lines"]] == ["", "街角办公室"]
    bare = PaperDef("bare", NOTE.title, (), ())
    assert render(bare, PROCEDURE, empty, sound(), now=NOW).text_zh == "归还约定"


def test_a_missing_party_or_entry_is_shown_as_missing() -> None:
    facts = {**matter().facts, "returns": [{"who": "gone", "due": None}], "which": 7}
    snapshot = matter(facts=facts)
    assert value("which", snapshot) is None
    assert value("returns.any(r, r.who.name != null)", snapshot) is False
    assert show(value("returns", snapshot), "zh", sound().zone) == "1"


def test_articles_of_one_law_stand_behind_its_name() -> None:
    library = sound()
    (ladder, rows), *_ = library.remedies.items()
    several = tuple(Basis("示例邻里法(2024)", article) for article in ("9", "3"))
    changed = replace(library, remedies={**library.remedies, ladder: (replace(rows[0], basis=(*several, Basis("某条例", "1"))),)})
    paper = next(paper for paper in library.papers.values() if paper.shows_remedies())
    (block,) = [block for block in render(paper, PROCEDURE, matter(), changed, now=NOW).blocks if block["kind"] == "remedies"]
    assert block["rows"][0]["basis"] == [
        {"zh": "《示例邻里法》第9条、第3条", "en": "Sample Neighbours Act, arts. 9, 3"},
        {"zh": "《某条例》第1条", "en": "某条例, art. 1"},
    ]
