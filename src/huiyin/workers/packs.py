"""Packs on their way: the proof of a proposal as long work, and accepted ones put into force on their day.

Taking force is one transaction of the owner's. A worker that dies in the middle of it leaves what was in use, and the next
look takes it up again; two workers do it once.
"""

from __future__ import annotations

import hashlib
import logging
import tempfile
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Final
from uuid import UUID

from django.db import Error, connections, transaction

from huiyin import __version__, clock
from huiyin.city import pack_contents, pack_proposals
from huiyin.city import queries as city
from huiyin.city.loading import store_packs, writer
from huiyin.city.models import PackVersion, ProcedureVersion
from huiyin.city.pack_models import ACCEPTED, IN_FORCE, PROVING, PackProposal
from huiyin.city.proving import Proof, prove_packs
from huiyin.core import chain
from huiyin.core.pack_assembly import completed
from huiyin.core.procedure import Procedure
from huiyin.core.reader import procedure_from_plain
from huiyin.core.rights import KEEPS_PACKS
from huiyin.core.soundness_common import actions_of
from huiyin.core.source import Problem
from huiyin.core.values import SYSTEM, Language, Principal, Refusal, Text
from huiyin.jobs import services as jobs
from huiyin.jobs.kinds import RefusedError, Result, Run, job
from huiyin.learning.services import begin as learn_sayings
from huiyin.matters.access import reading_as
from huiyin.matters.models import Matter
from huiyin.routing.services import load_rules

LOOK_SECONDS: Final = 2.0
LONGEST_BACKOFF: Final = 30.0
Progress = Callable[[int, int], object]
log = logging.getLogger("huiyin.worker.packs")


@job("prove_pack", label=Text("检查规则包", "Prove a pack"), posts=frozenset({KEEPS_PACKS}), params={"proposal": Text("提议", "proposal")})
def prove_pack(run: Run) -> Result:
    """Prove a proposal: soundness and every scenario, together with the packs in use."""
    problems = prove(UUID(str(run.params["proposal"])), run.progress)
    if problems is None:
        raise RefusedError(
            Refusal("over", Text("这个提议已经有了结果，不用再检查。", "The proposal was decided already; there is nothing to prove."))
        )
    if problems:
        return Result(Text(f"检查没有通过：{problems}处问题。", f"It is not sound: {problems} problems."))
    return Result(Text("检查通过，可以复核了。", "It is sound and can be reviewed."))


def ask_proof(proposal: UUID, principal: Principal, language: Language) -> None:
    """Have a worker prove a proposal that waits for it."""
    if not PackProposal.objects.filter(id=proposal, state=PROVING).exists():
        return
    asked = jobs.ask("prove_pack", {"proposal": str(proposal)}, principal=principal, language=language)
    if isinstance(asked, UUID):
        PackProposal.objects.filter(id=proposal).update(job=asked)


def prove(proposal: UUID, progress: Progress | None = None) -> int | None:
    """Prove a proposal here and now, and write down what was found; return how many problems, None when it was decided already."""
    row = PackProposal.objects.select_related("content").filter(id=proposal, state=PROVING).first()
    if row is None:
        return None
    contents = _together(row)
    try:
        with _unpacked(contents) as folders:
            proof = _with_matters(prove_packs(folders, progress=progress), row.pack)
    except (pack_contents.AlteredError, LookupError):
        problems: tuple[Problem, ...] = (_altered(row.pack),)
        proof = Proof(None, (), problems=problems)
    pack_proposals.proven(proposal, proof.problems, sum(proof.scenarios.values()), _mark(contents))
    return len(proof.problems)


def run_looking(stop: threading.Event, *, every: float = LOOK_SECONDS) -> None:
    """Put accepted packs into force as their days come, until ``stop`` is set."""
    backoff, settled = every, False
    while not stop.is_set():
        try:
            if not settled:
                # A worker that died between putting a pack into force and taking over its responsibility list.
                settle()
                settled = True
            take_due()
            backoff = every
        except Error:
            log.warning("the database does not answer; trying again in %.1f s", backoff, exc_info=True)
            connections.close_all()
            backoff = min(backoff * 2, LONGEST_BACKOFF)
        except Exception:
            # Packs must not take the clocks down with them; what is due stays due.
            log.exception("a pack could not be put into force")
            backoff = LONGEST_BACKOFF
        stop.wait(backoff)
    connections.close_all()


def settle() -> None:
    """Take over the responsibility list and the sayings of the packs in use; changes nothing where that was done."""
    if city.versions():
        load_rules()
        learn_sayings()


def take_due() -> int:
    """Put every accepted proposal whose day has come into force, in the order of their days; return how many were."""
    waiting = PackProposal.objects.filter(state=ACCEPTED).order_by("takes_force_on", "reviewed_at")
    if not waiting.exists():
        return 0
    due = list(waiting.filter(takes_force_on__lte=city.today()).values_list("id", flat=True))
    return sum(take_force(one) for one in due)


