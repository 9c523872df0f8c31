"""Talking to the API as different people."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

from django.test import Client

ROOT = "/api/v1"
PASSWORD = "a long enough password"
DISTRICT = "210102000000"
COMMUNITY = "210102001001"
CENTRE = "governance_centre.210102"
OTHER_CENTRE = "governance_centre.210103"
REQUEST = {
    "procedure": "plain_request",
    "opened_by": "party",
    "topic": "request.lighting",
    "division": DISTRICT,
    "parties": [{"role": "reporter", "name": "王芳", "facts": {"phone": "13800000001"}}],
    "data": {"title": "路灯坏了", "detail": "楼前三盏路灯不亮，老人夜里出门看不见。"},
}


@dataclass
class Caller:
    """Somebody with a client, and a token once there is one."""

    token: str | None = None
    client: Client = field(default_factory=Client)

    def ask(self, method: str, path: str, body: Any = None, **headers: str) -> Any:
        """Send one request; ``headers`` use underscores."""
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        if self.token is not None:
            sent.setdefault("Authorization", f"Bearer {self.token}")
        more: dict[str, Any] = {} if body is None else {"data": _bytes(body), "content_type": "application/json"}
        return self.client.generic(method, f"{ROOT}{path}", headers=sent, **more)

    def get(self, path: str, **headers: str) -> Any:
        return self.ask("GET", path, **headers)

    def post(self, path: str, body: Any, key: str | None = None, **headers: str) -> Any:
        return self.ask("POST", path, body, Idempotency_Key=key or str(uuid4()), **headers)

    def open(self, **changes: Any) -> dict[str, Any]:
        """Open a plain request and return its receipt."""
        answer = self.post("/matters", {**REQUEST, **changes})
        assert answer.status_code == 201, answer.content.decode()
        return dict(answer.json())

    def act(self, receipt: dict[str, Any], action: str, data: dict[str, Any] | None = None, **more: Any) -> Any:
        """Take an act on a plain request."""
        key = more.pop("key", None)
        headers = more.pop("headers", {})
        body = {"procedure": more.pop("procedure", "plain_request"), "action": action, "data": data or {}, **more}
        return self.post(f"/matters/{receipt['home']}/{receipt['matter']}/acts", body, key, **headers)


def _bytes(body: Any) -> bytes:
    import orjson

    return body if isinstance(body, bytes) else orjson.dumps(body)


def path_of(receipt: dict[str, Any]) -> str:
    """Return the address of the matter of a receipt."""
    return f"/matters/{receipt['home']}/{receipt['matter']}"


def staff(unit: str, post: str) -> Caller:
    """Return the first holder of a post, signed in."""
    username, _ = account(unit, post)
    answer = Caller().ask("POST", "/tokens", {"username": username, "password": PASSWORD, "post": f"{unit}/{post}"})
    assert answer.status_code == 201, answer.content.decode()
    return Caller(answer.json()["token"])


def account(unit: str, post: str) -> tuple[str, str]:
    """Give the first holder of a post a password; return username and account id."""
    from huiyin.city.models import Account, Appointment

    held = Appointment.objects.filter(unit_id=unit, post=post, to_date=None).order_by("id").first()
    assert held is not None, f"nobody holds {post} in {unit}"
    person = Account.objects.get(pk=held.account_id)
    person.set_password(PASSWORD)
    person.save(update_fields=["password"])
    return person.username, str(person.pk)


def party(receipt: dict[str, Any]) -> Caller:
    """Return whoever holds a receipt, following its matter."""
    answer = Caller().ask("POST", "/track", {"reference": receipt["reference"], "code": receipt["code"]})
    assert answer.status_code == 201, answer.content.decode()
    return Caller(answer.json()["token"])
