"""Addresses of this room's pages."""

from __future__ import annotations

from django.urls import URLPattern, path

from huiyin.web.pages.responsibility import drafting, learned, listing, sampled, sheet

urlpatterns: list[URLPattern] = [
    path("responsibility/", listing.rows, name="responsibility"),
    path("responsibility/try/", listing.trying, name="responsibility-try"),
    path("responsibility/mine/", listing.mine, name="responsibility-mine"),
    path("responsibility/row/<str:row>/", listing.row, name="responsibility-row"),
    path("responsibility/row/<str:row>/say/", listing.say, name="responsibility-say"),
    path("responsibility/draft/", drafting.draft, name="responsibility-draft"),
    path("responsibility/draft/do/", drafting.act, name="responsibility-draft-do"),
    path("responsibility/draft/row/", drafting.edit, name="responsibility-edit"),
    path("responsibility/draft/sheet/", sheet.sheet, name="responsibility-sheet"),
    path("responsibility/draft/list.xlsx", sheet.workbook, name="responsibility-workbook"),
    path("responsibility/learned/", learned.learned, name="responsibility-learned"),
    path("responsibility/sample/", sampled.days, name="responsibility-samples"),
    path("responsibility/sample/<str:day>/", sampled.day, name="responsibility-sample"),
]
