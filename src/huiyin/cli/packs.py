"""pack: changing packs without Git, at the command line. What the pages do, by the same functions and the same people."""

from __future__ import annotations

import argparse
import getpass
import os
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import UUID

from huiyin.cli import stage
from huiyin.cli.output import Console, Progress
from huiyin.cli.verbs import Verb, failed
from huiyin.core.values import SYSTEM, Principal, Refusal, Text
from huiyin.host.errors import HostError

if TYPE_CHECKING:
    from huiyin.city.pack_queries import Proposal

MOST_LEAVES = 6


def pack(args: argparse.Namespace, console: Console) -> Mapping[str, Any]:
    """Do one of the steps a pack is changed by."""
    with stage.database(console) as (home, _):
        stage.need_packs(home)
        stage.use_django()
        return _WORK[args.step](args, console)


def _list(_args: argparse.Namespace, console: Console) -> Mapping[str, Any]:
    from huiyin.city import pack_queries

    used, found = pack_queries.in_use(SYSTEM), pack_queries.proposals(SYSTEM)
    console.show("在用 / in use:")
    for one in used:
        console.show(f"  {one.pack:<20} {one.label:<10} {one.content[:12] or '-'}")
    if found:
        console.show("提议 / proposals:")
    for row in found:
        console.show(f"  {_short(row.id)}  {row.pack:<20} {row.said.zh} / {row.said.en}  {row.takes_force_on or ''}")
        console.show(f"      {row.proposer}: {row.reason}")
    return {
        "in_use": [{"pack": one.pack, "label": one.label, "content": one.content, "proposal": _id(one.proposal)} for one in used],
        "proposals": [_plain(one) for one in found],
    }


def _propose(args: argparse.Namespace, console: Console) -> Mapping[str, Any]:
    from huiyin.city import pack_contents, pack_proposals

    handed = _handed_in(args.what)
    name, _label = pack_contents.named_in(handed.files)
    if not name:
        raise HostError(
            "no_manifest",
            f"{args.what} 的 pack.yaml 里读不出 pack:。",
            f"pack.yaml of {args.what} does not say pack:.",
        )
    origin: str | Refusal = ""
    if handed.signature is not None:
        origin = pack_proposals.origin_of(handed.signature, name, handed.files)
    if isinstance(origin, Refusal):
        raise failed(origin)
    for left in handed.left_out:
        console.say(f"不属于规则包,没有收:{left}", f"no part of a pack, left out: {left}")
    with _keeper(args) as principal:
        made = pack_proposals.propose(principal=principal, pack=name, files=handed.files, reason=args.reason, origin=origin)
    return _proven(made, console)


def _roll_back(args: argparse.Namespace, console: Console) -> Mapping[str, Any]:
    from huiyin.city import pack_proposals, pack_queries

    known = pack_queries.earlier(SYSTEM, args.pack)
    found = [one for one in known if args.to and one.content.startswith(args.to)] if args.to else list(known[:1])
    if len(found) != 1:
        for one in known:
            console.show(f"  {one.content[:12]}  {one.at:%Y-%m-%d}  {one.said.zh} / {one.said.en}")
        raise HostError(
            "which_version",
            "请用 --to 写明回到哪个版本(指纹的开头)。",
            "Say with --to which version to go back to (how its fingerprint begins).",
        )
    with _keeper(args) as principal:
        made = pack_proposals.roll_back(principal=principal, pack=args.pack, content=found[0].content, reason=args.reason)
    return _proven(made, console)


def _proven(made: UUID | Refusal, console: Console) -> Mapping[str, Any]:
    """Prove a proposal here and tell what came of it."""
    from huiyin.workers import packs

    if isinstance(made, Refusal):
        raise failed(made)
    with Progress() as progress:
        packs.prove(made, lambda done, of: progress(done, of, "scenarios"))
    row = _found(str(made))
    console.show(f"提议 / proposal: {_short(row.id)}  {row.said.zh} / {row.said.en}")
    for one in row.problems:
        console.show(f"{one.file}:{one.line}: [{one.rule}] {one.text.zh}\n    {one.text.en}")
        console.show(f"    → {one.mend.zh}\n      {one.mend.en}")
    return _plain(row)


