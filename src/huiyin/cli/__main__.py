"""The command line's front door: reads the words, runs the verb, ends with an honest status."""

from __future__ import annotations

import argparse
import signal
import sys
from collections.abc import Sequence
from typing import NoReturn

from huiyin import __version__
from huiyin.cli import clocks, developing, installing, ordering, packs, places, reading, running, saving, sealing, suggesting, working
from huiyin.cli.output import Console
from huiyin.cli.verbs import Verb
from huiyin.host.errors import HostError

ORDER = (
    "demo", "init", "serve", "worker", "load", "pack", "check", "clock", "order", "intake", "place", "suggest", "work", "audit",
    "prove", "seal", "backup", "restore", "upgrade", "shell", "test",
)  # fmt: skip
_ROOMS = (running, installing, packs, reading, clocks, ordering, places, suggesting, working, saving, sealing, developing)
_ALL = {verb.name: verb for room in _ROOMS for verb in room.VERBS}

PREAMBLE = """\
回音:一座城市受理纠纷、隐患和诉求的前门。
Huiyin: one front door for a city's disputes, hazards and needs.

全部数据在 HUIYIN_HOME(root 默认 /var/lib/huiyin,其他用户默认 ~/.local/share/huiyin)。
设了 DATABASE_URL 就用它指定的 PostgreSQL,否则使用内置数据库。
Everything is kept in HUIYIN_HOME (default /var/lib/huiyin for root, ~/.local/share/huiyin otherwise).
With DATABASE_URL set, that PostgreSQL server is used; otherwise the embedded one."""

CLOSING = """\
每个命令都可加 --json:标准输出只有一个 JSON 对象,进度和消息在标准错误;成功时退出状态为 0,否则非 0。
With --json a verb prints exactly one JSON object on standard output; progress and messages go to standard error.
The exit status is 0 only on success.

环境变量 / environment:
  HUIYIN_HOME              数据目录 / home folder
  DATABASE_URL             表所有者的连接 / the owner's connection
  HUIYIN_APP_DATABASE_URL  应用角色的连接 / the application role's connection (made when it may be)
  HUIYIN_HOSTS             允许的域名,逗号分隔 / host names served, separated by commas
  HUIYIN_HTTPS=1           位于 HTTPS 代理之后 / behind an HTTPS proxy

./huiyin VERB --help  查看单个命令 / explains one verb"""


class UsageError(HostError):
    """The words make no command."""


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        raise UsageError(
            "usage",
            f"命令写法不对:{message}。请看 {self.prog} --help。",
            f"The command is not understood: {message}. See {self.prog} --help.",
        )


def parser() -> argparse.ArgumentParser:
    """Return the parser of every verb; its help is the manual."""
    listed = "\n".join(f"  {name:<9}{_ALL[name].brief.zh} / {_ALL[name].brief.en}" for name in ORDER)
    whole = _Parser(
        prog="./huiyin",
        usage="./huiyin VERB [...] [--json]",
        description=f"{PREAMBLE}\n\n命令 / verbs:\n{listed}",
        epilog=CLOSING,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    whole.add_argument("--version", action="version", version=f"huiyin {__version__}")
    whole.add_argument("--json", action="store_true", default=False, help="输出一个 JSON 对象 / print one JSON object")
    verbs = whole.add_subparsers(dest="verb", required=True, metavar="VERB", help=argparse.SUPPRESS, parser_class=_Parser)
    for name in ORDER:
        _add(verbs, _ALL[name])
    return whole


def _add(verbs: argparse._SubParsersAction[_Parser], verb: Verb) -> None:
    examples = "\n".join(f"  {line}\n      {text.zh} / {text.en}" for line, text in verb.examples)
    page = verbs.add_parser(
        verb.name,
        prog=f"./huiyin {verb.name}",
        description=f"{verb.brief.zh} / {verb.brief.en}\n\n{verb.manual.zh}\n{verb.manual.en}",
        epilog=f"例 / examples:\n{examples}",
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    page.add_argument("--json", action="store_true", default=argparse.SUPPRESS, help="输出一个 JSON 对象 / print one JSON object")
    verb.arguments(page)


def _read(words: list[str]) -> argparse.Namespace:
    verb = _ALL.get(words[0]) if words else None
    if verb is not None and verb.passes_on and not {"-h", "--help"} & set(words[1:2]):
        return argparse.Namespace(verb=verb.name, rest=words[1:])
    return parser().parse_args(words)


def main(words: Sequence[str]) -> int:
    """Run one command and return its exit status."""
    console = Console(as_json="--json" in words)
    # Being asked to end is treated like Ctrl-C, so that whatever was started is ended in order.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        args = _read([word for word in words if word != "--json"])
        done = _ALL[args.verb].run(args, console)
    except UsageError as error:
        console.fail(error)
        return 2
    except KeyboardInterrupt:
        console.say("已中断。", "Interrupted.")
        console.answer({"error": {"code": "interrupted", "zh": "已中断。", "en": "Interrupted."}})
        return 130
    except Exception as error:
        console.fail(error)
        return 1
    if isinstance(done, int):
        return done
    console.answer(done)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
