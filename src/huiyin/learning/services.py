"""Making a model from what was decided, putting one to use, and taking it back."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, timedelta
from typing import Any, Final
from uuid import UUID

import numpy as np
from django.db import transaction

from huiyin import clock
from huiyin.city import queries as city
from huiyin.core.packs_values import Sayings
from huiyin.core.reader_procedure import fingerprint
from huiyin.core.rights import KEEPS_PACKS, may_keep_packs
from huiyin.core.values import SYSTEM, Principal, Refusal, Text
from huiyin.jobs.kinds import RefusedError, Result, Run, job
from huiyin.learning import choosing, training, urgency
from huiyin.learning.decided import Decided, decided
from huiyin.learning.features import readable as plain_words
from huiyin.learning.measuring import calibration_error
from huiyin.learning.models import ModelUse, TopicModel
from huiyin.learning.queries import Guesser, readable
from huiyin.routing import queries as routing

DAYS: Final = 730
# A topic no pack says anything of is not learned from fewer decided matters; with fewer matters in all there is nothing to calibrate on.
FEWEST_OF_TOPIC: Final = 10
FEWEST: Final = 100
# To compare on fewer than this many matters says nothing.
FEWEST_COMPARED: Final = 20
WIDEST_DAYS: Final = 3650

NOT_YOURS = Refusal("not_yours", Text("这是规则管理员的事。", "This is for the keeper of the rules."))
NO_REASON = Refusal("reason", Text("请写明理由。", "Give a reason."), field="reason")
NOT_THERE = Refusal("not_there", Text("没有这个模型。", "There is no such model."), field="model")
UNREADABLE = Refusal(
    "unreadable",
    Text("这个模型是别的版本做的，现在读不了。请重新训练一个。", "Another release made this model; it cannot be read. Train a new one."),
    field="model",
)
IN_USE = Refusal("in_use", Text("现在用的就是它。", "It is the one in use."), field="model")
NOTHING_BEFORE = Refusal(
    "nothing_before", Text("以前没有用过别的，没有可以退回的。", "Nothing was in use before; there is nothing to go back to.")
)

# What packs judge by is invented: more care than with what people really wrote.
COST_AT_FIRST: Final = 10.0
CAME_WITH: Final = "随规则包装入 / came with the packs"

Progress = Callable[[int, int, str], None]


@job(
    "train_topics",
    label=Text("训练事项类型建议", "Train suggestions of topics"),
    posts=frozenset({KEEPS_PACKS}),
    params={"days": Text("学多少天的事", "days to learn from"), "cost": Text("说错一次相当于看几件", "looks one wrong suggestion costs")},
)
def train_topics(run: Run) -> Result:
    """Make a model of the city's decided matters. It is not used until somebody says so."""
    days, cost = run.params.get("days", DAYS), run.params.get("cost", choosing.USUAL_COST)
    made = train(principal=run.principal, days=days, cost=cost, progress=lambda done, total, _: run.progress(done, total))
    if isinstance(made, Refusal):
        raise RefusedError(made)
    chosen = made.measured["chosen"]
    share, right = chosen["answered"] * 100, (chosen["precision"] or 0) * 100
    return Result(
        Text(
            f"从{made.learned_from}件事里学好了一个模型：{share:.0f}%的来件敢说，说的{right:.0f}%是对的。要不要用，由您决定。",
            f"A model was learned from {made.learned_from} matters: it answers {share:.0f} % of messages, {right:.0f} % of these right. "
            "Whether to use it is for you to say.",
        ),
        told=((Text("学过的事", "matters learned from"), made.learned_from),),
    )


