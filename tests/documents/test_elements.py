"""What an article asks of a paper is asked for by name: with it left out the paper is not printed, whatever the procedure let through."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

import pytest
from every_paper import library, names, printed

from huiyin.core.expressions import names_in, parse
from huiyin.core.packs import Library
from huiyin.core.papers import Element
from huiyin.core.run import Run, StoppedError
from huiyin.core.snapshot import Snapshot

EVERY = [(name, element) for name in names() for element in library().papers[name].elements if element.basis]
# What a paper says where the matter has none of it; and what no matter, and no service, is without.
INSTEAD = re.compile(r"given\(.+, '([^']+)'\)|size\(\w+\)")
ALWAYS = ("today", "opened_at", "this_service.paper", "this_service.on")
STATUTORY = [(name, element) for name, element in EVERY if element.binds not in ALWAYS and not INSTEAD.fullmatch(element.binds)]
SAID_INSTEAD = [(name, element) for name, element in EVERY if INSTEAD.fullmatch(element.binds)]
# Elements that are a question to several facts: what they find wanting.
UNANSWERED: dict[str, dict[str, Any]] = {
    "An answer to each point": {"points": [{"number": 1, "ask": "什么时候修"}], "answers": None},
    "The ground of what is refused": {"answers": [{"number": 1, "about": 1, "result": "refused", "text": "办不了"}]},
}


def without(element: Element, snapshot: Snapshot) -> tuple[Snapshot, Library]:
    """Return the matter with nothing for an element."""
    if element.binds == "remedies":
        return snapshot, replace(library(), remedies={})
    changed = UNANSWERED.get(element.name.en)
    if changed is not None:
        return replace(snapshot, facts={**snapshot.facts, **changed}), library()
    gone = names_in(parse(element.binds))
    roles = {f"{role}s": role for role in library().procedures[snapshot.procedure].roles}
    without_parties = {roles[name] for name in gone & roles.keys()}
    return replace(
        snapshot,
        facts={name: value for name, value in snapshot.facts.items() if name not in gone},
        clocks={name: life for name, life in snapshot.clocks.items() if name not in gone},
        papers={name: issues for name, issues in snapshot.papers.items() if name not in gone},
        parties=tuple(party for party in snapshot.parties if party.role not in without_parties),
        named={post: people for post, people in snapshot.named.items() if post not in gone},
        units={alias: unit for alias, unit in snapshot.units.items() if alias not in gone},
    ), library()


def run(name: str, snapshot: Snapshot, packs: Library) -> Run:
    at = printed()[name][1].printed_at
    return Run(packs.procedures[snapshot.procedure], packs, snapshot, at, at, snapshot.version, lambda: b"salt")


@pytest.mark.parametrize(("name", "element"), STATUTORY, ids=[f"{name}: {element.name.en}" for name, element in STATUTORY])
def test_a_statutory_element_with_nothing_in_it_is_refused_by_name(name: str, element: Element) -> None:
    snapshot = printed()[name][2]
    run(name, snapshot, library()).print(name)
    making = run(name, *without(element, snapshot))
    with pytest.raises(StoppedError) as stopped:
        making.print(name)
    refusal = stopped.value.refusal
    assert refusal.code == "element_missing"
    assert element.name.zh in refusal.text.zh
    assert element.name.en in refusal.text.en
    assert library().papers[name].title.zh in refusal.text.zh
    assert refusal.field in (None, element.binds)


@pytest.mark.parametrize(("name", "element"), SAID_INSTEAD, ids=[f"{name}: {element.name.en}" for name, element in SAID_INSTEAD])
def test_what_a_case_need_not_have_is_said_in_words_where_it_has_none(name: str, element: Element) -> None:
    making = run(name, *without(element, printed()[name][2]))
    making.print(name)
    words = INSTEAD.fullmatch(element.binds)
    assert words is not None
    text = making.printed[0][1].text_zh
    assert (words[1] or "0项") in text


def test_what_is_custom_only_holds_no_paper_up() -> None:
    snapshot = printed()["acceptance_form"][2]
    bare = replace(snapshot, facts={name: value for name, value in snapshot.facts.items() if name != "dispute_place"})
    making = run("acceptance_form", bare, library())
    making.print("acceptance_form")
    assert making.printed


def test_a_list_with_nothing_in_it_is_not_headed() -> None:
    snapshot = printed()["reply_letter"][2]
    bare = replace(snapshot, facts={name: value for name, value in snapshot.facts.items() if name not in ("points", "answers")})
    making = run("reply_letter", bare, library())
    making.print("reply_letter")
    text = making.printed[0][1].text_zh
    assert snapshot.facts["detail"] in text
    assert "您问的" not in text
    assert "第几点" not in text
    assert "还可以" in text
