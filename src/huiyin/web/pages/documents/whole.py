"""The whole file of a matter as one PDF: at once when it is small; else as a job for staff, and paper by paper for a party."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from huiyin.core.values import Principal, Refusal, Text
from huiyin.jobs import services as jobs
from huiyin.papers.integrity.kept import sealed_now
from huiyin.papers.typesetting.binding import bind
from huiyin.ui.language import language_of
from huiyin.web import people
from huiyin.web.pages import kept, seats
from huiyin.web.pages.desk import staff_only
from huiyin.web.pages.documents import bundles, printing, volumes
from huiyin.web.pages.documents.volumes import Source
from huiyin.web.pages.errors import not_found
from huiyin.web.pages.seats import Standpoint
from huiyin.web.pages.show import show

# About a second of work.
AT_ONCE = 40
# A party has no jobs: this much one waits for, and no more is bound while somebody waits.
MOST_OF_MINE = 200
TOO_LONG = Text(
    f"整卷超过{MOST_OF_MINE}页，不能装成一个文件。请在这一页一份一份打开文书下载。",
    f"The whole file is over {MOST_OF_MINE} pages and cannot be one file. Open the papers on this page and take them one by one.",
)


@require_http_methods(["GET", "HEAD", "POST"])
@staff_only
def of_desk(request: HttpRequest, principal: Principal, home: str, matter: UUID) -> HttpResponse:
    """Send the file to a member of staff, or on a press have a large one bound; ``?of=`` names a packet, such as what goes to the court."""
    source = Source(seats.of_staff(principal, home, matter), printing.base_of(request), request.GET.get("of", "")[:60])
    volume = volumes.volume_of(source)
    if volume is None:
        return not_found(request)
    pages = volumes.size_of(volume)
    if pages <= AT_ONCE:
        return printing.sent(sealed_now(bind(volume).data), printing.PDF, f"{volume.title.zh}.pdf")
    if request.method != "POST":
        size = Text(f"约{pages}页，", f"About {pages} pages.")
        return show(request, "web/long_work.html", {"title": volume.title, "size": size, "back": source.standpoint.address}, frame="staff")
    params = {"home": home, "matter": str(matter), "of": source.file, "base": source.base}
    asked = jobs.ask("bind_file", params, principal=principal, language=language_of(request))
    if isinstance(asked, Refusal):
        kept.tell(request, asked.text, "warn")
        return HttpResponseRedirect(source.standpoint.address)
    return HttpResponseRedirect(reverse("job", args=[asked]))


@require_safe
def of_mine(request: HttpRequest, reference: str, home: str = "", matter: UUID | None = None) -> HttpResponse:
    """Send a party everything of its matter that it may open."""
    followed = people.party_of(request, reference)
    if followed is None:
        return HttpResponseRedirect(reverse("track"))
    standpoint = seats.of_party(followed, home, matter)
    volume = volumes.volume_of(Source(standpoint, printing.base_of(request)))
    if volume is None:
        return not_found(request)
    if volumes.size_of(volume) > MOST_OF_MINE:
        kept.tell(request, TOO_LONG, "warn")
        return HttpResponseRedirect(standpoint.address)
    return printing.sent(sealed_now(bind(volume).data), printing.PDF, f"{volume.title.zh}.pdf")


@require_safe
@staff_only
def bundle_of_desk(request: HttpRequest, principal: Principal, home: str, matter: UUID) -> HttpResponse:
    """Send the file of a matter to a member of staff as a bundle that anybody can check."""
    return _bundle(request, seats.of_staff(principal, home, matter))


@require_safe
def bundle_of_mine(request: HttpRequest, reference: str, home: str = "", matter: UUID | None = None) -> HttpResponse:
    """Send a party everything of its matter that it may open as such a bundle."""
    followed = people.party_of(request, reference)
    if followed is None:
        return HttpResponseRedirect(reverse("track"))
    return _bundle(request, seats.of_party(followed, home, matter))


def _bundle(request: HttpRequest, standpoint: Standpoint) -> HttpResponse:
    source = Source(standpoint, printing.base_of(request))
    volume = volumes.volume_of(source)
    if volume is None:
        return not_found(request)
    if volumes.size_of(volume) > MOST_OF_MINE:
        kept.tell(request, TOO_LONG, "warn")
        return HttpResponseRedirect(standpoint.address)
    return printing.sent(bundles.bundle_of(source, volume), bundles.ZIP, f"{volume.title.zh}.zip")