def train(
    *, principal: Principal, days: int = DAYS, cost: float = choosing.USUAL_COST, progress: Progress | None = None
) -> TopicModel | Refusal:
    """Make a model of the packs' sayings and of what was decided in the last days; it is kept, and nothing changes for anybody yet.

    Args:
        cost: looks of a person that one wrong suggestion is worth, from 1 on: the threshold follows from it.
    """
    refused = _may(principal)
    if refused is not None:
        return refused
    if not 1 <= days <= WIDEST_DAYS:
        return Refusal("days", Text(f"天数在1到{WIDEST_DAYS}之间。", f"Days are 1 to {WIDEST_DAYS}."), field="days")
    if not 1 <= cost <= choosing.DEAREST:
        text = Text(f"说错一次的代价在1到{choosing.DEAREST:.0f}之间。", f"The cost of a wrong one is 1 to {choosing.DEAREST:.0f}.")
        return Refusal("cost", text, field="cost")
    since = clock.now() - timedelta(days=days)
    found = _enough(list(decided(since)))
    if len(found) < FEWEST:
        return Refusal(
            "too_few",
            Text(
                f"定下类型的事只有{len(found)}件能学（每类至少{FEWEST_OF_TOPIC}件，一共至少{FEWEST}件）。在这以前照清单里的词来建议。",
                f"Only {len(found)} decided matters can be learned from ({FEWEST_OF_TOPIC} of a topic and {FEWEST} in all are needed). "
                "Until then the words of the list propose.",
            ),
        )
    try:
        model = _made(found, principal, since.date(), cost, progress)
    except training.TooFewError:
        text = Text(
            "这些事只有一类，或者都是一个人说的，学不了。", "All of these are of one topic or by one person: nothing can be learned."
        )
        return Refusal("too_few", text)
    model.save()
    return model


def begin(progress: Progress | None = None) -> TopicModel | None:
    """Make the model of what the packs say, where they say something new, and let it propose where nobody chose otherwise.

    Returns:
        The model; None where there is one of these sayings already, or the packs say too little.
    """
    said = sayings()
    known = TopicModel.objects.filter(learned_from=0, sayings=_fingerprint(said))
    if known.exists():
        return None
    try:
        model = _made([], SYSTEM, clock.now().date(), COST_AT_FIRST, progress)
    except training.TooFewError:
        return None
    with transaction.atomic():
        # Another process may have learned the same meanwhile; a model stands with its use or not at all.
        if known.exists():
            return None
        model.save()
        last = ModelUse.objects.order_by("-id").select_related("model").first()
        if last is None or (last.model is not None and not last.model.learned_from):
            ModelUse.objects.create(model=model, at=clock.now(), by=None, reason=CAME_WITH)
    return model


def _made(found: list[Decided], principal: Principal, since: date, cost: float, progress: Progress | None) -> TopicModel:
    """Make a model of the packs' sayings and of decided matters; it is judged by the matters alone, where there are any."""
    said = sayings()
    told = _sentences(said.topics)
    tries = [] if found else [one for one in _sentences(said.tries) if one.topic in said.topics]
    every = [*found, *told, *tries]
    read = training.table([one.text for one in every], progress)
    truth = [one.topic for one in every]
    numbers = np.arange(len(every))
    rows, held = numbers[: len(found) + len(told)], numbers[len(found) + len(told) :]
    made = training.train(
        read, truth, training.groups([one.same for one in every]), rows, seen_in=training.SEEN_IN_CITY, apart=True,
        opened=numbers >= len(found), held=held if len(held) else None, progress=progress,
    )  # fmt: skip
    judged = [truth[row] for row in made.judged.rows]
    threshold, measured = choosing.measured(made, judged, cost)
    measured["urgency"] = urgency.measured(made, judged)
    return TopicModel(
        made_at=clock.now(), made_by_id=_account(principal), since=since, learned_from=len(found), sayings=_fingerprint(said), cost=cost,
        threshold=threshold, measured=measured, stored=made.model.to_bytes(),
    )  # fmt: skip


def sayings() -> Sayings:
    """Return what the packs in use say people write."""
    return city.library().sayings


def _sentences(of: Mapping[str, tuple[str, ...]]) -> list[Decided]:
    return [Decided(text, topic, (f"words {plain_words(text)}",)) for topic, texts in of.items() for text in texts]


def _fingerprint(said: Sayings) -> str:
    return fingerprint([[topic, list(texts)] for part in (said.topics, said.tries) for topic, texts in part.items()])


def use(*, principal: Principal, model: UUID | None, reason: str) -> ModelUse | Refusal:
    """Let a model propose from now on; None leaves it to the words of topics and of the list."""
    refused = _may(principal) or (None if reason.strip() else NO_REASON)
    if refused is not None:
        return refused
    chosen = None if model is None else TopicModel.objects.filter(id=model).first()
    if model is not None and chosen is None:
        return NOT_THERE
    if chosen is not None and readable(chosen) is None:
        return UNREADABLE
    with transaction.atomic():
        last = ModelUse.objects.order_by("-id").first()
        if (None if last is None else last.model_id) == model:
            return IN_USE
        return ModelUse.objects.create(model=chosen, at=clock.now(), by_id=_account(principal), reason=reason.strip())


