from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any
from uuid import UUID

import little
import pytest

from huiyin.core.values import Principal
from throwaway import apart

OFFICE = "system_office.2101"
SECRET = "two pairs of eyes"
TABLES = "routing_listdraft, city_packstep, city_packproposal, city_packkey, city_packcontent, city_packblob, jobs_job"


@dataclass
class Office:
    """A place whose packs are the two little ones, and its pack keepers."""

    shelf: Path
    environ: dict[str, str]
    people: dict[str, UUID] = field(default_factory=dict)

    @property
    def land(self) -> Path:
        return self.shelf / little.LAND

    def keeper(self, name: str) -> Principal:
        return Principal("staff", str(self.people[name]), OFFICE, "pack_keeper")

    def files(self, **changed: str | None) -> dict[str, bytes]:
        """Return the country pack's files; ``a__b=...`` writes ``a/b.yaml``, None takes it away."""
        from huiyin.city.pack_contents import read_folder

        files = read_folder(self.land)
        for name, text in changed.items():
            path = f"{name.replace('__', '/')}.yaml"
            if text is None:
                del files[path]
            else:
                files[path] = text.encode()
        return files

    def text(self, path: str) -> str:
        return (self.land / path).read_text("utf-8")

    @property
    def with_a_holiday(self) -> dict[str, bytes]:
        return self.files(calendars__2026=self.text("calendars/2026.yaml").replace("to: 2026-05-05", "to: 2026-05-06"))

    def in_use(self) -> str:
        from huiyin.city.models import PackVersion

        return str(PackVersion.objects.get(pack=little.LAND, in_use=True).content)

    def steps(self) -> list[str]:
        from huiyin.city.pack_models import PackStep

        return [step.kind for step in PackStep.objects.filter(pack=little.LAND).order_by("id")]


@pytest.fixture(scope="module")
def cluster(cluster: Any, django_db_blocker: Any) -> Iterator[Any]:
    """A server for this room alone: what brings other packs in ends the places, the units and the staff of those before."""
    from huiyin.matters import directory

    with apart(cluster, django_db_blocker) as own:
        yield own
    directory.forget()


@pytest.fixture(scope="session")
def read_once() -> Iterator[Path]:
    shelf = Path(tempfile.mkdtemp(prefix="hy-packs-"))
    shelf.chmod(0o755)
    yield little.make(shelf)[0].parent
    shutil.rmtree(shelf, ignore_errors=True)


@pytest.fixture(scope="session")
def proven_once(read_once: Path) -> Any:
    """The proof of both packs: each test brings them in anew and need not read them anew."""
    from huiyin.city.proving import prove_packs

    proof = prove_packs([read_once / little.LAND, read_once / little.TOWN])
    assert not proof.problems, proof.problems
    return proof


@pytest.fixture
def office(empty_record: Any, read_once: Path, proven_once: Any) -> Iterator[Office]:
    """The little packs in use, no matters and nobody's proposal."""
    import psycopg

    from huiyin.city import pack_contents
    from huiyin.city.loading import store_packs
    from huiyin.city.models import Account, Appointment, PackVersion
    from huiyin.matters import directory
    from huiyin.routing.services import load_rules

    with psycopg.connect(empty_record.owner_url, autocommit=True) as owner:
        owner.execute(f"TRUNCATE {TABLES}")
    PackVersion.objects.using("owner").update(content="", proposal=None)
    made = Office(read_once, empty_record.environ)
    contents = {name: pack_contents.read_folder(read_once / name) for name in (little.LAND, little.TOWN)}
    store_packs(proven_once.library, proven_once.cities, progress=_silent, staff=False, contents=contents)
    load_rules()
    directory.forget()
    for name, title in (("proposer", "华丁卯"), ("reviewer", "金戊辰"), ("third", "魏己巳")):
        person, _ = Account.objects.using("owner").get_or_create(username=f"packs-{name}", defaults={"name": title})
        person.set_password(SECRET)
        person.save(using="owner")
        Appointment.objects.using("owner").get_or_create(
            account_id=person.id, unit_id=OFFICE, post="pack_keeper", to_date=None, defaults={"from_date": date(2020, 1, 1)}
        )
        made.people[name] = person.id
    yield made
    directory.forget()


def _silent(*_: Any) -> None:
    """Take no notice of progress."""
