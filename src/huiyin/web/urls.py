"""Every address of the pages; the API stands under ``api/v1/``."""

from __future__ import annotations

from django.urls import include, path

from huiyin.web.api import api
from huiyin.web.pages import desk, desk_matter, errors, guide, keyboard_page, look, own, pathway, plain, printed, rate, record, report, searching, session, site, staff_doors, told, track

urlpatterns = [
    path("", site.home, name="home"),
    path("report/", report.start, {"kind": "report"}, name="report"),
    path("dispute/", report.start, {"kind": "dispute"}, name="dispute"),
    path("report/resume/", report.resume, name="report-resume"),
    path("report/leave/", report.leave, name="report-leave"),
    path("report/one-page/<slug:kind>/", plain.one_page, name="report-plain"),
    path("report/<slug:token>/saved/", report.saved, name="report-saved"),
    path("report/<slug:token>/slip/", report.slip, name="report-slip"),
    path("report/<slug:token>/done/", report.done, name="report-done"),
    path("report/<slug:token>/<slug:name>/", report.step, name="report-step"),
    path("track/", track.track, name="track"),
    path("mine/<slug:reference>/", own.matter, name="mine"),
    path("mine/<slug:reference>/leave/", own.leave, name="mine-leave"),
    path("mine/<slug:reference>/result/", rate.page, name="mine-result"),
    path("mine/<slug:reference>/act/<slug:action>/", own.act, name="mine-act"),
    path("mine/<slug:reference>/papers/<slug:name>/<int:number>/", own.paper, name="mine-paper"),
    path("mine/<slug:reference>/of/<slug:home>/<uuid:matter>/", own.matter, name="mine-within"),
    path("mine/<slug:reference>/of/<slug:home>/<uuid:matter>/act/<slug:action>/", own.act, name="mine-within-act"),
    path("mine/<slug:reference>/of/<slug:home>/<uuid:matter>/papers/<slug:name>/<int:number>/", own.paper, name="mine-within-paper"),
    path("p/", site.find_places, name="places"),
    path("p/<slug:code>/", site.place, name="place"),
    path("p/<slug:code>/qr.svg", printed.place_code, name="place-code"),
    path("p/<slug:code>/sign/", printed.place_sign, name="place-sign"),
    path("paper-form/<slug:kind>/", printed.paper_form, name="paper-form"),
    path("way/", pathway.ask, name="pathway"),
    path("guide/", guide.guides, name="guides"),
    path("guide/<slug:name>/", guide.guide, name="guide"),
    path("guide/<slug:name>/diagram.mmd", guide.source, name="guide-source"),
    path("guide/<slug:name>/diagram.bpmn", guide.bpmn, name="guide-bpmn"),
    path("record/", record.record, name="record"),
    path("about/", site.about, name="about"),
    path("look/", look.look, name="look"),
    path("offline/", errors.offline, name="offline"),
    path("session/", session.session, name="session"),
    path("sign-in/", staff_doors.sign_in, name="sign-in"),
    path("sign-out/", staff_doors.sign_out, name="sign-out"),
    path("post/", staff_doors.choose_post, name="choose-post"),
    path("desk/", desk.inbox, name="inbox"),
    path("desk/new/", desk.arrivals, name="inbox-arrivals"),
    path("desk/filters/", desk.filters, name="inbox-filters"),
    path("desk/keys/", keyboard_page.page, name="desk-keys"),
    path("desk/search/", searching.search, name="search"),
    path("desk/notices/", told.page, name="notices"),
    path("desk/notices/read/", told.mark, name="notices-read"),
    path("desk/take-in/", desk.take_in, name="take-in"),
    path("desk/<slug:home>/<uuid:matter>/", desk_matter.matter, name="desk-matter"),
    path("desk/<slug:home>/<uuid:matter>/act/<slug:action>/", desk_matter.act, name="desk-act"),
    path("desk/<slug:home>/<uuid:matter>/papers/<slug:name>/<int:number>/", desk_matter.paper, name="desk-paper"),
    path("desk/<slug:home>/<uuid:matter>/files/<uuid:file>/", desk_matter.file, name="desk-file"),
    path("mine/<slug:reference>/files/<uuid:file>/", own.file, name="mine-file"),
    path("mine/<slug:reference>/of/<slug:home>/<uuid:matter>/files/<uuid:file>/", own.file, name="mine-within-file"),
    path("", include("huiyin.web.pages.field.urls")),
    path("", include("huiyin.web.pages.board.urls")),
    path("", include("huiyin.web.pages.mediation.urls")),
    path("", include("huiyin.web.pages.documents.urls")),
    path("", include("huiyin.web.pages.returns.urls")),
    path("healthz", site.health, name="health"),
    path("api/v1/", api.urls),
]

handler400 = "huiyin.web.pages.errors.too_large"
handler403 = "huiyin.web.pages.errors.refused"
handler404 = "huiyin.web.pages.errors.not_found"
handler500 = "huiyin.web.pages.errors.failed"