def back(*, principal: Principal, reason: str) -> ModelUse | Refusal:
    """Let propose again what proposed before the present model."""
    last = ModelUse.objects.order_by("-id").first()
    if last is None:
        return _may(principal) or NOTHING_BEFORE
    before = ModelUse.objects.filter(id__lt=last.id).order_by("-id").first()
    return use(principal=principal, model=None if before is None else before.model_id, reason=reason)


def compare(models: list[TopicModel], *, most: int | None = None, progress: Progress | None = None) -> dict[str, Any] | Refusal:
    """Return how models, and the words alone, do on matters decided since the newest of them was made: none has seen these.

    Args:
        most: how many of each procedure, the newest; None for all.

    Returns:
        JSON-ready: ``matters`` and for each of ``models`` (its id, or "words") the shares ``answered``, right of these
        (``precision``) and right at all (``accuracy``); of a model also ``cost`` and ``ece``.
    """
    newest = max(model.made_at for model in models)
    found = list(decided(newest, most=most))
    if len(found) < FEWEST_COMPARED:
        return Refusal(
            "too_few",
            Text(
                f"最新的模型做好以后，只定了{len(found)}件（至少要{FEWEST_COMPARED}件）。过些日子再比；各自学的时候测得怎样，看它自己那一页。",
                f"Since the newest was made only {len(found)} matters were decided ({FEWEST_COMPARED} are needed). Compare later; how each "
                "was measured when it learned stands on its own page.",
            ),
        )
    told: dict[str, Any] = {"words": _by_words(found)}
    for number, model in enumerate(models, 1):
        linear = readable(model)
        told[str(model.id)] = None if linear is None else _by_model(Guesser(linear, model.threshold), found, model.cost)
        if progress is not None:
            progress(number, len(models), "compare")
    return {"since": newest.isoformat(), "matters": len(found), "models": told}


def _by_model(guesser: Guesser, found: list[Decided], cost: float) -> dict[str, Any]:
    linear = guesser.linear
    sure = np.array([linear.confidences(one.text) for one in found])
    right = np.array([linear.topics[column] == one.topic for column, one in zip(sure.argmax(axis=1), found, strict=True)], np.bool_)
    confidence = sure.max(axis=1)
    answered = confidence >= guesser.threshold
    return {
        "answered": round(float(answered.mean()), 4),
        "precision": round(float(right[answered].mean()), 4) if answered.any() else None,
        "accuracy": round(float(right.mean()), 4),
        "cost": round(float((~answered).mean() + cost * (answered & ~right).mean()), 4),
        "ece": round(calibration_error(confidence, right), 4),
    }


def _by_words(found: list[Decided]) -> dict[str, Any]:
    first = [next((one.topic for one in routing.suggest_topics(each.text, limit=1)), None) for each in found]
    said = sum(topic is not None for topic in first)
    hit = sum(topic == each.topic for topic, each in zip(first, found, strict=True))
    return {
        "answered": round(said / len(found), 4),
        "precision": round(hit / said, 4) if said else None,
        "accuracy": round(hit / len(found), 4),
    }


def _enough(found: list[Decided]) -> list[Decided]:
    """Return the matters of topics that have enough of them, or of which the packs say how people put it."""
    said, people = sayings().topics, dict[str, set[tuple[str, ...]]]()
    for one in found:
        people.setdefault(one.topic, set()).add(one.same)
    return [one for one in found if one.topic in said or len(people[one.topic]) >= FEWEST_OF_TOPIC]


def _may(principal: Principal) -> Refusal | None:
    return None if principal.kind == "system" or may_keep_packs(principal) else NOT_YOURS


def _account(principal: Principal) -> UUID | None:
    return UUID(principal.id) if principal.kind == "staff" and principal.id else None


def name(model: TopicModel) -> Text:
    """Return what a model is called: when it was made and of how many matters."""
    day = model.made_at.astimezone(city.library().zone)
    if not model.learned_from:
        return Text(f"{day:%Y-%m-%d %H:%M}（随规则包）", f"{day:%Y-%m-%d %H:%M} (of the packs)")
    return Text(f"{day:%Y-%m-%d %H:%M}（{model.learned_from}件）", f"{day:%Y-%m-%d %H:%M} ({model.learned_from} matters)")