def _compare(args: argparse.Namespace, console: Console) -> Mapping[str, Any]:
    from huiyin.city import pack_queries

    row = _found(args.proposal)
    found = pack_queries.comparison(SYSTEM, row)
    if found is None:
        raise HostError("altered", "存着的文件和指纹不符。", "The kept files are not what their fingerprint says.")
    for kind, changes in found.by_kind:
        console.show(f"{kind.zh} / {kind.en}")
        for one in changes:
            console.show(f"  {_SIGNS[one.how]} {one.name.zh} / {one.name.en}  ({one.path})")
            for leaf in one.leaves[:MOST_LEAVES] if one.how == "changed" else ():
                before, after = ("—" if side is None else side.zh for side in (leaf.before, leaf.after))
                console.show(f"      {leaf.what.zh} / {leaf.what.en}: {before} → {after}")
    if args.lines:
        for file in found.files:
            console.show(f"--- {file.path}")
            for line in file.lines:
                console.show(line)
    changes_plain = [
        {
            "kind": one.kind.to_plain(),
            "how": one.how,
            "name": one.name.to_plain(),
            "path": one.path,
            "values": [
                {
                    "what": leaf.what.to_plain(),
                    "before": None if leaf.before is None else leaf.before.to_plain(),
                    "after": None if leaf.after is None else leaf.after.to_plain(),
                }
                for leaf in one.leaves
            ],
        }
        for one in found.changes
    ]
    return {**_plain(row), "changes": changes_plain, "files": [file.path for file in found.files], "moves_dates": found.moves_dates}


def _review(args: argparse.Namespace, console: Console) -> Mapping[str, Any]:
    from huiyin.city import pack_proposals

    row = _found(args.proposal)
    with _keeper(args) as principal:
        if args.send_back:
            refused = pack_proposals.send_back(principal=principal, proposal=row.id, content=row.content, reason=args.reason)
        else:
            on = args.on or _today()
            refused = pack_proposals.accept(principal=principal, proposal=row.id, content=row.content, reason=args.reason, on=on)
    return _told(refused, row.id, console)


def _withdraw(args: argparse.Namespace, console: Console) -> Mapping[str, Any]:
    from huiyin.city import pack_proposals

    row = _found(args.proposal)
    with _keeper(args) as principal:
        refused = pack_proposals.withdraw(principal=principal, proposal=row.id, reason=args.reason)
    return _told(refused, row.id, console)


def _take_force(_args: argparse.Namespace, console: Console) -> Mapping[str, Any]:
    from huiyin.workers import packs

    done = packs.take_due()
    console.show(f"生效 {done} 个 / took force: {done}")
    return {"took_force": done}


def _verify(args: argparse.Namespace, console: Console) -> Mapping[str, Any]:
    from huiyin.city import pack_contents, pack_proposals, pack_queries

    wrong: list[str] = []
    if args.file is not None:
        handed = _handed_in(args.file)
        if handed.signature is None:
            raise HostError("unsigned", f"{args.file} 里没有签名。", f"{args.file} bears no signature.")
        pack_proposals.own_key()
        name, _label = pack_contents.named_in(handed.files)
        origin = pack_proposals.origin_of(handed.signature, name, handed.files)
        if isinstance(origin, Refusal):
            raise failed(origin)
        console.show(f"签名有效 / the signature holds: {name} ({origin})")
        return {"file": str(args.file), "pack": name, "holds": True}
    checked = 0
    for one in pack_queries.in_use(SYSTEM):
        if one.content:
            checked += 1
            wrong += [] if _whole(one.content) else [f"{one.pack} {one.content[:12]}"]
    for row in pack_queries.proposals(SYSTEM):
        if row.signature:
            checked += 1
            wrong += [] if _whole(row.content) and pack_queries.signed_well(SYSTEM, row.id) else [f"{row.pack} {_short(row.id)}"]
    if wrong:
        raise HostError("altered", f"对不上:{'、'.join(wrong)}。", f"These do not hold: {', '.join(wrong)}.")
    console.show(f"{checked} 个版本的文件和签名都对 / files and signatures of {checked} versions hold")
    return {"checked": checked, "wrong": wrong}


def _export(args: argparse.Namespace, console: Console) -> Mapping[str, Any]:
    from huiyin.city import pack_queries

    content = next((one.content for one in pack_queries.in_use(SYSTEM) if one.pack == args.what), None) or _found(args.what).content
    made = pack_queries.whole(SYSTEM, content)
    if made is None:
        raise HostError("altered", "存着的文件和指纹不符。", "The kept files are not what their fingerprint says.")
    place = args.out or Path.cwd() / made[0]
    place.write_bytes(made[1])
    console.show(str(place))
    return {"file": str(place), "content": content}


