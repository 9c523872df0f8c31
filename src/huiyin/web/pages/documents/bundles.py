"""The whole file of a matter as one verifiable bundle: every paper as its own PDF, the bound file, the attachments, a sealed manifest."""

from __future__ import annotations

from pathlib import PurePath

from django.conf import settings

from huiyin import clock
from huiyin.city import queries as city
from huiyin.core.values import Text
from huiyin.matters import queries
from huiyin.papers.integrity.kept import sealed_now
from huiyin.papers.kinds import KINDS
from huiyin.papers.services import path_of
from huiyin.papers.typesetting.binding import Volume, bind
from huiyin.web.pages import sheets
from huiyin.web.pages.documents import printing, volumes
from huiyin.web.pages.documents.volumes import Source
from huiyin.web.pages.story import Wording

ZIP = "application/zip"


def bundle_of(source: Source, volume: Volume) -> bytes:
    """Return the bundle of what this reader may open; ``volume`` is the same, to be bound.

    Raises:
        LookupError: the matter is no longer there for this reader.
    """
    from huiyin.papers.integrity.bundle import Member, pack
    from huiyin.papers.integrity.keys import current

    standpoint = source.standpoint
    view = queries.get(standpoint.principal, standpoint.home, standpoint.matter)
    if view is None:
        raise LookupError("the matter is gone")
    view = volumes.bound(view)
    words = Wording(view, standpoint)
    members = [Member("file.pdf", volume.title, printing.PDF, sealed_now(bind(volume).data))]
    for line in (one for one in view.papers if not one.voided):
        paper = queries.paper(standpoint.principal, view.home, view.matter, line.name, line.number)
        if paper is not None:
            sheet = sheets.of_paper(paper, words)
            path = f"papers/{line.name}-{line.number}.pdf"
            members.append(Member(path, sheet.title, printing.PDF, printing.copy_of(standpoint, sheet, words, source.base)))
    types = {kind.name: kind.media_type for kind in KINDS}
    for row in volumes.files_in(source, view):
        # A file's own name never decides where it is unpacked to.
        name = PurePath(row.name.replace(chr(92), "/")).name
        data = path_of(row.home, row.id).read_bytes()
        members.append(Member(f"files/{row.id}-{name}", Text(row.name, row.name), types.get(row.kind, "application/octet-stream"), data))
    zone = city.library().zone
    about = {
        "reference": view.reference,
        "procedure": {"name": view.procedure.name, "title": view.procedure.title.to_plain()},
        "body": view.unit_names.get("host", ""),
        "title": volume.title.to_plain(),
        "head": view.head,
    }
    return pack(members, about, current(settings.HOME), at=clock.now().astimezone(zone))
