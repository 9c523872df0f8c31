"""order: which running clocks a new notice moves, and carrying that out once it is decided."""

from __future__ import annotations

import argparse
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any
from uuid import UUID

from huiyin.cli import stage
from huiyin.cli.output import Console, Progress
from huiyin.cli.verbs import Verb, failed
from huiyin.core.values import Text
from huiyin.host.errors import HostError

if TYPE_CHECKING:
    from huiyin.matters.ordered import OrderView

STAGES: Mapping[str, Text] = {
    "counting": Text("没有算完", "not counted to the end"),
    "counted": Text("等决定", "waits for a decision"),
    "carrying": Text("已决定,没有做完", "decided, not done to the end"),
    "done": Text("做完了", "done"),
}


def order(args: argparse.Namespace, console: Console) -> Mapping[str, Any]:
    """Do one of the four things that can be done with an order."""
    with stage.database(console) as (home, _):
        stage.need_packs(home)
        stage.use_django()
        if args.do == "preview":
            return _preview(args, console)
        if args.do == "carry-out":
            return _carry_out(args, console)
        return _status(args, console)


def _preview(args: argparse.Namespace, console: Console) -> Mapping[str, Any]:
    from huiyin.core.values import SYSTEM, Refusal
    from huiyin.jobs import recounting

    if args.order is not None:
        raise HostError("usage", "预览是新算的,不写编号。", "A preview is counted anew; give no id.")
    made = recounting.prepare(principal=SYSTEM)
    if isinstance(made, Refusal):
        raise failed(made)
    _watched(made)
    return _told(made, console)


def _carry_out(args: argparse.Namespace, console: Console) -> Mapping[str, Any]:
    from huiyin.core.values import SYSTEM, Refusal
    from huiyin.jobs import recounting

    wanted = _id(args)
    if _view(wanted).stage not in ("carrying", "done"):
        said = {"basis": args.notice or "", "reason": args.reason or "", "by": args.by or ""}
        made = recounting.decide(wanted, principal=SYSTEM, **said)
    else:
        # Decided before: only what is left is done, and whoever decided stays.
        made = wanted if _view(wanted).stage == "done" else recounting.ask_run(wanted)
    if isinstance(made, Refusal):
        details = [*made.details, made] if made.details else [made]
        zh, en = "".join(one.text.zh for one in details), " ".join(one.text.en for one in details)
        raise HostError(made.code, zh, en)
    if _view(wanted).stage != "done":
        _watched(wanted)
    return _told(wanted, console)


def _status(args: argparse.Namespace, console: Console) -> Mapping[str, Any]:
    from huiyin.core.values import SYSTEM
    from huiyin.matters import ordered

    if args.order is not None:
        return _told(_id(args), console)
    stale, found = ordered.stale(SYSTEM), ordered.orders_of(SYSTEM)
    console.show(f"按以前的日历或规则算的、还在走的期限:{stale} 个。\nRunning clocks counted with an earlier calendar or rule: {stale}.")
    for one in found:
        said = STAGES[one.stage]
        console.show(f"{one.id}  {said.zh} / {said.en}  {one.basis}".rstrip())
    return {"stale": stale, "orders": [_plain(one) for one in found]}


def _watched(wanted: UUID) -> None:
    """Do the latest work on an order here, with a bar; a worker that was quicker is waited for."""
    from huiyin.jobs import recounting, running

    work = recounting.latest(wanted)
    if work is None:
        return
    with Progress() as progress:
        running.run_now(work.id, progress)
    work = recounting.latest(wanted)
    if work is not None and work.state != "finished":
        message = work.message or Text("没有做完。", "It did not come to its end.")
        raise HostError("work_failed", message.zh, message.en)


def _told(wanted: UUID, console: Console) -> Mapping[str, Any]:
    view = _view(wanted)
    said = STAGES[view.stage]
    console.show(f"{view.id}\n{said.zh} / {said.en}")
    if view.whole is not None:
        numbers = view.whole.numbers
        console.show(
            f"看了 {view.examined} 个期限,{view.whole.moved} 个会改日期,涉及 {view.matters} 件事。\n"
            f"{view.examined} clocks looked at, {view.whole.moved} would move, in {view.matters} matters."
        )
        console.show("  " + "  ".join(f"{word} {number}" for word, number in sorted(numbers.items())))
    if view.reach is not None:
        report = view.reach.plain()
        console.show("  " + "  ".join(f"{word} {report[word]}" for word in ("matters", "moved", "unchanged", "refused")))
        for why in report["whys"]:
            console.show(f"  {why['count']}  {why['zh']} / {why['en']}")
    return _plain(view)


def _plain(view: OrderView) -> dict[str, Any]:
    return {
        "order": str(view.id),
        "stage": view.stage,
        "notice": view.basis,
        "decided_by": view.decided_by,
        "examined": view.examined,
        "matters": view.matters,
        "would": None if view.whole is None else dict(view.whole.numbers),
        "groups": {name: {one.key: dict(one.numbers) for one in counted} for name, counted in view.groups.items()},
        "report": None if view.reach is None else view.reach.plain(),
    }


def _view(wanted: UUID) -> OrderView:
    from huiyin.core.values import SYSTEM
    from huiyin.matters import ordered, orders

    view = ordered.order(SYSTEM, wanted)
    if view is None:
        raise failed(orders.GONE)
    return view


def _id(args: argparse.Namespace) -> UUID:
    try:
        return UUID(args.order or "")
    except ValueError as error:
        raise HostError(
            "no_order", "请写命令的编号,./huiyin order status 会列出来。", "Give the order's id; ./huiyin order status lists them."
        ) from error


def _arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "do",
        nargs="?",
        choices=("status", "preview", "carry-out"),
        default="status",
        help="做什么,不写是 status / what; status when left out",
    )
    parser.add_argument("order", nargs="?", metavar="ID", help="命令的编号 / id of the order")
    parser.add_argument("--notice", help="依据的通知文号 / number of the notice it rests on")
    parser.add_argument("--reason", help="理由 / why")
    parser.add_argument("--by", help="谁决定的 / who decided")


VERBS = (
    Verb(
        "order",
        Text("放假通知变了,重新计算在走的期限", "count running clocks again after a new notice"),
        Text(
            "preview 算出哪些在走的期限会改日期,什么都不改;carry-out 写明文号、理由和谁决定的,然后执行:每件事一条记录,原来的日期保留,"
            "有关的人会收到通知。中断了再运行一次 carry-out,接着做,不重复。网页上的“重新计算日期”做同样的事,并且要两个人。",
            "preview finds which running clocks would move and changes nothing. carry-out takes the notice, the reason and who "
            "decided, and does it: one entry in each matter, the old date stays, those concerned are told. After a break run it again: "
            "it goes on and repeats nothing. The page “Dates counted again” does the same and needs two people.",
        ),
        (
            (
                "./huiyin order",
                Text("有多少期限是按以前的日历算的,有过哪些命令", "how many clocks run on older tables, and the orders there were"),
            ),
            ("./huiyin order preview", Text("算一遍会变动哪些", "finds which would move")),
            (
                './huiyin order carry-out ID --notice "国办发明电〔2026〕9号" --reason "新增放假一天" --by "张主任"',
                Text("决定并执行", "decides and carries out"),
            ),
            ("./huiyin order status ID", Text("到哪一步,结果怎样", "how far it is and what came of it")),
        ),
        order,
        _arguments,
    ),
)
