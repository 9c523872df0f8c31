"""The operating-system user the embedded server runs as, and what that user can reach.

PostgreSQL refuses to run as root. Started by root, the server therefore runs as an unprivileged user; the change of
user happens in the child process only, and no folder outside our own ever changes its mode.
"""

from __future__ import annotations

import os
import pwd
import shutil
import stat
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from huiyin.host.errors import HostError

MADE_ACCOUNT = "huiyin"


@dataclass(frozen=True, slots=True)
class Account:
    """An operating-system user.

    Attributes:
        name: login name, as ``peer`` authentication reports it.
        dropped: whether a child process must change to this user (the caller is root).
    """

    name: str
    uid: int
    gid: int
    dropped: bool

    def for_child(self) -> dict[str, Any]:
        """Return the ``subprocess`` arguments that make a child run as this user."""
        if not self.dropped:
            return {}
        return {"user": self.uid, "group": self.gid, "extra_groups": []}

    def own(self, folder: Path) -> None:
        """Give ``folder`` to this user."""
        if self.dropped:
            os.chown(folder, self.uid, self.gid)

    def reaches(self, folder: Path) -> bool:
        """Whether this user can enter ``folder``; asked by trying, so access lists count too."""
        if not self.dropped:
            return os.access(folder, os.X_OK)
        tried = subprocess.run(
            ["/bin/sh", "-c", 'cd -- "$1"', "sh", str(folder)],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            cwd="/",
            check=False,
            **self.for_child(),
        )
        return tried.returncode == 0


def account_for(data: Path) -> Account:
    """Return the user the server on ``data`` runs as: the caller, or for root someone without privileges.

    Raises:
        HostError: root finds no unprivileged user and cannot make one, or the caller has no name on this machine.
    """
    if os.geteuid() != 0:
        try:
            entry = pwd.getpwuid(os.geteuid())
        except KeyError:
            raise HostError(
                "no_user_name",
                f"当前用户号 {os.geteuid()} 在本机没有用户名,内置数据库无法运行。请建立该用户,或设置 DATABASE_URL。",
                f"User id {os.geteuid()} has no name on this machine, which the built-in database needs. "
                "Add the user, or set DATABASE_URL.",
            ) from None
        return Account(entry.pw_name, entry.pw_uid, entry.pw_gid, dropped=False)
    entry = _owner_of(data) or _known("postgres") or _known(MADE_ACCOUNT) or _made()
    return Account(entry.pw_name, entry.pw_uid, entry.pw_gid, dropped=True)


def names_that_may_connect(account: Account) -> tuple[str, ...]:
    """Return the users ``peer`` accepts: root, whoever started this, and the server's own."""
    names = {"root", account.name}
    try:
        names.add(pwd.getpwuid(os.geteuid()).pw_name)
    except KeyError:
        pass
    return tuple(sorted(names))


def open_way(account: Account, own_folder: Path) -> None:
    """Let ``account`` pass through ``own_folder``, which is ours, without letting it list or read there.

    Raises:
        HostError: a folder above ours is closed to that user; it is named, not changed.
    """
    if not account.dropped or account.reaches(own_folder):
        return
    closed = next((place for place in reversed(own_folder.parents) if not account.reaches(place)), None)
    if closed is not None:
        raise HostError(
            "home_not_reachable",
            f"数据库以用户 {account.name} 运行,但该用户进不了 {closed}。请把 HUIYIN_HOME 设到别处,例如 /var/lib/huiyin。",
            f"The database runs as user {account.name}, who cannot enter {closed}. "
            "Set HUIYIN_HOME to a folder elsewhere, such as /var/lib/huiyin.",
        )
    mode = stat.S_IMODE(own_folder.stat().st_mode)
    if mode & 0o070:
        own_folder.chmod(mode | stat.S_IXOTH)
    else:
        # Nobody has rights through the group, so the group can be the database user's: narrower than opening to all.
        os.chown(own_folder, -1, account.gid)
        own_folder.chmod(mode | stat.S_IXGRP)


def _owner_of(data: Path) -> pwd.struct_passwd | None:
    try:
        uid = data.stat().st_uid
        return pwd.getpwuid(uid) if uid != 0 else None
    except (FileNotFoundError, KeyError):
        return None


def _known(name: str) -> pwd.struct_passwd | None:
    try:
        entry = pwd.getpwnam(name)
    except KeyError:
        return None
    return entry if entry.pw_uid != 0 else None


def _made() -> pwd.struct_passwd:
    for command in (
        ["useradd", "--system", "--user-group", "--no-create-home", "-d", "/nonexistent", "-s", "/usr/sbin/nologin", MADE_ACCOUNT],
        ["adduser", "-S", "-D", "-H", "-s", "/sbin/nologin", MADE_ACCOUNT],
    ):
        if shutil.which(command[0]) is None:
            continue
        subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, check=False)
        made = _known(MADE_ACCOUNT)
        if made is not None:
            return made
    raise HostError(
        "no_unprivileged_user",
        f"PostgreSQL 不能以 root 运行,且无法建立系统用户 {MADE_ACCOUNT}。请以普通用户启动,或设置 DATABASE_URL。",
        f"PostgreSQL does not run as root and the system user {MADE_ACCOUNT} could not be made. "
        "Start as an ordinary user, or set DATABASE_URL.",
    )
