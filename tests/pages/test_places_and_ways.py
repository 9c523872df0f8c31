"""A place by its code, its sign, and the guided path: every way named, the court among them, nothing about people."""

from __future__ import annotations

import pytest
from looking import CENTRE, COMMUNITY, Visitor, desk_of, staff


def test_a_place_names_who_is_there_and_what_can_be_done(served: object) -> None:
    page = Visitor().get(f"/p/{COMMUNITY}/")
    assert "今天有人" in page.words
    assert "在这里能办什么" in page.words
    assert ("人民调解", "/guide/people_mediation/") in page.links
    assert any(address == f"/report/?place={COMMUNITY}" for _, address in page.links)


def test_a_place_asks_the_database_the_same_few_things_however_many_posts_it_has(served: object) -> None:
    """The code at a door is scanned on a slow telephone: a question for each post would be felt."""
    from django.db import connections
    from django.test.utils import CaptureQueriesContext

    visitor = Visitor()
    visitor.get(f"/p/{COMMUNITY}/")
    with CaptureQueriesContext(connections["default"]) as asked:
        visitor.get(f"/p/{COMMUNITY}/")
    of_posts = [one["sql"] for one in asked if '"city_appointment"' in one["sql"] or '"city_absence"' in one["sql"]]
    assert len(of_posts) == 2


def test_a_code_nobody_has_leads_to_a_search_and_a_telephone(served: object) -> None:
    page = Visitor().get("/p/999999999999/")
    assert page.status == 404
    assert page.headings == ["没有找到这个码"]
    assert any(address.startswith("tel:") for _, address in page.links)
    assert page.value("words") == ""


def test_what_was_put_right_is_listed_without_people_and_never_a_dispute(served: object) -> None:
    visitor = Visitor()
    reference, _ = visitor.report()
    dispatcher = staff(CENTRE, "dispatcher")
    desk = desk_of(dispatcher, reference)
    form = dispatcher.get(f"{desk}act/answer_now/")
    dispatcher.post(f"{desk}act/answer_now/", key=form.value("key"), version=form.value("version"), f__reply_text="已经修好三盏。")
    assert "最近办好" not in Visitor().get(f"/p/{COMMUNITY}/").words
    visitor.post(f"/mine/{reference}/result/", key="k", solved="yes")
    page = Visitor().get(f"/p/{COMMUNITY}/")
    assert "路灯照明 · " in page.words
    for secret in ("2号楼", "老人", "已经修好三盏", "13800000001", reference):
        assert secret not in page.html


def test_the_sign_of_a_place_carries_its_address_and_number(served: object) -> None:
    answer = Visitor().client.get(f"/p/{COMMUNITY}/qr.svg")
    assert answer.headers["Content-Type"].startswith("image/svg+xml")
    page = Visitor().get(f"/p/{COMMUNITY}/sign/")
    assert "2101 0200 1005" in page.words
    assert f"/p/{COMMUNITY}/" in page.words
    assert "<svg" in page.html
    assert "12345" in page.words
    assert Visitor().get("/p/999999999999/sign/").status == 404


def test_the_code_of_a_place_is_of_its_address_and_survives_a_torn_corner(served: object) -> None:
    import segno

    from huiyin.jobs.signs import qr_svg

    address = f"http://testserver/p/{COMMUNITY}/"
    assert Visitor().client.get(f"/p/{COMMUNITY}/qr.svg").content.decode() == qr_svg(address)
    assert segno.make(address, error="q", micro=False, boost_error=False).svg_inline().count("<path") == qr_svg(address).count("<path")
    assert qr_svg(address) != qr_svg(address.replace("1005", "1006"))


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_guided_path_asks_four_questions_and_names_the_court(served: object, language: str) -> None:
    visitor = Visitor()
    page = visitor.get("/way/", lang=language)
    assert page.unnamed() == []
    answers: dict[str, str] = {}
    for name, value in (("whom", "neighbour"), ("topic", "dispute.neighbour.water_leak"), ("tried", "talked"), ("wants", "repair")):
        page = visitor.get("/way/", **answers)
        offered = [one["value"] for one in page.inputs if one.get("name") == name]
        assert value in offered
        assert offered[-1] == "none"
        answers[name] = value
    page = visitor.get("/way/", **answers)
    assert ("人民法院" if language == "zh" else "people's court") in page.words
    assert ("诉讼时效" if language == "zh" else "limitation") in page.words
    assert "188" in page.words


def test_cannot_tell_leads_to_a_person_from_every_question(served: object) -> None:
    answers: dict[str, str] = {}
    for name, value in (("whom", "neighbour"), ("topic", "dispute.neighbour.noise"), ("tried", "nothing"), ("wants", "stop")):
        page = Visitor().get("/way/", **answers, **{name: "none"})
        assert page.headings == ["说不清也没关系，找人问"]
        assert any(address.startswith("tel:") for _, address in page.links)
        answers[name] = value


def test_the_answers_go_along_into_the_request(served: object) -> None:
    visitor = Visitor()
    page = visitor.get("/way/", whom="neighbour", topic="dispute.neighbour.water_leak", tried="talked", wants="repair")
    start = next(address for text, address in page.links if text == "接着往下填，答过的不用再填")
    page = visitor.get(start)
    draft = visitor.address.partition("?")[0].rsplit("/", 2)[0]
    assert page.value("f.claim") == "修好、恢复原样"
    page = visitor.answer(draft, "what", f__claim="修好、恢复原样", f__facts="说不清")
    assert page.chosen("topic") == "dispute.neighbour.water_leak"


def test_pressing_on_without_an_answer_says_so(served: object) -> None:
    page = Visitor().get("/way/", asked="whom")
    assert ("请选一个；说不清就选最后一个。", "#whom-1") in page.links


def test_every_topic_of_the_path_leads_to_a_way_and_every_dispute_to_the_court(served: object) -> None:
    from huiyin.city import queries
    from huiyin.core.packs_values import under

    library = queries.library()
    path = library.pathway
    assert path is not None
    for topic in library.topics:
        way = path.way_for(topic)
        assert way is not None, topic
        assert way.ladder in library.remedies
        if under(topic, "dispute"):
            assert any("court" in row.name for row in library.remedies_for(way.ladder, topic)), topic
            assert any(limit.fits(topic) for limit in path.limits), topic
    for basis in (*(one for way in path.ways for one in way.basis), *(one for limit in path.limits for one in limit.basis)):
        assert basis.article in library.laws[basis.law].articles, str(basis)
    for whom in path.whom:
        assert any(under(topic, prefix) for prefix in whom.topics for topic in library.topics), whom.key


def test_who_is_harmed_at_home_is_asked_no_more_and_sees_the_way_out_and_the_protection_order(served: object) -> None:
    page = Visitor().get("/way/", whom="family", topic="safety.domestic_violence")
    assert page.headings[0] == "可以走的路"
    assert ("马上离开这个页面", "/report/leave/") in page.links
    assert {"tel:110", "sms:12110", "tel:12338"} <= {address for _, address in page.links}
    assert "人身安全保护令" in page.words
    assert "复议" not in page.words
    assert "修好、恢复原样" not in Visitor().get("/way/", whom="family", topic="safety.domestic_violence", wants="repair").words


def test_no_way_out_is_shown_on_the_ways_of_an_ordinary_matter(served: object) -> None:
    page = Visitor().get("/way/", whom="neighbour", topic="dispute.neighbour.water_leak", tried="talked", wants="repair")
    assert page.headings[0] == "可以走的路"
    assert "马上离开" not in page.words
