"""What the packs say people write: learned when they are loaded, proposing until somebody chooses otherwise, beside what was decided."""

from __future__ import annotations

from dataclasses import replace

import pytest
from few_sayings import WHOLE
from invented import texts
from test_city_models import TOPICS, keeper
from test_city_models import said as reported

from huiyin.core.packs_values import Sayings
from huiyin.core.values import SYSTEM
from huiyin.learning import queries, services
from huiyin.learning.models import ModelUse, TopicModel

pytestmark = pytest.mark.usefixtures("served")
COLD = "屋里冷得伸不出手，老人裹着棉被坐着，交了钱也不给热乎"


def learn(monkeypatch: pytest.MonkeyPatch, sayings: Sayings) -> TopicModel | None:
    monkeypatch.setattr(services, "sayings", lambda: sayings)
    return services.begin()


def test_the_model_of_the_packs_proposes_from_the_start_and_is_made_once(said: Sayings) -> None:
    assert queries.in_use() is None
    made = services.begin()
    assert made is not None
    assert made.learned_from == 0
    assert queries.in_use() == made
    first = queries.suggest(COLD)[0]
    assert (first.topic, first.by) == ("request.heating", queries.MODEL)
    assert first.words
    assert services.begin() is None
    assert ModelUse.objects.count() == 1
    # It was judged by what it did not learn, and by topics it knows alone.
    assert set(made.measured["topics"]) == set(said.topics)
    assert sum(one["count"] for one in made.measured["topics"].values()) == sum(len(said.tries[topic]) for topic in said.topics)


def test_a_model_stands_with_its_use_or_not_at_all(monkeypatch: pytest.MonkeyPatch) -> None:
    def gone(**_: object) -> None:
        raise ConnectionError("the machine went down")

    with monkeypatch.context() as broken:
        broken.setattr(ModelUse.objects, "create", gone)
        with pytest.raises(ConnectionError):
            services.begin()
    assert not TopicModel.objects.exists()
    assert services.begin() == queries.in_use()


def test_what_another_process_learned_meanwhile_is_not_learned_twice(monkeypatch: pytest.MonkeyPatch) -> None:
    learn_it = services._made

    def late(*given: object) -> TopicModel:
        monkeypatch.setattr(services, "_made", learn_it)
        assert services.begin() is not None
        return learn_it(*given)  # type: ignore[arg-type]

    monkeypatch.setattr(services, "_made", late)
    assert services.begin() is None
    assert (TopicModel.objects.count(), ModelUse.objects.count()) == (1, 1)


def test_without_messages_to_judge_by_it_is_judged_by_folds(monkeypatch: pytest.MonkeyPatch, said: Sayings) -> None:
    made = learn(monkeypatch, replace(said, tries={}))
    assert made is not None
    assert sum(one["count"] for one in made.measured["topics"].values()) == sum(map(len, said.topics.values()))


@pytest.mark.parametrize("topics", [{}, {"request.heating": ("屋里冷", "暖气不热")}])
def test_packs_that_say_too_little_leave_it_to_the_words(monkeypatch: pytest.MonkeyPatch, topics: dict[str, tuple[str, ...]]) -> None:
    assert learn(monkeypatch, Sayings(topics)) is None
    assert queries.in_use() is None
    assert {one.by for one in queries.suggest("暖气不热")} == {queries.WORDS}


def test_new_sayings_take_over_from_old_ones_and_never_from_what_somebody_chose(monkeypatch: pytest.MonkeyPatch, said: Sayings) -> None:
    first = services.begin()
    heating = replace(said, topics={**said.topics, "request.heating": WHOLE.topics["request.heating"]})
    second = learn(monkeypatch, heating)
    assert second is not None
    assert second != first
    assert queries.in_use() == second
    assert isinstance(services.use(principal=keeper(), model=None, reason="只照词"), ModelUse)
    third = learn(monkeypatch, replace(said, topics={**heating.topics, "request.parking": WHOLE.topics["request.parking"]}))
    assert third is not None
    assert queries.in_use() is None


def test_decided_matters_are_learned_beside_the_sayings_and_judge_alone(said: Sayings) -> None:
    for number, (text, topic) in enumerate(texts(105, seed=8)):
        reported(text, TOPICS[topic], f"居民{number}")
    reported("路灯不亮，黑灯瞎火", "request.lighting", "某人")
    made = services.train(principal=SYSTEM)
    assert isinstance(made, TopicModel), made
    assert made.learned_from == 106
    assert sum(one["count"] for one in made.measured["topics"].values()) == 106
    assert isinstance(services.use(principal=keeper(), model=made.id, reason="试用"), ModelUse)
    # Of rubbish nothing was ever decided here; the packs know what people say.
    assert queries.suggest("垃圾堆成山了，苍蝇乱飞，没人来拉")[0].topic == "request.rubbish"


def test_what_a_single_resident_says_is_kept_only_where_the_packs_say_it_too(said: Sayings) -> None:
    for number, (text, topic) in enumerate(texts(105, seed=9)):
        reported(f"{text}胡同口老槐树下" if number == 0 else text, TOPICS[topic], f"居民{number}")
    made = services.train(principal=SYSTEM)
    assert isinstance(made, TopicModel), made
    linear = queries.readable(made)
    assert linear is not None
    kept = {feature for block in linear.blocks for feature in block.index}
    told = "".join(text for texts_of in said.topics.values() for text in texts_of)
    assert "槐" not in told
    assert not {"槐", "老槐", "槐树", "胡同口"} & kept


def test_a_message_that_is_hardly_more_than_a_word_of_the_list_goes_by_it() -> None:
    services.begin()
    assert (queries.suggest("公厕")[0].topic, queries.suggest("公厕")[0].by) == ("request.rubbish", queries.WORDS)
    assert queries.suggest("公厕没有灯，里面黑得什么也看不见，上个厕所要打手电")[0].by == queries.MODEL
