"""Posts that keep the system and handle no matter: where their work is, since no list of theirs ever fills."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from huiyin.core.values import Text

# Command at the server -> what it does.
COMMANDS: Final[Mapping[str, Mapping[str, Text]]] = {
    "system_admin": {
        "./huiyin check": Text("检查规则包", "check the packs"),
        "./huiyin load": Text("装入规则包", "load packs"),
        "./huiyin backup": Text("备份到一个文件", "back everything up into one file"),
        "./huiyin upgrade": Text("把数据库升级到本版本", "bring the database to this release"),
    },
    "security_admin": {},
    "pack_keeper": {
        "./huiyin check --law": Text("列出每个法定期限和谁在用", "print every clock of the law and who uses it"),
        "./huiyin pack list": Text("列出在用的和提出的规则包", "list the packs in use and those put forward"),
    },
    "audit_admin": {
        "./huiyin audit": Text("核查全部记录有没有被改动", "check that nothing was altered"),
        "./huiyin prove": Text("证明一件事或者一份回执在封存的记录里", "prove that a matter or receipt is in the sealed record"),
    },
}
# Posts that have no matters to handle and see none.
POSTS: Final = frozenset(COMMANDS)