def take_force(proposal: UUID) -> bool:
    """Put one accepted proposal into force; return whether it was. What forbids it is written down with it."""
    row = PackProposal.objects.select_related("content").filter(id=proposal, state=ACCEPTED).first()
    if row is None or row.takes_force_on is None or row.takes_force_on > city.today():
        return False
    contents = _together(row)
    try:
        why = None if pack_proposals.signature_holds(row) else Text("签名和文件对不上。", "The signature does not fit the files.")
        moved = None if row.back else pack_proposals.base_refusal(row, row.takes_force_on)
        if why is None and moved is not None:
            why = moved.text
        if why is not None:
            pack_proposals.stuck(row, why)
            return False
        with _unpacked(contents) as folders:
            proof = _with_matters(prove_packs(folders, scenarios=row.proven_with != _mark(contents)), row.pack)
            if proof.library is None or proof.problems:
                said = Text("和现在在用的其他规则包合不上了。", "It no longer fits the other packs in use.")
                pack_proposals.stuck(row, said, proof.problems)
                return False
            files = {row.pack: pack_contents.read_folder(next(folder for folder in folders if folder.name == row.pack))}
    except (pack_contents.AlteredError, LookupError):
        pack_proposals.stuck(row, pack_proposals.ALTERED.text, (_altered(row.pack),))
        return False
    return _store(row, proof, files)


def _store(row: PackProposal, proof: Proof, files: Mapping[str, pack_contents.Files]) -> bool:
    alias = writer()
    with transaction.atomic(using=alias):
        mine = PackProposal.objects.using(alias).select_for_update().filter(id=row.id, state=ACCEPTED)
        if not mine.exists() or proof.library is None:
            return False
        store_packs(proof.library, proof.cities, progress=_silent, staff=_invented_staff(alias), contents=files, proposal=row)
        mine.update(state=IN_FORCE, took_force_at=clock.now())
    settle()
    return True


def _with_matters(proof: Proof, pack: str) -> Proof:
    """Add to a proof what would leave matters without their procedure: an earlier version they are pinned to that no longer fits."""
    library = proof.library
    if library is None:
        return proof
    pinned = _pinned()
    now = {(name, one.version) for name, one in library.procedures.items()}
    problems = list(proof.problems)
    for row in ProcedureVersion.objects.order_by("name", "id"):
        if (row.name, row.version) not in pinned - now:
            continue
        plain = procedure_from_plain(f"{pack}/procedures/{row.name}.yaml", row.plain)
        _made, wrong = completed(plain, library.posts, library.papers, library.statutory, library.counting)
        gone = sorted(_papers(plain) - set(library.papers))
        said = [one.text for one in wrong] + [Text(f"没有文书“{name}”。", f"There is no paper “{name}”.") for name in gone]
        problems += [_needed(pack, row, text) for text in said]
    return replace(proof, problems=tuple(problems))


def _pinned() -> set[tuple[str, str]]:
    """Return the procedures, each in its version, that matters follow."""
    with reading_as(SYSTEM):
        return set(Matter.objects.order_by().values_list("procedure", "procedure_version").distinct())


def _papers(procedure: Procedure) -> set[str]:
    """Return the papers a procedure prints, signs or seals."""
    named: set[str | None] = set(procedure.opening_prints)
    for _state, action in actions_of(procedure):
        named |= {*action.prints, action.signs, action.seals}
    return {name for name in named if name is not None}


def _needed(pack: str, row: ProcedureVersion, why: Text) -> Problem:
    text = Text(
        f"还有事项照“{row.name}”以前的版本（{row.version[:12]}）办理，它要用到去掉的内容：{why.zh}",
        f"Matters follow an earlier version of “{row.name}” ({row.version[:12]}), which needs what was taken away: {why.en}",
    )
    return Problem(f"{pack}/procedures/{row.name}.yaml", 0, "matters", text, Text("请把它留着。", "Keep it."))


def _together(row: PackProposal) -> dict[str, str]:
    """Return pack -> content of everything a proposal stands with: the packs in use, its own in place of its pack's."""
    used = dict(PackVersion.objects.filter(in_use=True).values_list("pack", "content"))
    return {**used, row.pack: row.content_id}


def _mark(contents: Mapping[str, str]) -> str:
    """Return a hash over what is proven together and by which release."""
    return hashlib.sha256(chain.canonical([__version__, sorted(contents.items())])).hexdigest()


@contextmanager
def _unpacked(contents: Mapping[str, str]) -> Iterator[list[Path]]:
    """Write the packs into a folder for as long as they are read."""
    with tempfile.TemporaryDirectory(prefix="huiyin-packs-") as folder:
        for pack, content in sorted(contents.items()):
            pack_contents.write_out(pack_contents.files_of(content), Path(folder) / pack)
        yield [Path(folder) / pack for pack in sorted(contents)]


def _invented_staff(alias: str) -> bool:
    """Tell whether a city's invented staff belong here, as a load at the command line would: not in a real installation."""
    with connections[alias].cursor() as cursor:
        cursor.execute("SELECT to_regclass('public.host_state')")
        if cursor.fetchone() == (None,):
            return True
        cursor.execute("SELECT 1 FROM host_state WHERE key = 'installation'")
        return cursor.fetchone() is None


def _altered(pack: str) -> Problem:
    return Problem(f"{pack}/pack.yaml", 0, "content", pack_proposals.ALTERED.text, Text("请重新提出。", "Propose it anew."))


def _silent(_said: Text, _done: int, _of: int) -> None:
    return None
