"""Offers on the pages: what a counter-offer changes, what is told to one person only, what the agreement begins with."""

from __future__ import annotations

import re
from datetime import timedelta

from cases import Case, at_desk

from huiyin import clock


def _terms(case: Case, amount: int, *more: dict[str, object]) -> dict[str, object]:
    return {"terms": [{"who": case.people["李四"], "what": "赔书柜", "amount": amount}, *more]}


def test_an_offer_is_on_the_table_with_what_the_next_one_changes(served: object) -> None:
    case = Case().mediating()
    page = case.party().get(f"/mine/{case.reference}/")
    assert "还没有人提方案" in page.words
    case.act("clerk", "make_offer", _terms(case, 200_000), for_="李四")
    visitor = case.party()
    page = visitor.get(f"/mine/{case.reference}/")
    assert "¥2,000.00" in page.words
    assert "第1个方案 · 李四 ·" in page.words
    assert "人民币贰仟元整" in page.words
    assert "等您" in re.sub(r"\s", "", re.search(r'<p class="turn">(.*?)</p>', page.html, re.DOTALL)[1])  # type: ignore[index]
    case.act("张三", "make_offer", _terms(case, 300_000, {"who": case.people["张三"], "what": "提前一天开门"}))
    page = case.party().get(f"/mine/{case.reference}/")
    assert "有改动" in page.words
    assert "原来：" in page.words
    assert "金额¥2,000.00" in page.words.replace(" ", "")
    assert "新加" in page.words
    assert "以前的1个方案" in page.words
    assert "您的方案等对方答复" in page.words


def test_a_counter_offer_begins_with_the_offer_and_the_agreement_with_what_was_offered_last(served: object) -> None:
    case = Case().mediating()
    case.act("clerk", "make_offer", _terms(case, 200_000), for_="李四")
    form = case.party().get(f"/mine/{case.reference}/act/make_offer/")
    assert 'name="f.terms.0.what" value="赔书柜"' in form.html
    assert 'name="f.terms.0.amount" value="2000.00"' in form.html
    draft = at_desk("mediator").get(f"{case.desk}/act/draft_agreement/")
    assert 'name="f.obligations.0.what" value="赔书柜"' in draft.html
    assert 'name="f.obligations.0.amount" value="2000.00"' in draft.html


def test_limits_answers_and_figures_are_on_no_page_of_anybody_else(served: object) -> None:
    case = Case().mediating()
    case.act("李四", "tell_range", {"range_sum": 765_432, "range_words": "还能让到九成四"})
    case.act("mediator", "propose", _terms(case, 250_000))
    case.act("李四", "answer_proposal", {"private_answer": "refuse"})
    case.act("张三", "begin_blind")
    case.act("李四", "begin_blind")
    case.act("李四", "give_figure", {"blind_side": "pays", "blind_sum": 654_321})
    canaries = ("7,654.32", "7654.32", "还能让到九成四", "6,543.21", "6543.21")
    mine = case.party()
    for address in (f"/mine/{case.reference}/", f"/mine/{case.reference}/act/make_offer/", f"/mine/{case.reference}/act/answer_proposal/"):
        page = mine.get(address)
        assert "赔书柜" in page.html or "背对背" in page.html or "接受" in page.html, address
        html = page.html
        assert not [word for word in canaries if word in html], address
    for post in ("clerk", "head"):
        html = at_desk(post).get(f"{case.desk}/").html
        assert not [word for word in canaries if word in html], post
    mediator = at_desk("mediator").get(f"{case.desk}/").html
    assert "还能让到九成四" in mediator, "a limit is told to the mediator"
    assert "6,543.21" not in mediator, "a blind figure is told to nobody"
    assert "不接受" not in mediator.replace("各方都接受", "")


def test_nothing_is_on_the_table_once_the_matter_is_past_it(served: object) -> None:
    case = Case().mediating()
    case.act("clerk", "make_offer", _terms(case, 200_000), for_="李四")
    held = (clock.now() - timedelta(hours=2)).isoformat()
    case.act("mediator", "hold_session", {"session_at": held, "session_place": "调解室", "minutes": "谈妥赔偿。"})
    case.act("张三", "sign_minutes", {"hash": case.hash("mediation_minutes"), "method": "screen"})
    case.draft()
    assert "桌上的方案" not in case.party().get(f"/mine/{case.reference}/").words


def test_a_sum_in_parts_becomes_a_line_each_and_a_wrong_answer_loses_nothing(served: object) -> None:
    case = Case().mediating()
    visitor = case.party()
    address = f"/mine/{case.reference}/act/make_offer/"
    typed = {"f.terms.rows": "1", "f.terms.0.who": case.people["李四"], "f.terms.0.what": "修好防水", "do": "spread:terms"}
    typed |= {"spread.terms.who": case.people["李四"], "spread.terms.what": "赔书柜", "spread.terms.sum": "1000", "spread.terms.times": "3"}
    refused = visitor.post(address, **typed)
    assert "请写第一期哪天付" in refused.words
    assert 'value="修好防水"' in refused.html
    made = visitor.post(address, **typed, **{"spread.terms.first": "2027-01-31", "spread.terms.rate": "3.65"})
    rows = re.findall(r'name="f\.terms\.(\d)\.(what|amount|due)" value="([^"]*)"', made.html)
    assert [value for _, part, value in rows if part == "amount"] == ["", "336.43", "335.20", "334.37"]
    assert [value for _, part, value in rows if part == "due"][1:] == ["2027-01-31", "2027-02-28", "2027-03-31"]
    assert "赔书柜（第3/3期，含利息¥1.03）" in made.html


def test_a_ready_piece_is_added_to_what_was_typed_and_the_mediator_sees_what_to_mind(served: object) -> None:
    case = Case().mediating()
    visitor = case.party()
    address = f"/mine/{case.reference}/act/make_offer/"
    found = re.search(r'value="(clause:terms:[a-z_]+)"[^>]*>([^<]+)<', visitor.get(address).html)
    assert found is not None
    made = visitor.post(address, **{"f.terms.rows": "2", "f.terms.0.what": "先写的一条", "do": found[1]})
    rows = dict(re.findall(r'name="f\.terms\.(\d)\.what" value="([^"]*)"', made.html))
    assert rows == {"0": "先写的一条", "1": found[2].strip()}
    page = at_desk("mediator").get(f"{case.desk}/file/")
    assert "留意" in page.words
    assert "《民法典》" in page.words
    assert "留意" not in case.party().get(f"/mine/{case.reference}/").words


def test_whoever_accepts_reads_the_offer_on_the_same_page_and_none_is_accepted_where_there_is_none(served: object) -> None:
    case = Case().mediating()
    party = case.party()
    assert "act/accept_offer/" not in [
        link.partition("/mine/")[2].partition("/")[2] for _, link in party.get(f"/mine/{case.reference}/").links
    ]
    assert "现在不能" in party.get(f"/mine/{case.reference}/act/accept_offer/").words
    case.act("clerk", "make_offer", {"terms": [{"who": case.people["李四"], "what": "重做防水层", "amount": 123_400}]}, for_="李四")
    page = party.get(f"/mine/{case.reference}/act/accept_offer/")
    assert "重做防水层" in page.words
    assert "¥1,234.00" in page.words
    assert "接受了，还不是协议" in page.words
