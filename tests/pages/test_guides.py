"""A guide answers what a newcomer asks of a procedure: each step, each act and where it leads, each date and what follows it."""

from __future__ import annotations

import pytest
from looking import Visitor

from huiyin.city import queries as city
from huiyin.core.diagram_common import said_undated, state_label
from huiyin.core.procedure import SYSTEM_ACTOR
from huiyin.web.pages.guide import WAYS
from huiyin.web.pages.worklist import CHANNELS

WORDS = ("zh", "en")


def squeezed(words: str) -> str:
    return "".join(words.split())


@pytest.mark.parametrize("language", WORDS)
def test_a_reader_finds_every_step_act_paper_and_date_of_each_procedure(served: object, language: str) -> None:
    library = city.library()
    for name, procedure in library.procedures.items():
        said = squeezed(Visitor().get(f"/guide/{name}/", lang=language).words)
        wanted = [state_label(state) for state in procedure.states.values()]
        wanted += [said_undated(state) for state in procedure.states.values() if state.end is None]
        wanted += [role.label for role in procedure.roles.values()]
        wanted += [procedure.fields[entry.field].label for entry in procedure.forms[procedure.opening_form].entries]
        for state in procedure.states.values():
            wanted += [procedure.clocks[due.clock].label for due in state.when_due]
            wanted += [action.label for action in state.actions if action.by != (SYSTEM_ACTOR,)]
            for action in state.actions:
                wanted += [library.papers[paper].title for paper in action.prints]
                wanted += [procedure.conditions[one].fails for one in action.needs if action.by != (SYSTEM_ACTOR,)]
        wanted += [action.label for action in procedure.always if action.name not in ("correct", "hand_over", "retype")]
        missing = {text.in_(language) for text in wanted if squeezed(text.in_(language)) not in said}
        assert not missing, (name, missing)


def test_every_way_in_is_said_in_words(served: object) -> None:
    for procedure in city.library().procedures.values():
        assert set(procedure.opened_by) <= set(WAYS), procedure.name
        assert set(procedure.opened_by) <= set(CHANNELS), procedure.name


def test_it_says_where_an_act_leads_and_what_follows_when_time_runs_out(served: object) -> None:
    page = Visitor().get("/guide/administrative_review/")
    said = squeezed(page.words)
    assert "提交申请→审查是否受理" in said
    assert "到期：自动“逾期，视为受理”，到“已受理，待送副本”" in said
    assert "怎么开始" in page.words
    assert "被申请人答复的时间还没有过" in said


def test_a_limit_says_how_it_is_counted_what_stops_it_and_whether_it_can_be_longer(served: object) -> None:
    said = squeezed(Visitor().get("/guide/petition/").words)
    settle = next(row for row in city.library().statutory.clocks if row.name == "petition_settle")
    assert settle.longer is not None
    assert f"能不能延长：{squeezed(settle.longer.zh)}" in said
    licence = squeezed(Visitor().get("/guide/administrative_licence/").words)
    assert "怎么数：只数工作日：周末和放假不计，调休上班的计入" in licence
    assert "不算的时间：" in licence
    assert "Counted:workingdaysonly" in squeezed(Visitor().get("/guide/administrative_licence/", lang="en").words)


def test_nobody_is_sent_to_court_where_no_claim_is_at_stake(served: object) -> None:
    straight = "任何时候都可以直接去法院起诉"
    assert straight in squeezed(Visitor().get("/guide/people_mediation/").words)
    assert straight not in squeezed(Visitor().get("/guide/lawyer_file_access/").words)


def test_the_guides_stand_by_what_people_may_bring_and_what_bodies_begin(served: object) -> None:
    page = Visitor().get("/guide/")
    words = page.words
    assert (
        words.index("纠纷") < words.index("人民调解") < words.index("消费投诉调解") < words.index("由单位开始的") < words.index("行政处罚")
    )
    listed = [address for _, address in page.links if address.startswith("/guide/") and address != "/guide/" and "?" not in address]
    assert sorted(listed) == sorted(f"/guide/{name}/" for name in city.library().procedures)
