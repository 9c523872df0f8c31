"""The city's own models of topics: make one, see them, compare, put one to use, go back. Parts of the verb ``suggest``."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Mapping
from dataclasses import asdict
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID

from huiyin.cli import stage
from huiyin.cli.output import Console, Progress
from huiyin.cli.verbs import failed
from huiyin.core.values import SYSTEM, Refusal
from huiyin.host.errors import HostError

if TYPE_CHECKING:
    from huiyin.learning.models import TopicModel

Part = Callable[[argparse.Namespace, Console, Progress], Mapping[str, Any]]


def train(args: argparse.Namespace, console: Console, progress: Progress) -> Mapping[str, Any]:
    """Make a model of the matters decided in the city; nothing uses it yet."""
    from huiyin.learning import services

    made = services.train(principal=SYSTEM, days=args.days, cost=args.cost, progress=progress)
    if isinstance(made, Refusal):
        raise failed(made)
    console.show(f"做好了,还没有用 / made, not in use: {made.id}")
    return _told(made, console)


def show(args: argparse.Namespace, console: Console, progress: Progress) -> Mapping[str, Any]:
    """Show the models there are, and which is in use."""
    from huiyin.learning import queries

    current = queries.in_use()
    told = []
    for model in queries.all_models():
        console.show(f"{'*' if current is not None and current.id == model.id else ' '} {model.id}")
        told.append(_told(model, console))
    if current is None:
        console.show("现在照清单里的词建议 / the words of the list propose now")
    used = [
        {"model": None if one.model_id is None else str(one.model_id), "at": one.at.isoformat(), "reason": one.reason}
        for one in queries.uses()
    ]
    return {"in_use": None if current is None else str(current.id), "models": told, "uses": used}


def compare(args: argparse.Namespace, console: Console, progress: Progress) -> Mapping[str, Any]:
    """Compare models, and the words alone, on matters decided since the newest was made."""
    from huiyin.learning import services

    told = services.compare([_model(name) for name in dict.fromkeys(args.models)], progress=progress)
    if isinstance(told, Refusal):
        raise failed(told)
    console.show(f"{told['matters']} 件 / matters")
    for name, figures in told["models"].items():
        console.show(f"  {name}: {figures if figures is not None else '读不了 / cannot be read'}")
    return told


def use(args: argparse.Namespace, console: Console, progress: Progress) -> Mapping[str, Any]:
    """Put a model to use, or leave it to the words."""
    from huiyin.learning import services

    return _used(services.use(principal=SYSTEM, model=None if args.model == "words" else _id(args.model), reason=args.reason), console)


def back(args: argparse.Namespace, console: Console, progress: Progress) -> Mapping[str, Any]:
    """Go back to what proposed before."""
    from huiyin.learning import services

    return _used(services.back(principal=SYSTEM, reason=args.reason), console)


def ask(args: argparse.Namespace, console: Console, progress: Progress) -> Mapping[str, Any]:
    """Tell what a text is probably about, by what proposes now."""
    from huiyin.learning import queries
    from huiyin.learning.urgency import urgency

    found, danger = queries.suggest(args.text), urgency(args.text)
    for one in found:
        sure = "" if one.confidence is None else f" {one.confidence:.2f}"
        console.show(f"{one.topic}{sure} ({one.by}): {'、'.join(one.words)}")
    if not found:
        console.show("不知道 / I do not know")
    if danger is not None:
        console.show(f"可能有危险 / perhaps danger: {'、'.join(danger.words)}")
    return {"suggested": [asdict(one) for one in found], "danger": None if danger is None else asdict(danger)}


def with_city(part: Part) -> Part:
    """Return the part as it runs: with the database, for which a city has to be loaded."""

    def run(args: argparse.Namespace, console: Console, progress: Progress) -> Mapping[str, Any]:
        with stage.database(console) as (home, _):
            stage.need_packs(home)
            stage.use_django()
            return part(args, console, progress)

    return run


PARTS: Final[Mapping[str, Part]] = {part.__name__: with_city(part) for part in (train, show, compare, use, back, ask)}


def arguments(part: Callable[[str, str, str], argparse.ArgumentParser]) -> None:
    """Add the parts to the verb's parser."""
    one = part("train", "从办过的事里学一个模型,先不用", "learn a model from decided matters; not in use yet")
    one.add_argument("--days", type=int, default=730, metavar="N", help="学最近多少天的事(730) / days to learn from (730)")
    one.add_argument("--cost", type=float, default=5.0, metavar="N", help="说错一次相当于人看几件(5) / looks one wrong answer costs (5)")
    part("show", "有哪些模型,用的是哪个", "the models, and which is in use")
    one = part("compare", "在都没有见过的事上比", "compare on matters none has seen")
    one.add_argument("models", nargs="+", metavar="MODEL", help="编号 / id of a model")
    one = part("use", "用一个模型", "put a model to use")
    one.add_argument("model", metavar="MODEL", help="编号,或者 words(只照清单里的词) / id, or words (those of the list only)")
    one.add_argument("--reason", required=True, help="为什么 / why")
    one = part("back", "退回上一个", "go back to what was in use before")
    one.add_argument("--reason", required=True, help="为什么 / why")
    one = part("ask", "一段话说的可能是什么事", "what a text is probably about")
    one.add_argument("text", help="一段话 / a text")


def _model(name: str) -> TopicModel:
    from huiyin.learning.models import TopicModel

    found = TopicModel.objects.filter(id=_id(name)).first()
    if found is None:
        raise HostError("no_model", f"没有模型 {name}。用 suggest show 看有哪些。", f"There is no model {name}; see suggest show.")
    return found


def _id(name: str) -> UUID:
    try:
        return UUID(name)
    except ValueError:
        raise HostError(
            "no_model", f"{name} 不是模型编号。用 suggest show 看。", f"{name} is no id of a model; see suggest show."
        ) from None


def _used(made: Any, console: Console) -> Mapping[str, Any]:
    if isinstance(made, Refusal):
        raise failed(made)
    name = None if made.model_id is None else str(made.model_id)
    console.show(f"现在用 / now in use: {name or 'words'}")
    return {"in_use": name}


def _told(model: TopicModel, console: Console) -> Mapping[str, Any]:
    chosen = model.measured["chosen"]
    console.show(
        f"    {model.made_at.isoformat()}  {model.learned_from} 件 / matters  正确 / right {model.measured['accuracy']}  "
        f"敢说 / answered {chosen['answered']}  其中对 / of these right {chosen['precision']}"
    )
    named = {name: model.measured[name] for name in ("accuracy", "macro_f1", "ece", "chosen", "urgency")}
    return {"id": str(model.id), "made_at": model.made_at.isoformat(), "learned_from": model.learned_from, "cost": model.cost, **named}
