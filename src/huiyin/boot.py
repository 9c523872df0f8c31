"""Make the Python environment on first use, then become the command line. Standard library only.

The environment lives under the home folder, named by a hash of the lock file and the interpreter, so a new release or
a new Python gets a new one and an old one is never half changed. A marker written last says that it is whole.
"""

from __future__ import annotations

import hashlib
import os
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
SOURCE = os.path.dirname(HERE)
ROOT = os.path.dirname(SOURCE)
MARKER = "ready"
FORGET_AFTER_DAYS = 30


class BootError(Exception):
    """The environment cannot be made; says why and what to do, in both languages."""

    def __init__(self, code: str, zh: str, en: str) -> None:
        super().__init__(en)
        self.code, self.zh, self.en = code, zh, en


def home_folder() -> str:
    """Return the home folder, by the same rule as ``huiyin.host.home``."""
    named = os.environ.get("HUIYIN_HOME", "").strip()
    if named:
        return os.path.abspath(os.path.expanduser(named))
    if os.geteuid() == 0:
        return "/var/lib/huiyin"
    return os.path.join(os.path.expanduser("~"), ".local", "share", "huiyin")


def environment_name(kind: str, lock: bytes) -> str:
    """Return the folder name of the environment ``lock`` describes under this interpreter."""
    base = os.path.realpath(sys.executable)
    what = "\n".join((kind, sys.version, sys.platform, base)).encode() + b"\n" + lock
    return f"{kind}-{sys.version_info[0]}.{sys.version_info[1]}-{hashlib.sha256(what).hexdigest()[:16]}"


def python_of(place: str) -> str:
    """Return the interpreter of the environment at ``place``."""
    return os.path.join(place, "bin", "python")


def is_ready(place: str) -> bool:
    """Whether the environment at ``place`` was finished and its interpreter is still there."""
    return os.path.exists(os.path.join(place, MARKER)) and os.path.exists(python_of(place))


def environment(kind: str, home: str) -> str:
    """Return the ready environment of ``kind`` (``run`` or ``test``), making it when it is missing.

    Raises:
        BootError: it cannot be made here.
    """
    lock_file = os.path.join(ROOT, "requirements", f"{kind}.txt")
    with open(lock_file, "rb") as source:
        lock = source.read()
    place = os.path.join(home, "env", environment_name(kind, lock))
    if not is_ready(place):
        _make_once(place, kind, lock_file, sum(1 for row in lock.splitlines() if row[:1].isalnum()), home)
    os.utime(os.path.join(place, MARKER))
    return place


