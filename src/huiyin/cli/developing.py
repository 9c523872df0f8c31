"""shell and test: the verbs of the people who build this."""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
import traceback
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

from huiyin.cli import stage
from huiyin.cli.output import Console
from huiyin.cli.verbs import ROOT, Verb
from huiyin.core.values import Text
from huiyin.host.errors import HostError
from huiyin.host.home import Home

# Each keeps a database server and now and then a browser of its own: about 2 GB.
MOST_PROCESSES = 4
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
# Package manager, what it does first, how it installs, its names for a browser, a font with Chinese and poppler's tools.
MANAGERS: tuple[tuple[str, tuple[str, ...], tuple[str, ...], str, str, str], ...] = (
    ("apt-get", ("update", "-q"), ("install", "-y", "-q", "--no-install-recommends"), "chromium", "fonts-noto-cjk", "poppler-utils"),
    ("dnf", (), ("install", "-y", "-q"), "chromium", "google-noto-sans-cjk-fonts", "poppler-utils"),
    ("yum", (), ("install", "-y", "-q"), "chromium", "google-noto-sans-cjk-fonts", "poppler-utils"),
    ("zypper", (), ("--non-interactive", "install"), "chromium", "google-noto-sans-sc-fonts", "poppler-tools"),
    ("apk", (), ("add", "--quiet"), "chromium", "font-noto-cjk", "poppler-utils"),
)


def shell(args: argparse.Namespace, console: Console) -> Mapping[str, Any]:
    """Open a Python prompt with the rooms loaded, as the application's role."""
    if args.command is None and (console.as_json or not sys.stdin.isatty()):
        raise HostError("no_terminal", "没有终端;请用 -c 给出代码。", "There is no terminal; give the code with -c.")
    with stage.database(console):
        stage.use_django()
        from django.core.management import call_command

        try:
            call_command("shell", command=args.command, interface="python", no_startup=True, verbosity=0)
        except Exception as error:
            traceback.print_exc()
            raise HostError(
                "code_failed",
                f"代码出错:{type(error).__name__}。详见上文。",
                f"The code failed: {type(error).__name__}; see above.",
            ) from error
    return {"ran": True}


def test(args: argparse.Namespace, console: Console) -> int:
    """Run the tests; pytest's closing line comes last."""
    home = Home.find().prepare()
    missing = _make_tools(console)
    for what, line in missing.items():
        console.say(f"没有 {what},用到它的测试将被跳过。安装:{line}", f"No {what}: tests that need it are skipped. To install: {line}")
    kept = home.path / "test"
    kept.mkdir(mode=0o700, exist_ok=True)
    env = {**os.environ, "HYPOTHESIS_STORAGE_DIRECTORY": str(kept / "hypothesis")}
    browser = _browser()
    if browser:
        env["HUIYIN_CHROMIUM"] = browser
    with tempfile.TemporaryDirectory(prefix="huiyin-report-") as folder:
        report = Path(folder) / "report.xml"
        command = [sys.executable, "-m", "pytest", "-o", f"cache_dir={kept / 'pytest'}", f"--junit-xml={report}"]
        # A file's tests share what they made; files go to whichever process is free.
        command += ["-n", str(min(os.cpu_count() or 1, MOST_PROCESSES)), "--dist=loadfile"]
        command += [f"--color={'yes' if sys.stdout.isatty() else 'no'}", *args.rest]
        closing = ""
        with subprocess.Popen(
            command, cwd=ROOT, env=env, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True, errors="replace"
        ) as run:
            for line in run.stdout or ():
                # The closing line is held back, so that it stays the last one.
                if closing:
                    print(closing, flush=True)
                closing = line.rstrip("\n")
        skipped = _skipped(report) if report.exists() else []
    status = run.returncode
    unlisted = [name for name in skipped if name not in _allowed()] if os.environ.get("CI") == "true" else []
    for name in unlisted:
        console.say(f"跳过但未列入 tests/allowed_skips.txt:{name}", f"Skipped but not listed in tests/allowed_skips.txt: {name}")
    status = status or (1 if unlisted else 0)
    answer: dict[str, Any] = {"closing": closing, "skipped": skipped, "missing": list(missing), "ok": status == 0}
    if status:
        answer["error"] = {"code": "tests_failed", "zh": "测试没有全部通过。", "en": "Not every test passed."}
    console.answer(answer)
    console.show(closing)
    return status


