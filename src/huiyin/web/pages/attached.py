"""Files that come with an act: taken in before the act, kept when something else is wrong, shown to whoever may see the fact."""

from __future__ import annotations

from pathlib import Path
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.http import content_disposition_header

from huiyin.core.forms import MAX_FILES
from huiyin.core.procedure import Field
from huiyin.core.values import Refusal, Text
from huiyin.matters.views import MatterView
from huiyin.papers import queries as files
from huiyin.papers import services
from huiyin.papers.kinds import KINDS
from huiyin.papers.models import StoredFile
from huiyin.web.pages.errors import not_found
from huiyin.web.pages.seats import Standpoint

MEDIA_TYPES = {kind.name: kind.media_type for kind in KINDS}


def take_in(request: HttpRequest, standpoint: Standpoint, wanted: list[Field], raw: dict[str, str]) -> Refusal | None:
    """Store the files sent with a form and write their ids among what was typed.

    Those already stored by an earlier try of the same form stay.

    Returns:
        the refusal of the first file that is not what it says.
    """
    for field in wanted:
        name = f"f.{field.name}"
        ids = [one for one in raw.get(name, "").split(",") if one]
        for sent in request.FILES.getlist(name):
            if len(ids) >= MAX_FILES:
                text = Text(
                    f"一次最多{MAX_FILES}个文件，其余的没有收下。", f"At most {MAX_FILES} files at a time; the others were not taken."
                )
                return Refusal("file", text, field.name)
            made = services.attach(
                home=standpoint.home,
                matter=standpoint.matter,
                name=sent.name or "",
                chunks=sent.chunks(),
                principal=standpoint.principal,
            )
            if isinstance(made, Refusal):
                return Refusal(made.code, Text(f"“{sent.name}”：{made.text.zh}", f"“{sent.name}”: {made.text.en}"), field.name)
            if made is None:
                return Refusal("file", Text("没有这件事，文件没有收下。", "There is no such matter; the file was not taken."), field.name)
            ids.append(str(made))
        raw[name] = ",".join(ids)
    return None


def listed(view: MatterView, standpoint: Standpoint) -> list[tuple[StoredFile, str]]:
    """Return the files of a matter this reader may see, each with its address."""
    return [(row, address(standpoint, row.id)) for row in files.files(standpoint.principal, view)]


def address(standpoint: Standpoint, file: UUID) -> str:
    """Return the address of a file from a standpoint."""
    if standpoint.shell == "staff":
        return reverse("desk-file", args=[standpoint.home, standpoint.matter, file])
    if standpoint.within:
        return reverse("mine-within-file", args=[standpoint.reference, standpoint.home, standpoint.matter, file])
    return reverse("mine-file", args=[standpoint.reference, file])


def serve(request: HttpRequest, standpoint: Standpoint, file: UUID) -> HttpResponse:
    """Send one file, or say that there is none."""
    found = files.file(standpoint.principal, home=standpoint.home, matter=standpoint.matter, file=file)
    return not_found(request) if found is None else download(*found)


def download(row: StoredFile, path: Path) -> HttpResponse:
    """Return a file as a download that no browser will run."""
    return sent(row.name, row.kind, path.read_bytes())


def sent(name: str, kind: str, content: bytes) -> HttpResponse:
    """Return bytes as a download that no browser will run.

    Args:
        kind: name of the file's kind.
    """
    response = HttpResponse(content, content_type=MEDIA_TYPES[kind])
    response["Content-Disposition"] = content_disposition_header(True, name) or "attachment"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response
