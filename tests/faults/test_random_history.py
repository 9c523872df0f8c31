"""Any sequence of acts that anybody tries, through the real doors: I1 to I6 hold, and every table says what the matter says."""

from __future__ import annotations

import os
import random
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
import small
from held import Acknowledged
from invariants import violations

from huiyin import clock
from huiyin.core.procedure import Procedure
from huiyin.core.snapshot import Snapshot, from_plain
from huiyin.core.values import SYSTEM, Principal, Refusal
from huiyin.matters import directory, doors, erasure, naming, services
from huiyin.matters.receipts import Receipt
from huiyin.workers import loop

sys.path.insert(0, str(Path(__file__).parents[1] / "core" / "step"))

import step_cases
import test_invariants as tried

SEEDS = int(os.environ.get("HUIYIN_HISTORY_SEEDS", "10"))
ACTS = 40
PROCEDURES = ("people_mediation", "plain_request", "hazard_repair")


@pytest.fixture
def country(empty_record: Any, small_city: None) -> Iterator[Any]:
    """The country's procedures in a city that has one unit of every kind they know."""
    from huiyin.city import models as city

    library = step_cases.library()
    kinds = {kind for one in library.procedures.values() for use in one.units.values() for kind in use.kinds}
    for kind in sorted(kinds):
        city.Unit.objects.using("owner").get_or_create(
            id=f"{kind}.{small.STREET}",
            defaults={
                "kind": kind, "level": "street", "name_zh": f"试验{kind}", "name_en": kind, "division_id": small.STREET,
                "home_id": small.HOME, "seal": True, "from_date": date(2024, 1, 1),
            },
        )  # fmt: skip
    directory._library = (float("inf"), library)
    try:
        yield empty_record
    finally:
        directory.forget()


@dataclass
class History:
    """One matter's life under random hands. Has what the pure walk has: ``snapshot`` and ``now``."""

    definition: Procedure
    source: random.Random
    receipt: Receipt
    now: datetime
    held: list[Acknowledged] = field(default_factory=list)
    outcomes: Counter[str] = field(default_factory=Counter)
    last: dict[str, Any] | None = None

    @property
    def snapshot(self) -> Snapshot:
        seen = doors.snapshot(self.receipt.home, self.receipt.matter, SYSTEM)
        assert seen is not None
        return from_plain(seen["body"])

    def turn(self, number: int) -> None:
        """Do one thing somebody might try."""
        source, chance = self.source, self.source.random()
        if source.random() < 0.2:
            self.now += timedelta(days=source.randrange(25))
        self.now += timedelta(minutes=5)
        with clock.set_to(self.now):
            if chance < 0.06:
                loop.drain()
            elif chance < 0.10 and self.last is not None:
                self.again(self.last)
            elif chance < 0.12:
                self.seal_or_erase(number)
            else:
                self.act(number)

    def act(self, number: int) -> None:
        before = self.snapshot
        names = [action.name for action in self.definition.states[before.state].actions] + [one.name for one in self.definition.always]
        near = tried.choice(self.source, self.definition, before)
        action = near if near is not None and self.source.random() < 0.85 else self.source.choice([*names, "clock_due", "nonsense"])
        walk: Any = self
        asked: dict[str, Any] = {
            "action": action,
            "data": tried.data_for(self.source, self.definition, walk, action),
            "principal": tried.someone(self.source, self.definition, before, action),
            "key": f"{self.receipt.matter}:{number}",
            "seen_version": self.source.choices([None, before.version, max(1, before.version - 1)], [4, 4, 1])[0],
        }
        answer = self.ask(asked)
        after = self.snapshot
        if isinstance(answer, Refusal):
            assert after == before, f"{action} was refused ({answer.code}) and changed something"
            assert answer.text.zh
            assert answer.text.en
            self.outcomes[f"refused {answer.code}"] += 1
            return
        assert (answer.version, after.version) == (before.version + 1, before.version + 1)
        self.held.append(Acknowledged.of(asked["key"], answer))
        self.outcomes["done"] += 1
        self.last = asked

    def ask(self, asked: dict[str, Any]) -> Receipt | Refusal:
        return services.act(home=self.receipt.home, matter=self.receipt.matter, **asked)

    def again(self, asked: dict[str, Any]) -> None:
        """The same request again is answered as before; another under its key is refused."""
        before = self.snapshot
        answer = self.ask(asked)
        assert isinstance(answer, Receipt)
        assert answer.known
        assert answer.head == self.held[-1].head
        other = self.ask({**asked, "data": {**asked["data"], "reason": "别的"}})
        assert isinstance(other, Refusal)
        assert other.code == "key_reused"
        stranger = self.ask({**asked, "principal": small.STRANGER})
        assert isinstance(stranger, Refusal)
        assert self.snapshot == before
        self.outcomes["again"] += 1

    def seal_or_erase(self, number: int) -> None:
        if self.source.random() < 0.7:
            loop.seal()
            return
        parties = self.snapshot.parties
        if parties:
            answer = erasure.erase(
                home=self.receipt.home, matter=self.receipt.matter, principal=SYSTEM, basis="个人信息保护法(2021)#47",
                party=self.source.choice(parties).id, key=f"erase:{self.receipt.matter}:{number}",
            )  # fmt: skip
            if isinstance(answer, Receipt):
                self.held.append(Acknowledged.of(f"erase:{self.receipt.matter}:{number}", answer))
                self.outcomes["erased"] += 1
                self.last = None


