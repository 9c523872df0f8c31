"""A phone as the server meets it: who is signed in on it, and the records it sends."""

from __future__ import annotations

import base64
import io
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4
from zoneinfo import ZoneInfo

from looking import COMMUNITY, Visitor, staff

WORKROOM = f"workroom.{COMMUNITY}"
OTHER_WORKROOM = "workroom.210102001002"
ZONE = ZoneInfo("Asia/Shanghai")


def ago(**gap: int) -> datetime:
    """Return a whole minute of the past, by day."""
    moment = datetime.now(ZONE).replace(second=0, microsecond=0) - timedelta(**gap)
    return moment.replace(hour=10) - timedelta(days=1) if moment.hour >= 20 or moment.hour < 6 else moment


def picture(colour: str = "red", *, told: str = "") -> str:
    """Return a small photograph as a phone sends it; some phones write into it what made it."""
    from PIL import Image

    made = io.BytesIO()
    exif = Image.Exif()
    if told:
        exif[0x010F] = told
    Image.new("RGB", (8, 8), colour).save(made, "JPEG", exif=exif)
    return base64.b64encode(made.getvalue()).decode()


def visit(
    *, at: datetime | None = None, photos: tuple[str, ...] = (), name: str = "", fields: Mapping[str, str] | None = None, **more: str
) -> dict[str, Any]:
    """Return the record of a patrol; fields are given by their own names."""
    raw = {
        "f.purpose": "patrol",
        "f.place.detail": "3号楼2单元",
        "f.starts_at": (at or ago(minutes=5)).isoformat(),
        "f.check_light": "ok",
        "f.result": "nothing",
        **{f"f.{field}": value for field, value in {**(fields or {}), **more}.items()},
    }
    return {"id": name or str(uuid4()), "raw": raw, "photos": [{"name": "photo-1.jpg", "data": one} for one in photos], "act": None}


def deed(
    line: dict[str, Any], action: str, *, version: int | None = None, name: str = "", fields: Mapping[str, str] | None = None, **more: str
) -> dict[str, Any]:
    """Return the record of a step taken on a task of the list."""
    act = {"home": line["home"], "matter": line["matter"], "action": action, "version": version or line["version"]}
    raw = {f"f.{field}": value for field, value in {**(fields or {}), **more}.items()}
    return {"id": name or str(uuid4()), "raw": raw, "photos": [], "act": act, "at": datetime.now(ZONE).isoformat()}


@dataclass
class Phone:
    """Somebody's phone."""

    visitor: Visitor

    @classmethod
    def of(cls, unit: str = WORKROOM, post: str = "grid_worker") -> Phone:
        return cls(staff(unit, post))

    def token(self) -> dict[str, Any]:
        answer = self.visitor.client.get("/field/token")
        return {"status": answer.status_code, **answer.json()}

    def bundle(self) -> str:
        return str(self.visitor.client.get("/field/bundle").json()["html"])

    def post(self, records: Any, *, holder: str | None = None) -> Any:
        body = {"holder": self.token().get("holder", "") if holder is None else holder, "records": records}
        return self.visitor.client.post("/field/sync", json.dumps(body), content_type="application/json")

    def send(self, *records: dict[str, Any]) -> list[dict[str, Any]]:
        answer = self.post(list(records))
        assert answer.status_code == 200, answer.content
        return list(answer.json()["answers"])

    def plan(self, *, days: int = 0, detail: str = "2号楼1单元") -> None:
        """Put a visit on the list, for today at the end of the day or later."""
        moment = datetime.now(ZONE).replace(hour=23, minute=30) + timedelta(days=days)
        data = {"f.purpose": "appointment", "f.place.detail": detail, "f.starts_at": moment.strftime("%Y-%m-%dT%H:%M"), "key": str(uuid4())}
        assert self.visitor.client.post("/field/plan/", data).status_code == 302

    def lines(self) -> list[dict[str, Any]]:
        """Return the tasks of the list with what a step needs."""
        import re

        found = re.findall(r'<li class="task" data-home="(\d+)" data-matter="([^"]+)" data-version="(\d+)">', self.bundle())
        return [{"home": home, "matter": matter, "version": int(version)} for home, matter, version in found]


def of_matters(procedure: str) -> list[tuple[str, str]]:
    """Return (state, topic) of every matter of a procedure, as the owner of the record sees them."""
    from django.db import connections

    with connections["owner"].cursor() as cursor:
        cursor.execute("SELECT state, topic FROM matters_matter WHERE procedure = %s ORDER BY opened_at, id", [procedure])
        return [(row[0], row[1]) for row in cursor.fetchall()]
