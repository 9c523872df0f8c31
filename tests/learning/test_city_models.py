"""The city's own models: learned from what was decided, chosen by cost, compared, put to use, taken back; never from what is sealed."""

from __future__ import annotations

import html
import re
from typing import Any
from uuid import uuid4

import numpy as np
import pytest
from django.db import DatabaseError, transaction
from django.test import Client
from invented import texts

from huiyin import clock
from huiyin.core.values import SYSTEM, Principal, Refusal
from huiyin.learning import choosing, decided, queries, services, training
from huiyin.learning.linear import Linear
from huiyin.learning.models import ModelUse, TopicModel
from huiyin.matters import services as matters
from huiyin.matters.receipts import Receipt
from huiyin.workers import loop

CENTRE = "governance_centre.210102001"
COMMUNITY = "210102001005"
TOPICS = {"噪音": "request.industrial_noise", "供暖": "request.heating", "停车": "request.parking"}
LEADS = {
    "request.lighting": "urban_management.210102",
    "request.industrial_noise": "environment.210102",
    "request.heating": "heating.210102",
    "request.parking": "urban_management.210102",
}
DISPATCHER = Principal("staff", str(uuid4()), CENTRE, "dispatcher")


def keeper() -> Principal:
    from huiyin.city.models import Appointment

    one = Appointment.objects.filter(unit_id="system_office.2101", post="pack_keeper", to_date=None).order_by("account__username").first()
    assert one is not None
    return Principal("staff", str(one.account_id), "system_office.2101", "pack_keeper")


def signed_in(unit: str, post: str) -> Client:
    from huiyin.city.models import Appointment

    account = Appointment.objects.filter(unit_id=unit, post=post, to_date=None).order_by("account__username")[0].account
    client = Client()
    client.force_login(account)
    session = client.session
    session["post"] = f"{unit}/{post}"
    session.save()
    return client


def words(answer: Any) -> str:
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", answer.content.decode())).split())


def said(text: str, topic: str, name: str, *, sent: bool = True) -> Receipt:
    receipt = matters.open(
        procedure="plain_request",
        data={"detail": text},
        principal=Principal("anonymous", purpose="ask"),
        topic=topic,
        division=COMMUNITY,
        opened_by="party",
        parties=[{"role": "reporter", "name": name, "facts": {}}],
        key=str(uuid4()),
    )
    assert isinstance(receipt, Receipt), receipt
    if sent:
        data = {"lead": LEADS[topic], "dispatch_reason": "责任清单写明由它办"}
        done = matters.act(home=receipt.home, matter=receipt.matter, action="dispatch", data=data, principal=DISPATCHER, key=str(uuid4()))
        assert isinstance(done, Receipt), done
    return receipt


@pytest.fixture
def learned(served: Any) -> list[tuple[str, str]]:
    """A city where 150 matters of three topics were dispatched, each by another person."""
    made = [(text, TOPICS[topic]) for text, topic in texts(150, seed=3)]
    for number, (text, topic) in enumerate(made):
        said(text, topic, f"居民{number}")
    return made


def test_only_what_was_decided_and_is_not_sealed_is_read(served: Any) -> None:
    long_ago = clock.now().replace(year=2020)
    said("暖气一直不热，老人受不了", "request.heating", "甲")
    said("车位被别人占了好几天", "request.parking", "乙", sent=False)
    said("就是想问问一些别的事情", "request", "丙", sent=False)
    hole = matters.open(
        procedure="hazard_repair",
        data={"what": "路面塌了一个大坑", "place": {"detail": "北街"}},
        principal=Principal("anonymous", purpose="ask"),
        topic="hazard.road.collapse",
        division=COMMUNITY,
        opened_by="party",
        parties=[{"role": "reporter", "name": "丁", "facts": {}}],
        key=str(uuid4()),
    )
    assert isinstance(hole, Receipt), hole
    loop.drain()
    found = {one.topic: one for one in decided.decided(long_ago)}
    assert {topic: one.text for topic, one in found.items()} == {
        "request.heating": "暖气一直不热，老人受不了",
        "hazard.road.collapse": "路面塌了一个大坑",
    }
    assert len(found["request.heating"].same) == 2
    assert len(list(decided.decided(long_ago, most=1))) == 2


