"""demo, serve, worker: the verbs that keep running."""

from __future__ import annotations

import argparse
import json
import os
import signal
import sys
import threading
from collections.abc import Callable, Mapping
from typing import Any

from huiyin.cli import stage
from huiyin.cli.output import Console, Progress
from huiyin.cli.verbs import DEMO_PACKS, Verb, pack_folders
from huiyin.core.values import Text
from huiyin.host.errors import HostError
from huiyin.host.home import Home, write_private
from huiyin.host.postgres import Server
from huiyin.host.processes import Child, Supervisor, choose_port, note_running, only_copy

FIRST_PORT = 8000
THREADS = 8
DEMO_MATTERS = 3000


def demo(args: argparse.Namespace, console: Console) -> Mapping[str, Any]:
    """Run the demonstration city until asked to stop."""
    home = Home.find().prepare()

    def prepare() -> list[dict[str, Any]]:
        _give_life(home, console, args.matters)
        listed: list[dict[str, Any]] = json.loads((home.path / "demo.json").read_text("utf-8"))
        return listed

    with only_copy(home):
        return _serve(home, console, args, FIRST_PORT, prepare, with_worker=True)


def serve(args: argparse.Namespace, console: Console) -> Mapping[str, Any]:
    """Run the installation until asked to stop."""
    home = Home.find().prepare()

    def prepare() -> list[dict[str, Any]]:
        stage.ensure_tables(home, console, may_change=False)
        return []

    with only_copy(home):
        return _serve(home, console, args, int(home.config().get("port") or FIRST_PORT), prepare, with_worker=not args.without_worker)


def worker(args: argparse.Namespace, console: Console) -> Mapping[str, Any]:
    """Work off clocks and outgoing messages until asked to stop."""
    stop = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stop.set())
    if args.child:
        # The supervisor has prepared everything and keeps the database.
        stage.use_django()
        from huiyin.workers.loop import run

        run(stop)
        return {"stopped": True}
    with stage.database(console, migrated=False) as (home, _):
        stage.ensure_tables(home, console, may_change=False)
        stage.use_django()
        from huiyin.workers.loop import run

        console.say("工作进程已启动,按 Ctrl-C 停止。", "The worker runs; Ctrl-C stops it.")
        run(stop)
    return {"stopped": True}


def _give_life(home: Home, console: Console, matters: int) -> None:
    """Make tables, packs and history where they are missing; a second start finds all of it done."""
    if stage.state(home, stage.REAL) is not None:
        raise HostError(
            "real_home",
            f"{home.path} 是正式安装,不能生成演示历史。请用 HUIYIN_HOME 指定一个新目录,或运行 ./huiyin serve。",
            f"{home.path} is a real installation and gets no invented history. Name a new folder with HUIYIN_HOME, or run ./huiyin serve.",
        )
    stage.ensure_tables(home, console)
    stage.ensure_packs(home, stage.packs_in_use(home) or pack_folders([*DEMO_PACKS]))
    known = home.path / "demo.json"
    if stage.state(home, "demo") is None:
        console.say("正在生成一年的演示历史……", "Giving the city a year of history ...")
        stage.use_django()
        from huiyin.demo.life import give_life

        with Progress() as progress:
            standing = give_life(progress=progress, matters=matters)
        write_private(home.path / "demo-matters.json", json.dumps(standing, ensure_ascii=False, indent=1))
        stage.keep_state(home, "demo", str(matters))
        known.unlink(missing_ok=True)
    if not known.exists():
        stage.use_django()
        from huiyin.demo.people import connected_by, sign_ins
        from huiyin.exchange.invented import connect

        connect(connected_by())
        write_private(known, json.dumps(list(sign_ins()), ensure_ascii=False, default=_plain))


def _children(host: str, port: int, live_port: int, processes: int | None, *, with_worker: bool) -> list[Child]:
    count = processes or max(1, min(16, os.cpu_count() or 1))
    server = [sys.executable, "-m", "huiyin.cli.webserver", "--host", host]
    web = [*server, "--port", str(port), "--workers", str(count), "--threads", str(THREADS)]
    live = [*server, "--port", str(live_port), "--workers", "1", "--threads", "1", "--live"]
    ports = {"HUIYIN_LIVE_PORT": str(live_port), "HUIYIN_PAGES_PORT": str(port)}
    children = [
        Child("web", web, {"HUIYIN_PROCESS": "web", "HUIYIN_POOL_SIZE": str(THREADS), **ports}),
        Child("live", live, {"HUIYIN_PROCESS": "live", **ports}),
    ]
    if with_worker:
        children.append(Child("worker", [sys.executable, "-m", "huiyin.cli", "worker", "--child"], {"HUIYIN_PROCESS": "worker"}))
    return children


