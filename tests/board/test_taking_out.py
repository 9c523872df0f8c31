"""A list is taken out for a purpose: the page asks for it, and who asked, and the head of the unit, read it afterwards."""

from __future__ import annotations

from pathlib import Path
from uuid import uuid4

import pytest
from looking import CENTRE, staff

from huiyin.jobs.models import Job

pytestmark = pytest.mark.usefixtures("served")


def test_a_list_is_not_taken_out_before_it_is_said_what_for() -> None:
    dispatcher = staff(CENTRE, "dispatcher")
    page = dispatcher.post("/export/", scope="unit", format="csv", overdue="1")
    assert "请选导出做什么用。" in page.words
    assert dispatcher.address == "/export/?scope=unit&overdue=1"
    assert "一次最多20,000件。" in page.words
    assert not Job.objects.exists()
    page = dispatcher.post("/export/", scope="unit", format="csv", overdue="1", purpose="meeting")
    assert dispatcher.address.startswith("/jobs/")
    assert "开会研究" in page.words
    assert Job.objects.get().params == {"scope": "unit", "overdue": "1", "format": "csv", "purpose": "meeting"}


def test_a_file_swept_while_it_is_asked_for_is_not_there(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    from huiyin.jobs import queries

    monkeypatch.setattr(queries, "file_of", lambda *_: (tmp_path / "swept", "a.xlsx", "text/csv"))
    assert staff(CENTRE, "dispatcher").client.get(f"/jobs/{uuid4()}/file/").status_code == 404