def _skipped(report: Path) -> list[str]:
    """Return the tests pytest skipped, by file and name, from its own report."""
    cases = ET.parse(report).iter("testcase")  # noqa: S314 - written by our own child a moment ago
    return [f"{case.get('classname')}::{case.get('name')}" for case in cases if case.find("skipped") is not None]


def _allowed() -> set[str]:
    try:
        lines = (ROOT / "tests" / "allowed_skips.txt").read_text("utf-8").splitlines()
    except FileNotFoundError:
        return set()
    return {line.split("#")[0].strip() for line in lines} - {""}


def _browser() -> str | None:
    named = os.environ.get("HUIYIN_CHROMIUM", "")
    return named or next((found for name in BROWSERS if (found := shutil.which(name))), None)


def _has_chinese_font() -> bool:
    if shutil.which("fc-list") is None:
        return False
    listed = subprocess.run(["fc-list", ":lang=zh", "family"], capture_output=True, text=True, errors="replace", check=False)
    return bool(listed.stdout.strip())


def _missing_tools() -> tuple[str, ...]:
    """Return which of the programs beside Python that tests use are not on this machine."""
    there = {"Chromium": _browser() is not None, "a Chinese font": _has_chinese_font(), "pdfsig": shutil.which("pdfsig") is not None}
    return tuple(what for what, found in there.items() if not found)


def _make_tools(console: Console) -> dict[str, str]:
    """Install browser, font and poppler's pdfsig where we may; return what is missing with the line that installs it."""
    manager = next((row for row in MANAGERS if shutil.which(row[0])), None)
    names = dict(
        zip(("Chromium", "a Chinese font", "pdfsig"), manager[3:] if manager else ("chromium", "noto-cjk", "poppler"), strict=True)
    )
    wanted = {what: names[what] for what in _missing_tools()}
    if not wanted:
        return {}
    if manager is None:
        return {what: f"install {name} by hand" for what, name in wanted.items()}
    program, first, install, *_ = manager
    before = [] if os.geteuid() == 0 else ["sudo", "-n"]
    if not before or (shutil.which("sudo") and subprocess.run(["sudo", "-n", "true"], capture_output=True, check=False).returncode == 0):
        console.say(f"正在安装 {' '.join(wanted.values())}……", f"Installing {' '.join(wanted.values())} ...")
        env = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
        for words in (first, (*install, *wanted.values())):
            if words:
                subprocess.run([*before, program, *words], stdin=subprocess.DEVNULL, stdout=sys.stderr.fileno(), env=env, check=False)
    return {what: f"sudo {program} {' '.join(install)} {names[what]}" for what in _missing_tools()}


def _shell_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("-c", "--command", help="要执行的代码 / code to run instead of a prompt")


VERBS = (
    Verb(
        "shell",
        Text("打开 Python 提示符", "open a Python prompt"),
        Text(
            "加载全部模块,以应用角色连接数据库:行级安全照样生效。",
            "Loads every room and connects as the application's role: row security holds here too.",
        ),
        (("./huiyin shell -c 'from huiyin import clock; print(clock.now())'", Text("执行一行", "run one line")),),
        shell,
        _shell_arguments,
    ),
    Verb(
        "test",
        Text("运行测试", "run the tests"),
        Text(
            "用带测试工具的环境运行 pytest;允许时先用系统包管理器安装 Chromium、中文字体和 pdfsig,不允许时说明跳过了什么。",
            "Runs pytest in an environment with the test tools; installs Chromium, a Chinese font and pdfsig by the system's package "
            "manager where it may, and names what is skipped where it may not.",
        ),
        (("./huiyin test", Text("全部", "all of them")), ("./huiyin test tests/core -q", Text("一部分", "some of them"))),
        test,
        passes_on=True,
    ),
)
