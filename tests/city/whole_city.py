"""The whole demonstration city, loaded once; what a test writes is taken back."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from huiyin.core.values import Text

PACKS = Path(__file__).resolve().parents[2] / "packs"
CITY = PACKS / "cn-2101-shenyang"


def silent(_said: Text, _done: int, _of: int) -> None:
    """Take no notice of progress."""


@pytest.fixture(scope="session")
def packs_read() -> Any:
    from huiyin.city.city_pack import read_city_pack
    from huiyin.core.pack_reading import read_packs

    library, problems = read_packs([CITY])
    assert library is not None, "\n".join(problem.in_("en") for problem in problems)
    return library, read_city_pack(CITY, library)


@pytest.fixture(scope="session")
def city_loaded(cluster: Any, packs_read: Any) -> Any:
    """The packs in the database, committed."""
    from huiyin.city.loading import store_packs
    from huiyin.routing.services import load_rules

    library, city = packs_read
    counts = store_packs(library, [city], progress=silent, staff=True)
    with only_these_packs():
        load_rules()
    return counts


@pytest.fixture
def city(city_loaded: Any, database: Any) -> Iterator[Any]:
    """The loaded city; both connections are rolled back afterwards."""
    from django.db import transaction

    with only_these_packs(), ExitStack() as stack:
        for alias in ("default", "owner"):
            stack.enter_context(transaction.atomic(using=alias))
        yield city_loaded
        for alias in ("default", "owner"):
            transaction.set_rollback(True, using=alias)


@pytest.fixture
def served(city_loaded: Any, empty_record: Any) -> Iterator[Any]:
    """The city with no matters in it; what a test does is committed, and gone before the next."""
    from django.contrib.sessions.models import Session
    from django.core.cache import cache

    from huiyin.web.pages.board import figures

    with only_these_packs():
        Session.objects.all().delete()
        cache.clear()
        figures.forget()
        yield empty_record


class only_these_packs:  # noqa: N801 - used like a function
    """Other tests of one run may have packs of their own in use; they get them back."""

    def __enter__(self) -> None:
        from huiyin.city.models import PackVersion
        from huiyin.matters import directory

        versions = PackVersion.objects.using("owner")
        others = versions.filter(in_use=True).exclude(pack__in=["cn", CITY.name])
        self.before = list(others.values_list("id", flat=True))
        others.update(in_use=False)
        directory.forget()

    def __exit__(self, *_: object) -> None:
        from huiyin.city.models import PackVersion
        from huiyin.matters import directory

        PackVersion.objects.using("owner").filter(id__in=self.before).update(in_use=True)
        directory.forget()