def _key(_args: argparse.Namespace, console: Console) -> Mapping[str, Any]:
    from huiyin.city import pack_proposals

    own = pack_proposals.own_key()
    console.show(f"公钥 / public key: {own.public}")
    return {"public": own.public, "fingerprint": own.fingerprint}


def _trust(args: argparse.Namespace, console: Console) -> Mapping[str, Any]:
    from huiyin.city import pack_proposals

    made = pack_proposals.trust(public=args.key, name=args.name)
    if isinstance(made, Refusal):
        raise failed(made)
    console.show(f"已认可 / trusted: {made.name} {made.fingerprint}")
    return {"name": made.name, "fingerprint": made.fingerprint}


_WORK: Mapping[str, Callable[[argparse.Namespace, Console], Mapping[str, Any]]] = {
    "list": _list,
    "propose": _propose,
    "compare": _compare,
    "review": _review,
    "withdraw": _withdraw,
    "take-force": _take_force,
    "roll-back": _roll_back,
    "verify": _verify,
    "export": _export,
    "key": _key,
    "trust": _trust,
}
_SIGNS = {"added": "+", "taken_away": "-", "changed": "~"}


def _told(refused: Refusal | None, proposal: UUID, console: Console) -> Mapping[str, Any]:
    if refused is not None:
        raise failed(refused)
    row = _found(str(proposal))
    console.show(f"{_short(row.id)}  {row.said.zh} / {row.said.en}  {row.takes_force_on or ''}")
    return _plain(row)


def _whole(content: str) -> bool:
    from huiyin.city import pack_contents

    try:
        pack_contents.files_of(content)
    except (LookupError, pack_contents.AlteredError):
        return False
    return True


def _handed_in(what: Path) -> Any:
    from huiyin.city import pack_contents

    if what.is_dir():
        return pack_contents.HandedIn(pack_contents.read_folder(what))
    if not what.is_file():
        raise HostError("no_such_file", f"没有 {what}。", f"There is no {what}.")
    try:
        return pack_contents.read_zip(what.read_bytes())
    except pack_contents.NotAPackError as error:
        raise HostError(error.code, error.text.zh, error.text.en) from error


def _found(words: str) -> Proposal:
    """Return the proposal a word names: the end of its number is enough.

    Raises:
        HostError: none or several are meant.
    """
    from huiyin.city import pack_queries

    found = pack_queries.ending_in(SYSTEM, words)
    if len(found) != 1:
        raise HostError(
            "no_such_proposal",
            f"没有唯一的提议 {words}。请看 ./huiyin pack list。",
            f"{words} names no one proposal. See ./huiyin pack list.",
        )
    return found[0]


@contextmanager
def _keeper(args: argparse.Namespace) -> Iterator[Principal]:
    """Sign a pack keeper in: whoever has the shell is not thereby two people.

    Raises:
        HostError: name and password do not fit, or the person does not keep packs.
    """
    from django.contrib.auth import authenticate

    from huiyin.city import queries as city
    from huiyin.city.models import Account
    from huiyin.core.rights import KEEPS_PACKS

    password = os.environ.get("HUIYIN_PASSWORD", "")
    if not password and sys.stdin.isatty():
        password = getpass.getpass(f"{args.user} 的口令 / password of {args.user}: ")
    account = authenticate(username=args.user, password=password)
    held = city.appointments_of(account.pk, city.today()) if isinstance(account, Account) else []
    seat = next((one for one in held if one.post == KEEPS_PACKS), None)
    if not isinstance(account, Account) or seat is None:
        raise HostError(
            "not_yours",
            f"{args.user} 的口令不对,或者不是规则管理员。口令取自 HUIYIN_PASSWORD,或在终端询问。",
            f"The password of {args.user} is wrong, or that is no pack keeper. It is read from HUIYIN_PASSWORD or asked on the terminal.",
        )
    yield city.principal_in_post(account.pk, seat.unit, seat.post, city.today())


def _plain(row: Proposal) -> dict[str, Any]:
    return {
        "proposal": str(row.id),
        "pack": row.pack,
        "content": row.content,
        "state": row.state,
        "reason": row.reason,
        "proposer": row.proposer,
        "reviewer": row.reviewer,
        "takes_force_on": None if row.takes_force_on is None else str(row.takes_force_on),
        "scenarios": row.scenarios,
        "problems": [
            {"file": one.file, "line": one.line, "rule": one.rule, "text": one.text.to_plain(), "mend": one.mend.to_plain()}
            for one in row.problems
        ],
    }


