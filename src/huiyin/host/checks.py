"""Settings of the database that a start insists on: without them a confirmed act could be lost or shown to a stranger."""

from __future__ import annotations

from dataclasses import dataclass

from huiyin.core.values import Text
from huiyin.host.errors import HostError
from huiyin.host.home import Home

OLDEST_SERVER = 150000

_ASKED = """
SELECT current_setting('fsync'), current_setting('full_page_writes'), current_setting('synchronous_commit'),
       current_setting('data_checksums'), current_setting('TimeZone'), current_setting('statement_timeout'),
       current_setting('lock_timeout'), current_setting('idle_in_transaction_session_timeout'),
       current_setting('server_version_num')::int, current_setting('server_version'), pg_is_in_recovery(),
       current_setting('server_encoding'), r.rolsuper OR r.rolbypassrls, r.rolname,
       d.datlocprovider::text, d.datcollate,
       coalesce(d.datcollversion = pg_database_collation_actual_version(d.oid), true)
FROM pg_roles r, pg_database d WHERE r.rolname = current_user AND d.datname = current_database()
"""


@dataclass(frozen=True, slots=True)
class Found:
    """What the application's session sees of the server; field names are PostgreSQL's own where it has one."""

    fsync: str
    full_page_writes: str
    synchronous_commit: str
    data_checksums: str
    timezone: str
    statement_timeout: str
    lock_timeout: str
    idle_in_transaction_session_timeout: str
    version_number: int
    version: str
    replica: bool
    encoding: str
    above_row_security: bool
    role: str
    locale_provider: str
    collate: str
    collation_as_made: bool


def found(home: Home) -> Found:
    """Ask the server, as the application."""
    import psycopg

    with psycopg.connect(home.app_url, connect_timeout=3) as app:
        row = app.execute(_ASKED).fetchone()
    if row is None:
        raise HostError("database_unreadable", "数据库没有报告自己的设置。", "The database did not report its settings.")
    return Found(*row)


def faults(seen: Found, *, embedded: bool) -> list[Text]:
    """Return what forbids a start, each with what to do."""
    said = [
        Text(f"数据库设置 {name} 已关闭,断电会丢数据。请设为 on。", f"{name} is off: a power cut loses data. Set it to on.")
        for name in ("fsync", "full_page_writes")
        if getattr(seen, name) != "on"
    ]
    if seen.synchronous_commit not in ("on", "remote_apply"):
        said.append(
            Text(
                f"synchronous_commit = {seen.synchronous_commit},已确认的操作可能丢失。请设为 on。",
                f"synchronous_commit is {seen.synchronous_commit}: a confirmed act can be lost. Set it to on.",
            )
        )
    if embedded and seen.data_checksums != "on":
        said.append(Text("内置数据库没有校验和,请重新建立。", "The embedded database has no data checksums; make it anew."))
    if seen.timezone != "UTC":
        said.append(
            Text(
                f"会话时区是 {seen.timezone}。请执行 ALTER ROLE {seen.role} SET timezone = 'UTC'。",
                f"The session's time zone is {seen.timezone}. Run ALTER ROLE {seen.role} SET timezone = 'UTC'.",
            )
        )
    for name, value in (("statement_timeout", "30s"), ("lock_timeout", "5s"), ("idle_in_transaction_session_timeout", "60s")):
        if getattr(seen, name) == "0":
            said.append(
                Text(
                    f"{name} 没有上限。请执行 ALTER ROLE {seen.role} SET {name} = '{value}'。",
                    f"{name} has no limit. Run ALTER ROLE {seen.role} SET {name} = '{value}'.",
                )
            )
    if seen.version_number < OLDEST_SERVER:
        said.append(Text(f"需要 PostgreSQL 15 以上,现为 {seen.version}。", f"PostgreSQL 15 or newer is needed; this is {seen.version}."))
    if seen.replica:
        said.append(Text("连到的是只读副本,请改连主库。", "This is a replica; connect to the primary."))
    if seen.encoding != "UTF8":
        said.append(Text(f"数据库编码是 {seen.encoding},需要 UTF8。", f"The database's encoding is {seen.encoding}; UTF8 is needed."))
    if seen.above_row_security:
        said.append(
            Text(
                f"应用角色 {seen.role} 能越过行级安全。请改用 NOSUPERUSER NOBYPASSRLS 的角色。",
                f"The application's role {seen.role} passes row security. Use a role with NOSUPERUSER NOBYPASSRLS.",
            )
        )
    if not seen.collation_as_made:
        said.append(
            Text(
                "系统排序库已变,唯一索引可能失效。请重建索引后执行 ALTER DATABASE … REFRESH COLLATION VERSION。",
                "The system's collation library changed; unique indexes may be wrong. "
                "Reindex, then ALTER DATABASE ... REFRESH COLLATION VERSION.",
            )
        )
    return said


def warnings(seen: Found) -> list[Text]:
    """Return what an operator should know, though it does not forbid a start."""
    said: list[Text] = []
    if seen.data_checksums != "on":
        said.append(Text("数据库没有启用数据校验和。", "The database has no data checksums."))
    if seen.locale_provider == "c" and seen.collate not in ("C", "POSIX"):
        said.append(
            Text(
                f"排序规则 {seen.collate} 随系统库变化,建议用 ICU 或 C。",
                f"Collation {seen.collate} changes with the system's library; ICU or C is safer.",
            )
        )
    return said


def assert_settings(home: Home) -> list[Text]:
    """Refuse to start on unsafe settings; return warnings.

    Raises:
        HostError: names every setting at fault and how to change it.
    """
    seen = found(home)
    wrong = faults(seen, embedded=home.embedded)
    if wrong:
        raise HostError("database_settings", "".join(text.zh for text in wrong), " ".join(text.en for text in wrong))
    return warnings(seen)
