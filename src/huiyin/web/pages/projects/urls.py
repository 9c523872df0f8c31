"""Addresses of this room's pages."""

from __future__ import annotations

from django.urls import URLPattern, path

from huiyin.web.pages.projects import bringing, listing, naming, one

urlpatterns: list[URLPattern] = [
    path("desk/projects/", listing.projects, name="projects"),
    path("desk/projects/new/", listing.new, name="project-new"),
    path("desk/projects/template.xlsx", bringing.template, name="project-template"),
    path("desk/projects/confirm/", bringing.confirm, name="project-confirm"),
    path("desk/projects/<slug:home>/<uuid:matter>/", one.project, name="project"),
    path("desk/projects/<slug:home>/<uuid:matter>/households/", bringing.bring, name="project-households"),
    path("desk/projects/<slug:home>/<uuid:matter>/mediator/", naming.name, name="project-mediator"),
]
