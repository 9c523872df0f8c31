"""Who sits at the table of a mediation and who may listen, as the papers have it."""

from __future__ import annotations

from step_cases import MEDIATOR, at, mediating, party

ARRANGED = {"session_at": at("2026-09-10T09:00").isoformat(), "session_place": "调解室"}


def test_a_session_is_closed_unless_every_side_says_open() -> None:
    walk = mediating()
    walk.does(party("zhang"), "choose_openness", {"openness": "open"})
    walk.does(MEDIATOR, "arrange_session", ARRANGED)
    notice = walk.effects.printed[-1][1]
    assert (notice.paper, "方式：不公开" in notice.text_zh) == ("session_notice", True)
    walk.does(party("li"), "choose_openness", {"openness": "open"})
    walk.does(MEDIATOR, "arrange_session", ARRANGED)
    assert "方式：公开" in walk.effects.printed[-1][1].text_zh
    walk.does(party("zhang"), "choose_openness", {"openness": "closed"})
    walk.does(MEDIATOR, "hold_session", {**ARRANGED, "minutes": "谈了"}, when="2026-09-10T10:00")
    assert "方式：不公开" in walk.effects.printed[-1][1].text_zh


def test_the_notice_does_not_say_that_the_sides_are_kept_apart() -> None:
    walk = mediating()
    walk.does(party("li"), "feel_unsafe")
    walk.does(MEDIATOR, "arrange_session", {**ARRANGED, "session_way": "apart"})
    text = walk.effects.printed[-1][1].text_zh
    assert "分开" not in text
    assert "安全" not in text