def begin(name: str, source: random.Random, now: datetime) -> History:
    given = step_cases.opening(name)
    definition = step_cases.procedure(name)
    key = f"begin:{name}:{source.getrandbits(64):x}"
    asked: dict[str, Any] = {
        "procedure": name,
        "data": dict(given.data),
        "principal": Principal("anonymous", purpose="ask"),
        "topic": given.topic,
        "division": small.STREET,
        "opened_by": given.opened_by,
        "parties": [{"role": one.role, "name": one.name, "facts": {}} for one in given.parties],
        "key": key,
    }
    with clock.set_to(now):
        receipt = services.open(**asked)
        assert isinstance(receipt, Receipt), receipt
        same = services.open(**asked)
    assert isinstance(same, Receipt)
    assert (same.head, same.code, same.known) == (receipt.head, receipt.code, True)
    history = History(definition, source, receipt, now)
    history.held.append(Acknowledged.of(key, receipt))
    return history


def test_any_history_leaves_a_sound_record(country: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    # The walk names units and persons this small city does not have; that such names are refused is proved elsewhere.
    for check in ("unfit", "unfit_successor"):
        monkeypatch.setattr(naming, check, lambda *_: None)
    outcomes: Counter[str] = Counter()
    reached: set[tuple[str, str]] = set()
    everything: list[Acknowledged] = []
    for seed in range(SEEDS):
        source = random.Random(seed)
        history = begin(PROCEDURES[seed % len(PROCEDURES)], source, step_cases.at("2026-03-02T09:00"))
        try:
            for number in range(ACTS):
                history.turn(number)
                reached.add((history.definition.name, history.snapshot.state))
            with clock.set_to(history.now):
                loop.drain()
        except Exception as error:
            raise AssertionError(f"seed {seed} of {history.definition.name}: {error!r}") from error
        found = violations(country.owner_url, history.held, since=UUID(str(history.receipt.matter)))
        assert found == [], f"seed {seed} of {history.definition.name}"
        outcomes += history.outcomes
        everything += history.held
    assert violations(country.owner_url, everything) == []
    print(f"{SEEDS} histories, {len(everything)} events acknowledged, {len(reached)} states, {dict(outcomes.most_common(8))}")
    # A walk that is refused everywhere would prove nothing.
    assert outcomes["done"] > 4 * SEEDS
    assert outcomes["again"] > 0
    assert len(reached) > 8
