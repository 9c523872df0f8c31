"""Addresses of this room's pages."""

from __future__ import annotations

from django.urls import URLPattern, path

from huiyin.web.pages.board import board, figures, hot, jobs, maps, spreadsheets, supervising

urlpatterns: list[URLPattern] = [
    path("board/", board.board, name="board"),
    path("board/list/", board.behind, name="board-list"),
    path("board/hot/", hot.listed, name="hot-issues"),
    path("board/hot/count/", hot.count, name="hot-issues-count"),
    path("board/supervise/<slug:home>/<uuid:matter>/", supervising.supervise, name="board-supervise"),
    path("map/", maps.whole, name="map"),
    path("map/<slug:code>/", maps.place, name="map-place"),
    path("record/figures/", figures.figures, name="figures"),
    path("record/figures/figures.csv", figures.as_csv, name="figures-csv"),
    path("jobs/", jobs.jobs, name="jobs"),
    path("jobs/signs/", jobs.signs, name="job-signs"),
    path("jobs/<uuid:job>/", jobs.job, name="job"),
    path("jobs/<uuid:job>/state/", jobs.state, name="job-state"),
    path("jobs/<uuid:job>/cancel/", jobs.cancel, name="job-cancel"),
    path("jobs/<uuid:job>/file/", jobs.file, name="job-file"),
    path("jobs/<uuid:job>/errors/", jobs.errors, name="job-errors"),
    path("export/", spreadsheets.export, name="export"),
    path("import/", spreadsheets.take_in, name="import"),
    path("import/confirm/", spreadsheets.confirm, name="import-confirm"),
    path("import/blank/", spreadsheets.blank, name="import-blank"),
]
