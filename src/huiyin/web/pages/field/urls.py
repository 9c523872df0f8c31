"""Addresses of this room's pages."""

from __future__ import annotations

from django.urls import URLPattern, path

from huiyin.web.pages.field import capture, device, sync, today

urlpatterns: list[URLPattern] = [
    path("field/", today.today, name="today"),
    path("field/capture/", capture.capture, name="field-capture"),
    path("field/kept/", capture.on_phone, name="field-kept"),
    path("field/plan/", capture.plan, name="field-plan"),
    path("field/print/", today.paper, name="field-print"),
    path("field/sync", sync.sync, name="field-sync"),
    path("field/token", today.token, name="field-token"),
    path("field/bundle", today.bundle, name="field-bundle"),
    path("field/shell/", device.shell, name="field-shell"),
    path("field/worker.js", device.worker, name="field-worker"),
    path("field/card.webmanifest", device.manifest, name="field-manifest"),
]
