"""The whole file of a matter as one PDF: at once when it is small, as a job when binding takes longer than a page may."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.http import require_safe

from huiyin.core.values import Principal, Refusal
from huiyin.jobs import services as jobs
from huiyin.papers.typesetting.binding import bind
from huiyin.ui.language import language_of
from huiyin.web import people
from huiyin.web.pages import kept, seats
from huiyin.web.pages.desk import staff_only
from huiyin.web.pages.documents import printing, volumes
from huiyin.web.pages.documents.volumes import Source
from huiyin.web.pages.errors import not_found

# About a second of work.
AT_ONCE = 40


@require_safe
@staff_only
def of_desk(request: HttpRequest, principal: Principal, home: str, matter: UUID) -> HttpResponse:
    """Send the file to a member of staff; ``?of=`` names a packet, such as what goes to the court."""
    source = Source(seats.of_staff(principal, home, matter), printing.base_of(request), request.GET.get("of", "")[:60])
    volume = volumes.volume_of(source)
    if volume is None:
        return not_found(request)
    language = language_of(request)
    if volumes.size_of(volume) > AT_ONCE:
        params = {"home": home, "matter": str(matter), "of": source.file, "base": source.base}
        asked = jobs.ask("bind_file", params, principal=principal, language=language)
        if isinstance(asked, Refusal):
            kept.tell(request, asked.text, "warn")
            return HttpResponseRedirect(source.standpoint.address)
        return HttpResponseRedirect(reverse("job", args=[asked]))
    return printing.sent(bind(volume).data, printing.PDF, f"{volume.title.zh}.pdf")


@require_safe
def of_mine(request: HttpRequest, reference: str, home: str = "", matter: UUID | None = None) -> HttpResponse:
    """Send a party everything of its matter that it may open."""
    followed = people.party_of(request, reference)
    if followed is None:
        return HttpResponseRedirect(reverse("track"))
    volume = volumes.volume_of(Source(seats.of_party(followed, home, matter), printing.base_of(request)))
    if volume is None:
        return not_found(request)
    return printing.sent(bind(volume).data, printing.PDF, f"{volume.title.zh}.pdf")