def test_a_model_is_learned_and_nothing_uses_it_until_somebody_says_so(learned: list[tuple[str, str]]) -> None:
    made = services.train(principal=SYSTEM, cost=5.0)
    assert isinstance(made, TopicModel), made
    assert (made.learned_from, sorted(made.measured["topics"])) == (150, sorted(TOPICS.values()))
    assert made.measured["accuracy"] > 0.8
    assert queries.in_use() is None
    text = "消防通道停满了车，地锁挡住公共车位"
    assert {one.by for one in queries.suggest(text)} == {queries.WORDS}
    done = services.use(principal=keeper(), model=made.id, reason="试用")
    assert isinstance(done, ModelUse), done
    first = queries.suggest(text)[0]
    assert (first.topic, first.by, first.sure) == ("request.parking", queries.MODEL, True)
    assert first.words
    assert all(word in text for word in first.words)
    assert queries.suggest("Q") == ()
    # What it was put to use for is kept, and taking it back is a line of its own.
    gone = services.back(principal=SYSTEM, reason="先停一停")
    assert isinstance(gone, ModelUse), gone
    assert queries.in_use() is None
    assert {one.by for one in queries.suggest(text)} == {queries.WORDS}
    again = services.back(principal=SYSTEM, reason="接着用")
    assert isinstance(again, ModelUse)
    assert again.model_id == made.id
    with pytest.raises(DatabaseError, match="never changed"), transaction.atomic(using="owner"):
        ModelUse.objects.using("owner").update(reason="改写")


def test_what_only_one_person_says_is_not_kept_however_often(learned: list[tuple[str, str]]) -> None:
    for number in range(12):
        said(f"{learned[number][0]}我叫欧阳钟离", learned[number][1], "欧阳")
    found = list(decided.decided(clock.now().replace(year=2020)))
    assert sum("钟离" in one.text for one in found) == 12
    # The twelve were said by people the city knows as one; the opening gave each matter a party of its own.
    same = [decided.Decided(one.text, one.topic, ("person x",)) if "钟离" in one.text else one for one in found]
    read = training.table([one.text for one in same])
    of = training.groups([one.same for one in same])
    truth = [one.topic for one in same]
    rows = np.arange(len(same))
    loose = training.train(read, truth, of, rows, seen_in=5).model
    tight = training.train(read, truth, of, rows, seen_in=5, apart=True).model
    assert any("钟离" in block.index for block in loose.blocks)
    assert not any("钟" in feature or "欧" in feature for block in tight.blocks for feature in block.index)
    assert Linear.from_bytes(tight.to_bytes()).topics == tight.topics


def test_models_are_compared_on_matters_none_has_seen(learned: list[tuple[str, str]]) -> None:
    first, second = services.train(principal=SYSTEM, cost=1.0), services.train(principal=SYSTEM, cost=50.0)
    assert isinstance(first, TopicModel)
    assert isinstance(second, TopicModel)
    assert second.threshold >= first.threshold
    early = services.compare([first, second])
    assert isinstance(early, Refusal)
    for number, (text, topic) in enumerate(texts(30, seed=9)):
        said(text, TOPICS[topic], f"后来{number}")
    told = services.compare([first, second])
    assert isinstance(told, dict), told
    assert told["matters"] == 30
    careful, bold = told["models"][str(second.id)], told["models"][str(first.id)]
    assert careful["answered"] <= bold["answered"]
    assert careful["accuracy"] == bold["accuracy"] > 0.7
    assert 0 < told["models"]["words"]["answered"] <= 1


