"""One throw-away database server for a whole run; the tests work as the application's role, behind row security.

`HUIYIN_TEST_DATABASE_URL` names a server to use instead (its user must be allowed to make databases and roles): a
database of its own is made there and dropped at the end.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings

from throwaway import TestDatabase, given_server, own_server, served_by

# A busy machine is no fault of what is tried.
settings.register_profile("unhurried", deadline=None, suppress_health_check=(HealthCheck.too_slow,))
settings.load_profile("unhurried")
PACKS = Path(__file__).resolve().parents[1] / "packs"
RECORD_TABLES = (
    "parties_party, matters_matter, matters_event, matters_content, matters_paper, matters_clock, matters_task, matters_outbox, "
    "matters_notice, matters_access, matters_key, matters_root, matters_sealed, matters_access_log, matters_serial, matters_tries, "
    "matters_order, matters_order_line, matters_search, intake_draft, intake_key, intake_picture, papers_guess, jobs_job, "
    "exchange_neighbour, exchange_neighbourkey, exchange_news, exchange_delivery, "
    "shifts_handover, shifts_watched, shifts_dutyentry, learning_modeluse, learning_topicmodel, learning_hotissue, learning_hotlook, "
    "routing_rowproposal, routing_directdispatch, routing_dispatchcheck, mediation_room, mediation_membership, mediation_message"
)


@pytest.fixture(scope="session")
def cluster(django_db_blocker: Any) -> Iterator[TestDatabase]:
    """A server with every table made; started when the first test asks for it."""
    given = os.environ.get("HUIYIN_TEST_DATABASE_URL", "").strip()
    with given_server(given) if given else own_server() as database, served_by(database, django_db_blocker):
        yield database


@pytest.fixture
def database(cluster: TestDatabase) -> Iterator[TestDatabase]:
    """The tables without anything in them but what earlier tests left; acts are really committed."""
    from django.db import connections

    yield cluster
    connections.close_all()


@pytest.fixture
def empty_record(database: TestDatabase) -> TestDatabase:
    """No matters at all."""
    import psycopg

    with psycopg.connect(database.owner_url, autocommit=True) as owner:
        owner.execute(f"TRUNCATE {RECORD_TABLES}")
    # What was published speaks of matters that are gone now.
    shutil.rmtree(database.home.published / "roots", ignore_errors=True)
    try:
        from huiyin.matters import references
    except ImportError:
        return database
    references.forget()
    return database


@pytest.fixture(scope="session")
def packs_loaded(cluster: TestDatabase) -> None:
    """Both packs of the demo, with the invented staff of the city, loaded once."""
    from huiyin.city.loading import load_packs

    load_packs([PACKS / "cn", PACKS / "cn-2101-shenyang"])


@pytest.fixture
def city(database: TestDatabase, packs_loaded: None) -> TestDatabase:
    """The whole demonstration city without matters of this test's own."""
    return database
