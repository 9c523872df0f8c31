"""The points a message asks, in its own words. Every message here is invented."""

from __future__ import annotations

import time

import pytest

from huiyin.core.asking import LONGEST, MOST, asked, asked_in

ASKED: dict[str, tuple[str, list[str]]] = {
    "a request after its story": (
        "我住三号楼，门口的路灯坏了十天，老人夜里出来摔了一跤，胳膊到现在还肿着，请路灯所尽快派人来修。",
        ["请路灯所尽快派人来修"],
    ),
    "a short message is a point as it stands": ("路灯坏了，请修一下。", ["路灯坏了，请修一下"]),
    "greeting and thanks are no part of it": (
        "尊敬的领导：您好！我想反映供暖的事。恳请派人测一下室温，谢谢！",
        ["恳请派人测一下室温"],
    ),
    "questions that wait for an answer": (
        "请问老年卡在哪里办？需要带什么材料？周末能不能办？",
        ["老年卡在哪里办？", "需要带什么材料？", "周末能不能办？"],
    ),
    "a question without a mark": ("我是新来的住户，请问垃圾什么时候收", ["我是新来的住户，请问垃圾什么时候收"]),
    "a numbered list that is announced": (
        "我们楼的住户有以下诉求：一、修好电梯。二、公布维修基金的账；三、换掉楼道里的灯。望采纳。",
        ["修好电梯", "公布维修基金的账", "换掉楼道里的灯"],
    ),
    "numbers in circles and brackets": (
        "想咨询几个问题：①补贴发到几月？（2）外地户口算不算？",
        ["补贴发到几月？", "外地户口算不算？"],
    ),
    "a numbered story is no list of requests": (
        "情况如下：1、去年冬天暖气漏水。2、物业来看过一次就走了。请住建局查一查是谁的责任。",
        ["请住建局查一查是谁的责任"],
    ),
    "two requests in one sentence": (
        "希望把小区西门的围挡拆掉，另外建议在路口加一个减速带。",
        ["希望把小区西门的围挡拆掉", "建议在路口加一个减速带"],
    ),
    "the same twice is once": ("请修好东门的路灯。真的太黑了。请修好东门的路灯！", ["请修好东门的路灯"]),
    "what somebody else wants is not what is asked": (
        "物业说，请你们自己找开发商。学校要求家长签字。我希望知道到底该找谁。",
        ["我希望知道到底该找谁"],
    ),
    "a quotation is somebody else's": ("他们在墙上写着“请立即搬走，希望配合”。请有关部门把字擦掉。", ["请有关部门把字擦掉"]),
    "what was asked before is a story": ("之前多次请求物业处理，没有结果。", []),
    "a complaint in the form of a question": ("这样的管理难道合理吗？良心何在？请街道来看一看现场。", ["请街道来看一看现场"]),
    "a plea counts where nothing else is asked": ("楼上天天吵，实在受不了，希望引起重视。", ["楼上天天吵，实在受不了，希望引起重视"]),
    "and not beside a request": ("楼上天天吵。请民警上门劝一劝。望领导重视！", ["请民警上门劝一劝"]),
    "nothing asked": ("昨天下午社区办了义诊，人很多。", []),
    "words that only look like asking": ("我申请过三次，邀请他来他请假了，真失望，也绝望。", []),
    "a place called so": ("望花街的店家晚上很吵。", []),
    "no punctuation at all": (
        "我家住在五楼最近水压一直很低晚上做饭都没有水邻居家也是这样已经半个月了希望自来水公司派人来看看是不是管子堵了",
        ["希望自来水公司派人来看看是不是管子堵了"],
    ),
    "English": (
        "Dear Sir, the lamp at the gate has been out for a week. Please send somebody to repair it. When will the road be open again?",
        ["Please send somebody to repair it", "When will the road be open again?"],
    ),
    "another script": ("مصباح الشارع معطل منذ أسبوع.", []),
    "nothing at all": (" \n ", []),
}


@pytest.mark.parametrize("what", ASKED)
def test_what_is_asked(what: str) -> None:
    text, points = ASKED[what]
    assert [one.ask for one in asked(text)] == points


def test_each_point_brings_the_sentence_it_stands_in() -> None:
    text, _ = ASKED["a request after its story"]
    assert [one.sentence for one in asked(text)] == [text]


def test_a_long_message_is_never_one_point() -> None:
    (point,) = asked("路灯坏了" * 200 + "请修" + "一修" * 300)
    assert len(point.ask) <= LONGEST
    assert asked("路灯坏了" * 200) == ()


def test_of_many_the_requests_are_kept_before_the_questions_in_the_order_they_stand() -> None:
    questions = "".join(f"{name}路的路灯什么时候修？" for name in "甲乙丙丁戊己庚辛壬癸子丑")
    found = [one.ask for one in asked(f"{questions}请公布三号线的施工图。")]
    assert len(found) == MOST
    assert found[-1] == "请公布三号线的施工图"


def test_the_heading_is_read_where_the_story_asks_nothing() -> None:
    heading, story = "请修好东门的路灯", "东门那里太黑了。"
    assert [one.ask for one in asked_in((story, heading))] == [heading]
    assert [one.ask for one in asked_in(("请换一个灯泡。", heading))] == ["请换一个灯泡"]
    assert asked_in(()) == asked_in((story,)) == ()


@pytest.mark.parametrize(
    "unit", ["请修路灯，", "“请", "1.请修灯。", "为什么？", "建议：", "please ", "（一", "望", " 请 ", "尊敬的", "谢谢"]
)
def test_time_grows_with_the_length_and_no_faster(unit: str) -> None:
    def taken(length: int) -> float:
        text = (unit * length)[:length]
        best = 9.0
        for _ in range(3):
            began = time.process_time()
            asked(text)
            best = min(best, time.process_time() - began)
        return best

    assert taken(20_000) < 0.02 + 14 * taken(2_000)