def _serve(
    home: Home,
    console: Console,
    args: argparse.Namespace,
    port: int,
    prepare: Callable[[], list[dict[str, Any]]],
    *,
    with_worker: bool,
) -> Mapping[str, Any]:
    """Prepare, serve, and end everything in order.

    Loading the pages takes longer than starting the database. When this very release ran on this home before, the web
    server therefore starts loading first; it asks the database for nothing until somebody asks it for a page.
    """
    port = choose_port(args.host, args.port or port, fixed=args.port is not None)
    shown = "127.0.0.1" if args.host in ("0.0.0.0", "::") else args.host  # noqa: S104
    address = f"http://{f'[{shown}]' if ':' in shown else shown}:{port}/"
    server = Server(home)
    live_port = choose_port(args.host, int(home.config().get("live_port") or port + 1), fixed=False)
    children = _children(args.host, port, live_port, args.processes, with_worker=with_worker)
    supervisor = Supervisor(home, server, children[:1], say=console.say)
    release = stage.migrations_fingerprint()
    note_running(home, address)
    try:
        if home.config().get("ran") == release:
            supervisor.start()
        with server:
            try:
                sign_ins = prepare()
                supervisor.listen()
                supervisor.start()
                answer = {"address": address, "home": str(home.path), "sign_ins": sign_ins}
                if supervisor.await_page(shown, port) is not None:
                    # The worker comes second: a page is what somebody waits for.
                    supervisor.children = children
                    supervisor.start()
                    if home.config().get("ran") != release:
                        home.save_config({"ran": release})
                    _show(console, address, sign_ins)
                    console.answer(answer)
                    supervisor.run()
                console.say("正在停止……", "Stopping ...")
            finally:
                supervisor.stop()
    finally:
        supervisor.stop()
    return {**answer, "stopped": True}


def _show(console: Console, address: str, sign_ins: list[dict[str, Any]]) -> None:
    console.show(f"\n  {address}\n")
    for row in sign_ins:
        title = " ".join(row[name] for name in ("title", "title_en") if row.get(name)) or row.get("role", "")
        where = "  ".join(row[name] for name in ("unit", "address") if row.get(name))
        console.show(f"  {row.get('username', ''):<14} {row.get('password', '')}  {title}  {where}")
    console.show("\n按 Ctrl-C 停止。 Ctrl-C stops.")


def _plain(value: object) -> object:
    return f"{value.zh} {value.en}" if isinstance(value, Text) else str(value)


def _address_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--host", default="127.0.0.1", help="监听地址,默认只限本机 / address to listen on; this machine only by default")
    parser.add_argument("--processes", type=int, help="网页进程数,默认等于处理器核数 / web processes (default: one a core)")
    parser.add_argument("--port", type=int, help="监听端口 / port to listen on (default: first free one from 8000)")


def _demo_arguments(parser: argparse.ArgumentParser) -> None:
    _address_arguments(parser)
    parser.add_argument(
        "--matters", type=int, default=DEMO_MATTERS, help="首次生成的事项数 / how many matters the history has (first start only)"
    )


def _serve_arguments(parser: argparse.ArgumentParser) -> None:
    _address_arguments(parser)
    parser.add_argument("--without-worker", action="store_true", help="不带工作进程 / leave the worker to another command")


def _worker_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--child", action="store_true", help=argparse.SUPPRESS)


VERBS = (
    Verb(
        "demo",
        Text("启动演示城市", "start the demonstration city"),
        Text(
            "建立数据库、载入规则包、生成一年的虚构历史,然后打开网页服务,并列出网址和每种角色的一个登录名。再次启动直接使用已有数据。",
            "Makes the database, loads the packs, invents a year of history, serves the pages, and prints the address and one "
            "sign-in per role. A second start uses what is there.",
        ),
        (
            ("./huiyin demo", Text("用 8000 起第一个空闲端口", "on the first free port from 8000")),
            ("HUIYIN_HOME=/srv/second ./huiyin demo --port 8100", Text("另开一份", "a second, separate copy")),
        ),
        demo,
        _demo_arguments,
    ),
    Verb(
        "serve",
        Text("运行正式安装的网页服务", "run a real installation"),
        Text(
            "启动网页进程、一个工作进程和(未设 DATABASE_URL 时)内置数据库,出错自动重启。数据库版本不同时拒绝启动,请先 upgrade。",
            "Runs the web processes, one worker and, without DATABASE_URL, the embedded database; restarts what crashes. "
            "Refuses a database of another release: run upgrade first.",
        ),
        (
            ("./huiyin serve --port 8080", Text("只限本机的 8080 端口", "port 8080, this machine only")),
            (
                "DATABASE_URL=postgresql://owner@db/huiyin ./huiyin serve --host 0.0.0.0 --without-worker",
                Text("使用自己的数据库服务器", "with your own database server"),
            ),
        ),
        serve,
        _serve_arguments,
    ),
    Verb(
        "worker",
        Text("只运行工作进程", "run a worker only"),
        Text(
            "处理到期的时限和待发的消息。可以同时运行多个,也可以放在别的机器上(共用 DATABASE_URL)。",
            "Works off clocks that run out and messages that wait. Several may run, on other machines too (same DATABASE_URL).",
        ),
        (("./huiyin worker", Text("按 Ctrl-C 停止", "Ctrl-C stops it")),),
        worker,
        _worker_arguments,
    ),
)
