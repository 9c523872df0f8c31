"""Reading files, always as someone.

A file belongs to a matter and stands in one of its facts, or shows the sheet a signature is on: whoever may see that fact or
that paper may have the file, nobody else.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from pathlib import Path
from uuid import UUID

from django.db.models import Q

from huiyin.core.service_parts import proof_fields
from huiyin.core.values import SYSTEM, Principal
from huiyin.matters import definitions, doors
from huiyin.matters import queries as matters
from huiyin.matters.models import Content, Event
from huiyin.matters.views import MatterView
from huiyin.papers.models import StoredFile
from huiyin.papers.services import path_of
from huiyin.parties.access import reading_as


def files(principal: Principal, view: MatterView) -> list[StoredFile]:
    """Return the files of a matter that stand in a fact shown to this reader or show a signed sheet it may read, oldest first.

    Args:
        view: the matter as ``principal`` sees it.
    """
    shown = _shown(view)
    return [row for row in stored(principal, home=view.home, matter=view.matter) if str(row.id) in shown] if shown else []


def file(principal: Principal, *, home: str, matter: UUID, file: UUID) -> tuple[StoredFile, Path] | None:
    """Return one file and where its bytes lie, or None when this reader may not have it. The look is logged for staff."""
    view = matters.get(principal, home, matter)
    found = None if view is None else next((row for row in files(principal, view) if row.id == file), None)
    return None if found is None or not path_of(home, file).exists() else (found, path_of(home, file))


def stored(principal: Principal, *, home: str, matter: UUID) -> list[StoredFile]:
    """Return the rows of every file of a matter the principal can reach, also of files no act names yet."""
    with reading_as(principal):
        return list(StoredFile.objects.filter(home=home, matter=matter).order_by("stored_at", "id"))


def _shown(view: MatterView) -> set[str]:
    fields = view.procedure.fields
    told = [(name, value) for source in (view.facts, *(party.facts for party in view.parties)) for name, value in source.items()]
    facts = {str(one) for name, value in told if fields[name].type == "file" and isinstance(value, list) for one in value}
    # The proofs of service are files of a line in a list, which is shown whole or not at all.
    proofs = proof_fields(view.procedure)
    lines = [line for name, value in told if name in proofs and isinstance(value, list) for line in value]
    served = {str(one) for line in lines for one in line.get("files") or ()}
    return facts | served | {file for line in view.papers for mark in line.marks() for file in mark.scan}


def scans(principal: Principal, *, home: str, matter: UUID, files: Sequence[str]) -> list[dict[str, str]]:
    """Return what binds stored files to a signature: their ids and the hashes of their bytes.

    A file the matter does not have comes with an empty hash, which the step refuses in its own words. So does one that was
    handed in for named readers only: whoever reads the paper would read it.
    """
    known = {str(row.id): row.sha256 for row in stored(principal, home=home, matter=matter)} if files else {}
    private = _private(home, matter, {str(file) for file in files} & known.keys())
    return [{"file": file, "sha256": "" if file in private else known.get(file, "")} for file in files]


def _private(home: str, matter: UUID, files: Collection[str]) -> set[str]:
    """Return which of some files were ever given in a fact that only named readers see, or in a sealed act."""
    seen = doors.snapshot(home, matter, SYSTEM) if files else None
    if seen is None:
        return set()
    procedure, _ = definitions.pinned(seen["body"]["procedure"], seen["body"]["procedure_version"])
    kept = [name for name, field in procedure.fields.items() if field.cls in ("P3", "P4") or field.seen_by]
    with reading_as(SYSTEM):
        sealed = Event.objects.filter(home=home, matter=matter, sealed=True).values("seq")
        given = Content.objects.filter(Q(field__in=kept) | Q(seq__in=sealed), home=home, matter=matter, erased_at=None)
        said = [str(value) for value in given.values_list("value", flat=True)]
    return {file for file in files if any(file in text for text in said)}
