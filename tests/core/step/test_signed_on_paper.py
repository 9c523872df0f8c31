"""What is signed by hand, fingerprint or stamp is recorded with its time and its scan, and takes effect by the same rule."""

from __future__ import annotations

from typing import Any

import pytest
from step_cases import MEDIATOR, at, drafted, party, staff

from huiyin.core.effects import NOTE_WITNESS
from huiyin.core.snapshot import from_plain, to_plain

SCAN = {"file": "01a200dd-009e-7d59-8b55-ee160cd434be", "sha256": "ab" * 32}


def given(walk: Any, **how: Any) -> dict[str, Any]:
    issue = walk.snapshot.paper("mediation_agreement")
    return {"hash": issue.hash, **how}


def test_an_agreement_signed_on_paper_is_effective_when_the_last_mark_was_given() -> None:
    walk = drafted()
    walk.does(party("zhang"), "sign", given(walk, method="wet", scan=[SCAN]), when="2026-09-10T11:00", recorded="2026-09-12T09:00")
    walk.does(party("li"), "sign", given(walk, method="fingerprint", witness="王五"), when="2026-09-10T11:05", recorded="2026-09-12T09:01")
    walk.does(MEDIATOR, "sign", given(walk, method="wet"), when="2026-09-10T11:10", recorded="2026-09-12T09:02")
    keeper = staff("seal_keeper", person="s-1")
    walk.does(keeper, "seal", given(walk, method="wet", scan=[SCAN]), when="2026-09-10T16:00", recorded="2026-09-12T09:03")
    issue = walk.snapshot.paper("mediation_agreement")
    assert issue is not None
    assert issue.effective_at == at("2026-09-10T16:00")
    assert [mark.method for mark in issue.signatures] == ["wet", "fingerprint", "wet"]
    assert issue.signatures[0].scan == (SCAN["file"],)
    assert issue.signatures[0].scan_sha256 == (SCAN["sha256"],)
    assert issue.sealed is not None
    assert issue.sealed.scan == (SCAN["file"],)
    assert from_plain(to_plain(walk.snapshot)) == walk.snapshot


def test_a_party_of_the_matter_witnesses_nothing() -> None:
    walk = drafted()
    other = walk.snapshot.parties[0].name
    assert walk.refused(party("li"), "sign", given(walk, method="fingerprint", witness=other), when="2026-09-10T11:05") == "bad_value"


def test_the_name_of_a_witness_is_content_that_can_be_erased_and_no_part_of_the_matter_s_bones() -> None:
    walk = drafted()
    walk.does(party("li"), "sign", given(walk, method="fingerprint", witness="王五"), when="2026-09-10T11:05")
    (note,) = [content for content in walk.effects.content if content.field == NOTE_WITNESS]
    assert (note.value, note.cls, note.party) == ("王五", "P2", "li")
    assert "王五" not in str(to_plain(walk.snapshot)["papers"])


@pytest.mark.parametrize(
    ("how", "code"),
    [
        ({"method": "fingerprint"}, "needs_witness"),
        ({"method": "wet", "scan": [{**SCAN, "sha256": ""}]}, "no_scan"),
        ({"method": "telephone"}, "bad_value"),
    ],
)
def test_what_is_not_proved_is_not_recorded(how: dict[str, Any], code: str) -> None:
    walk = drafted()
    assert walk.refused(party("li"), "sign", given(walk, **how), when="2026-09-10T11:05") == code
