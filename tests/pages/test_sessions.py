"""A session that is over is gone: it holds what somebody typed into a form that was not taken."""

from __future__ import annotations

from datetime import timedelta

from looking import Visitor


def test_sessions_that_are_over_are_removed_and_others_stay(served: object) -> None:
    from django.contrib.sessions.models import Session
    from django.utils import timezone

    from huiyin.workers import loop

    typed = "2611 0000 0000"
    for _ in range(2):
        Visitor().post("/track/", reference=typed, code="000000")
    over, kept = Session.objects.all()
    assert typed in str(over.get_decoded())
    Session.objects.filter(pk=over.pk).update(expire_date=timezone.now() - timedelta(seconds=1))
    loop.sweep()
    assert list(Session.objects.values_list("pk", flat=True)) == [kept.pk]