def _short(proposal: UUID) -> str:
    return str(proposal)[-8:]


def _id(proposal: UUID | None) -> str | None:
    return None if proposal is None else str(proposal)


def _today() -> date:
    from huiyin.city import queries as city

    return city.today()


def _arguments(parser: argparse.ArgumentParser) -> None:
    steps = parser.add_subparsers(dest="step", required=True, metavar="STEP")

    def step(name: str, zh: str, en: str, *, person: bool = False, proposal: bool = False) -> argparse.ArgumentParser:
        made = steps.add_parser(name, help=f"{zh} / {en}", description=f"{zh} / {en}", allow_abbrev=False)
        made.add_argument("--json", action="store_true", default=argparse.SUPPRESS, help="输出一个 JSON 对象 / print one JSON object")
        if proposal:
            made.add_argument("proposal", metavar="PROPOSAL", help="提议编号的末几位 / the end of a proposal's number")
        if person:
            made.add_argument("--user", required=True, help="规则管理员的登录名 / sign-in name of the pack keeper")
            made.add_argument("--reason", required=True, help="理由 / why")
        return made

    step("list", "在用的和提出的", "what is in use and what was put forward")
    one = step("propose", "提出一个版本", "put a version forward", person=True)
    one.add_argument("what", type=Path, metavar="FOLDER", help="规则包目录或 ZIP / folder or ZIP of a pack")
    one = step("compare", "改了什么", "what a proposal changes", proposal=True)
    one.add_argument("--lines", action="store_true", help="也列出每一行 / the lines as well")
    one = step("review", "复核别人提出的版本", "review somebody else's proposal", person=True, proposal=True)
    which = one.add_mutually_exclusive_group()
    which.add_argument("--on", type=date.fromisoformat, metavar="DATE", help="接受,哪天生效(不写是今天)/ accept; takes force on (today)")
    which.add_argument("--send-back", action="store_true", help="退回 / send it back")
    step("withdraw", "收回,或者叫停还没生效的", "take one back, or stop one that waits", person=True, proposal=True)
    step("take-force", "把到了日子的生效(后台进程自己会做)", "put what is due into force (the worker does it by itself)")
    one = step("roll-back", "提出回到以前的版本", "put an earlier version forward", person=True)
    one.add_argument("pack", metavar="PACK")
    one.add_argument(
        "--to", metavar="CONTENT", default="", help="以前那个版本的指纹开头;不写是上一个 / how its fingerprint begins; the last one"
    )
    one = step("verify", "核对文件和签名", "check files and signatures")
    one.add_argument("file", nargs="?", type=Path, help="别处给的包 / a package from elsewhere")
    one = step("export", "连同签名写成一个文件", "write a version with its signature into one file")
    one.add_argument("what", metavar="PACK", help="规则包或提议 / a pack or a proposal")
    one.add_argument("--out", type=Path)
    step("key", "本机关的公钥", "the office's public key")
    one = step("trust", "认可另一个机关的公钥", "trust another office's public key")
    one.add_argument("key", metavar="KEY")
    one.add_argument("--name", required=True, help="机关名称 / name of the office")


VERBS = (
    Verb(
        "pack",
        Text("提出、比较、复核、签名、生效、退回规则包", "propose, compare, review, sign, take force, roll back packs"),
        Text(
            "一个人提出,另一个人复核并签名,到定好的那天零点由后台进程生效;网页上“规则包”做的是同样的事。写下的每一步都留着,什么都不删。",
            "One person puts a version forward, another reviews and signs it, the worker puts it into force at the first instant of its "
            "day; the page Packs does the same. Every step is kept and nothing is deleted.",
        ),
        (
            ("./huiyin pack list", Text("在用的和提出的", "what is in use and what was put forward")),
            (
                "./huiyin pack propose ../our-city --user wangfang --reason 增加一条责任",
                Text("提出一个目录", "puts a folder forward"),
            ),
            (
                "./huiyin pack review 1a2b3c4d --user zhaoyang --reason 已核对 --on 2027-01-01",
                Text("接受并定生效日", "accepts it for a day"),
            ),
        ),
        pack,
        _arguments,
    ),
)
