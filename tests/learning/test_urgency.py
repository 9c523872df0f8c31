"""Danger in a message: the words that say so, the model's word, where it is shown, and that it changes nothing else."""

from __future__ import annotations

from typing import Any

import pytest
from invented import texts
from test_city_models import LEADS, TOPICS, keeper, said, signed_in, words

from huiyin.city import queries as city
from huiyin.core.suggestion import READ_AT_MOST
from huiyin.core.values import SYSTEM
from huiyin.learning import services
from huiyin.learning.models import ModelUse, TopicModel
from huiyin.learning.urgency import COST_OF_MISSING, Urgency, urgency

GAS = "厨房里有煤气味，怀疑漏气，物业不来"
MISSING = (
    "我妈下楼买菜一下午还没回来",
    "老爷子记性不好，早上出门到现在联系不上",
    "孩子放学没到家，电话也关机",
    "老人自己坐车走了，家里人都在找",
)
FIRST, PERHAPS = "请先看这一件", "可能有危险"


@pytest.mark.usefixtures("served")
def test_the_words_that_say_so_are_named_in_their_order_the_longest_only() -> None:
    assert urgency(GAS) == Urgency(("煤气味", "漏气"), None)
    assert urgency("燃气泄漏了") == Urgency(("燃气泄漏",), None)
    assert urgency("路灯不亮，希望修一修") is None
    assert urgency("") is None
    assert urgency("热水器打不着火") is None
    assert urgency("热水器打不着火，刚才一开就起火了") == Urgency(("起火",), None)
    assert urgency("x" * READ_AT_MOST + "着火了") is None


@pytest.mark.usefixtures("served")
def test_every_word_of_danger_is_found() -> None:
    known = city.library().sayings.danger
    assert known
    for word in known:
        found = urgency(f"今天{word}的事")
        assert found is not None, word


@pytest.mark.usefixtures("served")
def test_the_desk_is_told_to_look_first_until_the_matter_has_its_owner() -> None:
    topic = "request.heating"
    receipt = said(f"{'暖气一直不热。' * 20}{GAS}", topic, "甲", sent=False)
    quiet = said("暖气片有点凉，想问问怎么报修", topic, "乙", sent=False)
    dispatcher = signed_in("governance_centre.210102001", "dispatcher")
    address = f"/desk/{receipt.home}/{receipt.matter}/"
    page = words(dispatcher.get(address))
    assert FIRST in page
    assert "“煤气味”" in page
    assert FIRST not in words(dispatcher.get(f"/desk/{quiet.home}/{quiet.matter}/"))
    listed = words(dispatcher.get("/desk/?scope=all&n=100"))
    assert listed.count(PERHAPS) == 1
    pane = words(dispatcher.get(f"/desk/?scope=all&open={receipt.home}/{receipt.matter}"))
    assert FIRST in pane


@pytest.mark.usefixtures("served")
def test_a_matter_whose_topic_is_urgent_says_so_by_its_topic_alone() -> None:
    receipt = said("小孩走失了，穿红衣服", "safety.missing", "甲", sent=False)
    page = words(signed_in("governance_centre.210102001", "dispatcher").get(f"/desk/{receipt.home}/{receipt.matter}/"))
    assert FIRST not in page


@pytest.mark.usefixtures("served")
def test_a_model_finds_what_no_word_names_and_says_how_sure_it_is() -> None:
    LEADS["safety.missing"] = "police_station.210102001"
    for number, (text, topic) in enumerate(texts(120, seed=5)):
        said(text, TOPICS[topic], f"居民{number}")
    for number in range(24):
        said(MISSING[number % 4], "safety.missing", f"家人{number}")
    made = services.train(principal=SYSTEM)
    assert isinstance(made, TopicModel), made
    told = made.measured["urgency"]
    assert (told["urgent"], told["threshold"]) == (24, round(1 / (1 + COST_OF_MISSING), 4))
    assert told["found"] >= 20
    assert told["shown"] < 72
    text = "老人早上出门买菜，到现在还没回来，电话联系不上"
    assert urgency(text) is None
    assert isinstance(services.use(principal=keeper(), model=made.id, reason="试用"), ModelUse)
    found = urgency(text)
    assert found is not None
    assert found.confidence is not None
    assert found.confidence > 0.5
    assert found.words
    assert all(word in text for word in found.words)
    assert urgency("夜里施工太吵，半夜装修电钻声不停，谢谢") is None
    shown = words(signed_in("system_office.2101", "pack_keeper").get(f"/suggestions/{made.id}/"))
    assert "急事那几类的24件里" in shown


@pytest.mark.usefixtures("served")
def test_the_page_to_try_a_text_says_danger_too() -> None:
    page: Any = signed_in("system_office.2101", "pack_keeper").get("/suggestions/", {"text": GAS})
    assert FIRST in words(page)