def _make_once(place: str, kind: str, lock_file: str, packages: int, home: str) -> None:
    import fcntl
    import shutil

    try:
        if not os.path.isdir(home):
            os.makedirs(os.path.dirname(home), exist_ok=True)
            os.mkdir(home, 0o700)
        # Open to other users because the database's own user runs programs from it; the home above stays closed.
        os.umask(0o022)
        os.makedirs(os.path.dirname(place), exist_ok=True)
        handle = os.open(place + ".lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    except OSError as error:
        raise BootError(
            "home_not_writable",
            f"无法使用数据目录 {home}({error.strerror})。请把 HUIYIN_HOME 设为当前用户可写的目录。",
            f"Cannot use the home folder {home} ({error.strerror}). Set HUIYIN_HOME to a folder this user may write.",
        ) from error
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            say("另一个启动正在准备运行环境,请稍候。 Another start is making the environment; waiting for it.")
            fcntl.flock(handle, fcntl.LOCK_EX)
        if is_ready(place):
            return
        # Left by a start that was interrupted.
        shutil.rmtree(place, ignore_errors=True)
        _make(place, kind, lock_file, packages)
        with open(os.path.join(place, MARKER), "w", encoding="ascii") as marker:
            marker.write(kind + "\n")
        _remember_python(os.path.dirname(place))
        _forget_old(os.path.dirname(place))
    finally:
        os.close(handle)


def _make(place: str, kind: str, lock_file: str, packages: int) -> None:
    import subprocess

    _need_venv()
    say(f"首次使用:正在 {place} 准备运行环境。 First use: making the environment there ({packages} packages).")
    venv = subprocess.run(
        [sys.executable, "-I", "-m", "venv", place], stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False
    )
    if venv.returncode != 0:
        raise _failed("venv", venv.stdout + venv.stderr)
    command = [python_of(place), "-I", "-m", "pip", "install", "--disable-pip-version-check", "--no-input", "--progress-bar=off"]
    # Bytecode is made when a module is first imported; making all of it here would double the time.
    command += ["--no-compile", "--require-hashes", "--no-deps", "-r", lock_file]
    told: list[str] = []
    done = 0
    with subprocess.Popen(
        command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, errors="replace"
    ) as pip:
        for line in pip.stdout or ():
            told.append(line)
            if line.startswith("Collecting "):
                done += 1
                _bar(done, packages, line.split()[1].split("==")[0])
            elif line.startswith("Installing collected"):
                _bar(packages, packages, "install")
    if pip.returncode != 0:
        raise _failed("pip", "".join(told))
    _bar(packages, packages, "")
    if sys.stderr.isatty():
        sys.stderr.write("\n")


def _bar(done: int, whole: int, name: str) -> None:
    if sys.stderr.isatty():
        filled = 30 * done // max(whole, 1)
        sys.stderr.write(f"\r[{'#' * filled}{'.' * (30 - filled)}] {done}/{whole} {name:<28.28}")
        sys.stderr.flush()
    elif name and (done % 10 == 0 or name == "install"):
        say(f"  {done}/{whole} {name}")


def _failed(step: str, output: str) -> BootError:
    sys.stderr.write("".join(line + "\n" for line in output.strip().splitlines()[-15:]))
    return BootError(
        "environment_not_made",
        f"运行环境没有建成({step} 失败,详见上文)。没有外网时,请用 PIP_FIND_LINKS 指向存放安装包的目录并设 PIP_NO_INDEX=1,再试一次。",
        f"The environment could not be made ({step} failed, see above). Without a network, point PIP_FIND_LINKS "
        "at a folder of packages and set PIP_NO_INDEX=1, then try again.",
    )


def _need_venv() -> None:
    """Install the part of Python that some distributions split off, where we may."""
    import importlib.util
    import shutil
    import subprocess

    if importlib.util.find_spec("ensurepip") and importlib.util.find_spec("venv"):
        return
    package = f"python{sys.version_info[0]}.{sys.version_info[1]}-venv"
    line = f"apt-get update && apt-get install -y {package}"
    if shutil.which("apt-get"):
        may = [[]] if os.geteuid() == 0 else [["sudo", "-n"]] if shutil.which("sudo") else []
        env = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
        for prefix in may:
            say(f"正在用 apt-get 安装 {package}。 Installing {package} with apt-get.")
            for words in (["update", "-q"], ["install", "-y", "-q", "--no-install-recommends", package]):
                subprocess.run([*prefix, "apt-get", *words], stdin=subprocess.DEVNULL, stdout=sys.stderr.fileno(), env=env, check=False)
            importlib.invalidate_caches()
            if importlib.util.find_spec("ensurepip"):
                return
    raise BootError(
        "no_venv",
        f"这个 Python 缺少 venv。请运行:sudo sh -c '{line}',再试一次。",
        f"This Python lacks venv. Run: sudo sh -c '{line}', then try again.",
    )


def _remember_python(folder: str) -> None:
    """Note the interpreter, so that the next start need not look for one."""
    draft = os.path.join(folder, f".python-{os.getpid()}")
    with open(draft, "w", encoding="utf-8") as note:
        note.write(os.path.realpath(sys.executable) + "\n")
    os.replace(draft, os.path.join(folder, "python"))


def _forget_old(folder: str) -> None:
    """Remove environments that no start has used for a month."""
    import shutil
    import time

    for name in os.listdir(folder):
        marker = os.path.join(folder, name, MARKER)
        if os.path.exists(marker) and time.time() - os.path.getmtime(marker) > FORGET_AFTER_DAYS * 86400:
            shutil.rmtree(os.path.join(folder, name), ignore_errors=True)


def say(line: str) -> None:
    """Tell the operator, on standard error."""
    sys.stderr.write(line + "\n")
    sys.stderr.flush()


def child_environment(place: str, home: str) -> dict[str, str]:
    """Return the process environment of the command line: our sources, nothing of the user's own packages."""
    # Without kept bytecode every start would compile everything again.
    dropped = ("PYTHONHOME", "PYTHONSTARTUP", "VIRTUAL_ENV", "PYTHONDONTWRITEBYTECODE")
    env = {key: value for key, value in os.environ.items() if key not in dropped}
    env.update(
        PYTHONPATH=SOURCE,
        PYTHONNOUSERSITE="1",
        PYTHONSAFEPATH="1",
        # The clone may be read-only or somebody else's; nothing is written into it.
        PYTHONPYCACHEPREFIX=os.path.join(place, "pycache"),
        HUIYIN_HOME=home,
    )
    return env


def main(arguments: list[str]) -> int:
    """Make what is missing and become the command; returns only when that failed."""
    try:
        home = home_folder()
        if arguments[:1] == ["--python-of"]:
            sys.stdout.write(python_of(environment(arguments[1], home)) + "\n")
            return 0
        first = next((word for word in arguments if not word.startswith("-")), "")
        place = environment("test" if first == "test" else "run", home)
    except BootError as error:
        if "--json" in arguments:
            import json

            told = {"error": {"code": error.code, "zh": error.zh, "en": error.en}}
            sys.stdout.write(json.dumps(told, ensure_ascii=False) + "\n")
        else:
            say(error.zh)
            say(error.en)
        return 1
    except KeyboardInterrupt:
        return 130
    python = python_of(place)
    os.execve(python, [python, "-m", "huiyin.cli", *arguments], child_environment(place, home))  # noqa: S606 - no shell is meant
    return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
