"""An operator's own PostgreSQL server: the application's role on it."""

from __future__ import annotations

from huiyin.host import cluster
from huiyin.host.errors import HostError
from huiyin.host.home import APP_ROLE, Home


def make_app_role(home: Home) -> None:
    """Make the application's role on the server ``DATABASE_URL`` names, unless a connection for it was given.

    Raises:
        HostError: the server does not answer, or the owner may not make roles and none was given.
    """
    import psycopg
    from psycopg import errors, sql

    try:
        owner = psycopg.connect(home.owner_url, autocommit=True, connect_timeout=3)
    except psycopg.OperationalError as error:
        raise HostError(
            "database_unreachable",
            f"连不上 DATABASE_URL 指定的数据库:{_first_line(error)}。请检查地址、口令和网络。",
            f"Cannot connect to the database DATABASE_URL names: {_first_line(error)}. Check address, password and network.",
        ) from error
    with owner:
        given = home.environ.get("HUIYIN_APP_DATABASE_URL", "").strip()
        app_role = APP_ROLE
        if given:
            app_role = str(psycopg.conninfo.conninfo_to_dict(given).get("user") or APP_ROLE)
        elif owner.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [APP_ROLE]).fetchone() is None:
            password = home.secret("app_database_password")
            try:
                owner.execute(
                    sql.SQL("CREATE ROLE {} LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOBYPASSRLS PASSWORD {}").format(
                        sql.Identifier(APP_ROLE), sql.Literal(password)
                    )
                )
                for name, value in cluster.APP_LIMITS.items():
                    owner.execute(
                        sql.SQL("ALTER ROLE {} SET {} = {}").format(sql.Identifier(APP_ROLE), sql.Identifier(name), sql.Literal(value))
                    )
            except errors.InsufficientPrivilege as error:
                raise HostError(
                    "app_role_missing",
                    f"DATABASE_URL 的用户无权建立角色 {APP_ROLE}。请由管理员建立该角色(LOGIN NOBYPASSRLS),"
                    "并把它的连接地址设为 HUIYIN_APP_DATABASE_URL。",
                    f"The user of DATABASE_URL may not make the role {APP_ROLE}. Have an administrator make it "
                    "(LOGIN NOBYPASSRLS) and set HUIYIN_APP_DATABASE_URL to its connection.",
                ) from error
        database = owner.info.dbname
        owner.execute(sql.SQL("GRANT CONNECT ON DATABASE {} TO {}").format(sql.Identifier(database), sql.Identifier(app_role)))
        cluster.grant_defaults(owner, app_role)
    try:
        psycopg.connect(home.app_url, connect_timeout=3).close()
    except psycopg.OperationalError as error:
        raise HostError(
            "app_role_refused",
            f"应用角色 {app_role} 连不上数据库:{_first_line(error)}。该角色若由另一份安装建立,请设置 HUIYIN_APP_DATABASE_URL。",
            f"The application's role {app_role} cannot connect: {_first_line(error)}. "
            "If another installation made that role, set HUIYIN_APP_DATABASE_URL.",
        ) from error


def _first_line(error: Exception) -> str:
    return (str(error).strip().splitlines() or [type(error).__name__])[0].rstrip(".")