def test_who_may_not_and_what_cannot_is_refused_with_a_reason(served: Any) -> None:
    few = services.train(principal=SYSTEM)
    assert isinstance(few, Refusal)
    assert few.code == "too_few"
    codes = [
        services.train(principal=DISPATCHER),
        services.train(principal=SYSTEM, days=0),
        services.train(principal=SYSTEM, cost=0.5),
        services.use(principal=DISPATCHER, model=None, reason="x"),
        services.use(principal=SYSTEM, model=None, reason=" "),
        services.use(principal=SYSTEM, model=uuid4(), reason="x"),
        services.use(principal=SYSTEM, model=None, reason="x"),
        services.back(principal=SYSTEM, reason="x"),
    ]
    assert [one.code for one in codes if isinstance(one, Refusal)] == [
        "not_yours", "days", "cost", "not_yours", "reason", "not_there", "in_use", "nothing_before",
    ]  # fmt: skip


def test_a_model_of_another_release_is_not_put_to_use(served: Any) -> None:
    made = TopicModel.objects.create(
        made_at=clock.now(), since=clock.now().date(), learned_from=1, cost=5, threshold=0.5,
        measured={"chosen": {}, "topics": {}}, stored=b"not a model",
    )  # fmt: skip
    refused = services.use(principal=SYSTEM, model=made.id, reason="x")
    assert isinstance(refused, Refusal)
    assert refused.code == "unreadable"


@pytest.mark.parametrize("cost", [1.0, 5.0, 100.0])
def test_the_threshold_is_where_it_costs_least(cost: float) -> None:
    source = np.random.default_rng(7)
    confidence = source.uniform(0.2, 1, 400).round(2)
    right = source.uniform(0, 1, 400) < confidence
    best = choosing.cheapest(confidence, right, cost)

    def slow(threshold: float) -> float:
        return sum((1.0 if sure < threshold else (0.0 if hit else cost)) for sure, hit in zip(confidence, right, strict=True)) / 400

    tried = [*sorted(set(confidence.tolist())), 2.0]
    assert best.cost == pytest.approx(min(slow(one) for one in tried))
    assert best.cost == pytest.approx(slow(best.threshold))
    shown = choosing.curve(confidence, right, cost)
    assert (shown[0].answered, shown[-1].answered) == (1.0, 0.0)
    assert all(point.cost >= best.cost - 1e-12 for point in shown)


def test_the_pages_show_try_learn_use_and_go_back(learned: list[tuple[str, str]]) -> None:
    from huiyin.jobs import running

    mine, theirs = signed_in("system_office.2101", "pack_keeper"), signed_in("governance_centre.210102", "dispatcher")
    assert "还没有学过" in words(theirs.get("/suggestions/"))
    assert "开始学" not in words(theirs.get("/suggestions/"))
    assert theirs.post("/suggestions/do/", {"do": "train"}).status_code == 404
    assert "不知道" in words(theirs.get("/suggestions/", {"text": "Q7"}))
    wrong = mine.post("/suggestions/do/", {"do": "train", "days": "多少"}, follow=True)
    assert "天数写整数" in words(wrong)
    job = mine.post("/suggestions/do/", {"do": "train", "days": "30", "cost": "5"})
    assert "/jobs/" in job["Location"], job["Location"]
    running.drain()
    assert "从150件事里学好了一个模型" in words(mine.get(job["Location"]))
    model = TopicModel.objects.get()
    page = words(mine.get(f"/suggestions/{model.id}/"))
    assert "没有用" in page
    assert "停车" in page
    assert "至少要20件" in words(mine.get(f"/suggestions/{model.id}/", {"compare": "1"}))
    assert "请写明理由" in words(mine.post("/suggestions/do/", {"do": "use", "model": str(model.id), "reason": ""}, follow=True))
    assert "正在用" in words(mine.post("/suggestions/do/", {"do": "use", "model": str(model.id), "reason": "测过了"}, follow=True))
    tried = words(theirs.get("/suggestions/", {"text": "消防通道停满了车"}))
    assert "有把握" in tried
    assert "测过了" in tried
    assert "只照清单里的词建议" in words(mine.post("/suggestions/do/", {"do": "back", "reason": "再看看"}, follow=True))
    assert theirs.get(f"/suggestions/{uuid4()}/").status_code == 404
