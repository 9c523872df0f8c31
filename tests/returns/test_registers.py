"""Registers and sheets: lines as the reader may see them, as known at an instant, with the operator's rates and no other."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from living import CENTRE, COMMITTEE, FAR, WORKROOM, accepted, agreed, asked, at, did, opened, performed, post, visited

from huiyin.core.returns import Rate, Rates
from huiyin.core.values import Text
from huiyin.matters.access import reading_as
from huiyin.matters.models import AccessLog
from huiyin.returns import queries, registers
from huiyin.returns.shapes import Asked

NOVEMBER = "2026-11"


def rows(question: Asked) -> list[dict[str, Any]]:
    """Return the lines as label -> value; texts in Chinese."""
    page = registers.page(question)
    heads = [head.label.zh for head in page.heads]
    return [
        {label: cell.value.zh if isinstance(cell.value, Text) else cell.value for label, cell in zip(heads, line.cells, strict=True)}
        for line in page.lines
    ]


def settled(day: str = "11-16") -> None:
    """One mediation settled for 500 yuan and performed three days later."""
    one = opened(day)
    accepted(one, f"{day} 09:30")
    agreed(one, day, 50_000)
    performed(one, "11-19")


def test_a_handler_sees_names_whole_and_others_the_first_character(served: Any) -> None:
    settled()
    (mine,) = rows(asked("mediation_register", NOVEMBER, post(COMMITTEE, "clerk")))
    assert mine["当事人"] == "张三、李四"
    assert (mine["登记日期"], mine["受理日期"], mine["结案日期"]) == (date(2026, 11, 16), date(2026, 11, 16), date(2026, 11, 19))
    assert (mine["案件来源"], mine["涉及金额"], mine["口头协议"], mine["书面协议"]) == ("当事人申请", 50_000, date(2026, 11, 16), None)
    officer = post(CENTRE, "supervision_officer", supervises=(COMMITTEE,))
    (theirs,) = rows(asked("mediation_register", NOVEMBER, officer, below=True))
    assert theirs["当事人"] == "张**、李**"
    assert theirs["涉及金额"] is None
    assert rows(asked("mediation_register", NOVEMBER, post(FAR, "clerk"))) == []


def test_who_was_shown_names_is_on_the_log(served: Any) -> None:
    settled()
    clerk = post(COMMITTEE, "clerk")
    rows(asked("mediation_register", NOVEMBER, clerk))
    rows(asked("hazard_register", NOVEMBER, post(WORKROOM, "head")))
    with reading_as(clerk):
        looked = [(row.principal, row.fields) for row in AccessLog.objects.all()]
    assert looked == [(clerk.id, ["obligations", "party.name"])]


def test_a_register_of_friday_can_be_made_again_later(served: Any) -> None:
    one = opened("11-16")
    accepted(one, "11-16 09:30")
    friday = asked("mediation_register", NOVEMBER, post(COMMITTEE, "clerk"), as_of="11-16 09:45")
    before = rows(friday)
    agreed(one, "11-17", 50_000)
    did(one, "11-18", "correct", post(COMMITTEE, "clerk"), {"event": 2, "at": at("11-16 09:10").isoformat(), "reason": "记错"})
    assert rows(friday) == before
    assert before[0]["现在的情况"] != rows(asked("mediation_register", NOVEMBER, post(COMMITTEE, "clerk")))[0]["现在的情况"]


def test_a_visit_stands_by_place_and_task_and_names_nobody(served: Any) -> None:
    visited("11-17", task="analysis", result="solved", note="清了楼道")
    (line,) = rows(asked("visit_register", "2026-W47", post(WORKROOM, "head")))
    assert (line["去做什么"], line["哪项任务"], line["结果"]) == ("巡查", "分析研判", "当场解决")
    assert "清了楼道" not in str(line)


def test_a_workroom_that_only_took_a_matter_in_sees_that_it_is_there_and_no_more(served: Any) -> None:
    opened("11-18", "plain_request", principal=post(WORKROOM, "intake_clerk"), opened_by="window")
    question = asked("request_register", NOVEMBER, post(WORKROOM, "intake_clerk"))
    (line,) = rows(question)
    assert (line["事项类别"], line["登记日期"]) == ("路灯照明", date(2026, 11, 18))
    assert (line["答复期限"], line["承办单位"]) == (None, None)
    assert not queries.behind(question, "all").rows[0].openable


def test_without_rates_a_sheet_has_no_amounts(served: Any) -> None:
    settled()
    question = asked("case_allowance", NOVEMBER, post(COMMITTEE, "head"))
    page = registers.page(question)
    (line,) = rows(question)
    assert (line["补贴档次"], line["补贴金额"], line["领取人签字"]) == (None, None, None)
    assert (page.without_rate, page.sum_cents, page.rates) == (1, 0, {})


def test_the_first_rate_that_fits_and_is_in_force_decides(served: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    settled()
    failed = opened("11-20")
    accepted(failed, "11-20 09:30")
    from living import party

    did(failed, "11-20 10:00", "refuse", party(failed, 0))
    ground = Text("某文件", "a paper")
    table = Rates(
        "case_allowance",
        (
            Rate("old", Text("旧", "old"), 100, ground, date(2020, 1, 1), date(2026, 10, 31)),
            Rate("written", Text("书面", "written"), 20_000, ground, date(2026, 1, 1), None, papers=("mediation_agreement",)),
            Rate("settled", Text("成功", "settled"), 10_000, ground, date(2026, 1, 1), None, states=("resolved",)),
        ),
    )
    from huiyin.city import queries as city

    library = replace(city.library(), rates={"case_allowance": table})
    monkeypatch.setattr(city, "library", lambda: library)
    question = asked("case_allowance", NOVEMBER, post(COMMITTEE, "head"))
    page = registers.page(question)
    assert [(line["补贴档次"], line["补贴金额"]) for line in rows(question)] == [("成功", 10_000), (None, None)]
    assert (page.sum_cents, page.without_rate) == (10_000, 1)
    assert rows(question)[0]["人民调解员"]
