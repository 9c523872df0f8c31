"""A count drawn week by week: the picture, its table, its lists and their denominators are one answer."""

from __future__ import annotations

import re
from typing import Any

from living import CENTRE, at, opened
from looking import Page, Visitor, staff

from huiyin import clock


def trend(visitor: Visitor, **query: str) -> Page:
    with clock.set_to(at("11-22 12:00")):
        return visitor.get("/returns/weekly_figures/", **{"period": "2026-W47", **query})


def rows(page: Page) -> dict[str, int]:
    table = page.html.partition('trend-table">')[2].partition("</table>")[0]
    return {
        week: int(number)
        for week, number in re.findall(r'class="digits">(\d\d-\d\d).*?<td class="number">(?:<[^>]*>)?(\d+)', table, re.DOTALL)
    }


def test_the_picture_has_a_point_for_each_week_and_its_numbers_beside_it(served: Any) -> None:
    opened("11-04", "plain_request")
    opened("11-17", "plain_request")
    opened("11-18", "plain_request")
    with clock.set_to(at("11-22 12:00")):
        visitor = staff(CENTRE, "dispatcher")
    page = trend(visitor, trend="requests_in")
    drawn = rows(page)
    assert len(drawn) == 12
    assert (drawn["11-02"], drawn["11-09"], drawn["11-16"]) == (1, 0, 2)
    assert page.html.count("<circle") == 12
    assert "收到的诉求，单位：件" in page.words
    assert "截至" in page.words.partition("按周看")[2]
    assert "还没过完" in page.words


def test_each_week_leads_to_its_own_list(served: Any) -> None:
    opened("11-04", "plain_request")
    with clock.set_to(at("11-22 12:00")):
        visitor = staff(CENTRE, "dispatcher")
    page = trend(visitor, trend="requests_in")
    link = re.search(r'<a href="(/returns/weekly_figures/list/[^"]*2026-W45[^"]*)" aria-label="[^"]*">1<', page.html)
    assert link is not None
    with clock.set_to(at("11-22 12:00")):
        listed = visitor.get(link[1].replace("&amp;", "&"))
    assert listed.status == 200
    assert len(re.findall(r'<th scope="row"', listed.html)) == 1


def test_a_part_says_of_how_many_and_nothing_is_said_as_such(served: Any) -> None:
    with clock.set_to(at("11-22 12:00")):
        visitor = staff(CENTRE, "dispatcher")
    page = trend(visitor, trend="visits_settle")
    assert "分母：走访、巡查" in page.words
    assert "这12周没有" in page.words
    assert "<circle" not in page.html
