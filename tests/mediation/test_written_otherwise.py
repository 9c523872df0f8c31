"""Somebody written another way in another paper is told to the mediator with both places, and not to the parties."""

from __future__ import annotations

from datetime import timedelta

from cases import Case, at_desk

from huiyin import clock


def _named_otherwise() -> Case:
    case = Case().mediating()
    held = (clock.now() - timedelta(hours=2)).isoformat()
    case.act("mediator", "hold_session", {"session_at": held, "session_place": "调解室", "minutes": "由李肆赔偿一千元，张三同意。"})
    case.act("张三", "sign_minutes", {"hash": case.hash("mediation_minutes"), "method": "screen"})
    case.draft()
    return case


def test_both_places_stand_where_the_file_is_bound_and_where_it_is_signed(served: object) -> None:
    case = _named_otherwise()
    said = "写的是“李肆”"
    for page in ("file/", "act/sign/"):
        words = at_desk("mediator").get(f"{case.desk}/{page}").words
        assert said in words
        assert "“李四”" in words
    assert said not in case.party().get(f"/mine/{case.reference}/act/sign/").words


def test_nothing_is_said_where_names_agree(served: object) -> None:
    case = Case().signing()
    assert "这几处请核对" not in at_desk("mediator").get(f"{case.desk}/file/").words
