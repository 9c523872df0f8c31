"""A foreign client of Open311 GeoReport v2, written from the published standard alone. It knows nothing of this system.

Run by hand against any server: ``python open311_client.py http://host/open311/discovery.xml [api_key]``.
"""

from __future__ import annotations

import json
import sys
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from xml.etree import ElementTree as ET

GEOREPORT = "http://wiki.open311.org/GeoReport_v2"
MEDIA = {"xml": "text/xml", "json": "application/json"}


class Open311Error(Exception):
    """The server answered with the standard's list of errors."""

    def __init__(self, status: int, errors: Sequence[Mapping[str, Any]]) -> None:
        super().__init__(f"HTTP {status}: " + "; ".join(str(one["description"]) for one in errors))
        self.status = status
        self.errors = errors


@dataclass
class Client:
    """One endpoint in one format."""

    url: str
    form: str = "xml"
    api_key: str = ""
    locale: str = "en"
    last_status: int = field(default=0, init=False)

    @classmethod
    def discover(cls, discovery: str, form: str = "xml", **more: str) -> Client:
        """Find the production endpoint of GeoReport v2 in a discovery document."""
        _, kind, body = _fetch(urllib.request.Request(discovery))
        assert kind == (MEDIA["json"] if discovery.endswith("json") else MEDIA["xml"]), kind
        if discovery.endswith(".json"):
            endpoints = json.loads(body)["endpoints"]
        else:
            root = ET.fromstring(body)
            assert root.tag == "discovery", root.tag
            endpoints = [
                {
                    **{part.tag: part.text for part in one if part.tag != "formats"},
                    "formats": [part.text for part in one.findall("formats/format")],
                }
                for one in root.findall("endpoints/endpoint")
            ]
        for one in endpoints:
            if one["specification"].startswith(GEOREPORT) and one["type"] == "production" and MEDIA[form] in one["formats"]:
                return cls(one["url"], form, **more)
        raise LookupError("no GeoReport v2 endpoint in this format")

    def services(self) -> list[dict[str, Any]]:
        """GET Service List."""
        return self._list(self._get("services"), "services", "service")

    def definition(self, code: str) -> dict[str, Any]:
        """GET Service Definition."""
        body = self._get(f"services/{urllib.parse.quote(code)}")
        if self.form == "json":
            found = json.loads(body)
            return dict(found)
        root = ET.fromstring(body)
        assert root.tag == "service_definition", root.tag
        attributes = []
        for one in root.findall("attributes/attribute"):
            plain: dict[str, Any] = {part.tag: part.text for part in one if part.tag != "values"}
            plain["values"] = [{part.tag: part.text for part in value} for value in one.findall("values/value")]
            attributes.append(plain)
        return {"service_code": root.findtext("service_code"), "attributes": attributes}

    def post(self, arguments: Mapping[str, str], attributes: Mapping[str, str | Sequence[str]] | None = None) -> dict[str, Any]:
        """POST Service Request."""
        pairs = list(arguments.items())
        if self.api_key:
            pairs.append(("api_key", self.api_key))
        for code, value in (attributes or {}).items():
            pairs += [(f"attribute[{code}]", value)] if isinstance(value, str) else [(f"attribute[{code}][]", one) for one in value]
        request = urllib.request.Request(
            f"{self.url}/requests.{self.form}?locale={self.locale}",
            data=urllib.parse.urlencode(pairs).encode("utf-8"),
            headers={"Content-Type": "application/x-www-form-urlencoded; charset=utf-8"},
            method="POST",
        )
        (made,) = self._list(self._send(request), "service_requests", "request")
        return made

    def requests(self, **filters: str) -> list[dict[str, Any]]:
        """GET Service Requests."""
        return self._list(self._get("requests", **filters), "service_requests", "request")

    def request(self, number: str) -> dict[str, Any]:
        """GET Service Request."""
        (found,) = self._list(self._get(f"requests/{urllib.parse.quote(number)}"), "service_requests", "request")
        return found

    def of_token(self, token: str) -> dict[str, Any]:
        """GET service_request_id from a token."""
        (found,) = self._list(self._get(f"tokens/{urllib.parse.quote(token)}"), "service_requests", "request")
        return found

    def _get(self, resource: str, **arguments: str) -> bytes:
        asked = {**arguments, "locale": self.locale, **({"api_key": self.api_key} if self.api_key else {})}
        return self._send(urllib.request.Request(f"{self.url}/{resource}.{self.form}?{urllib.parse.urlencode(asked)}"))

    def _send(self, request: urllib.request.Request) -> bytes:
        try:
            status, kind, body = _fetch(request)
        except urllib.error.HTTPError as error:
            raise Open311Error(error.code, self._list(error.read(), "errors", "error")) from None
        assert kind == MEDIA[self.form], kind
        self.last_status = status
        return body

    def _list(self, body: bytes, root_name: str, entry: str) -> list[dict[str, Any]]:
        if self.form == "json":
            return list(json.loads(body))
        assert body.startswith(b"<?xml"), body[:40]
        root = ET.fromstring(body)
        assert root.tag == root_name, root.tag
        assert all(child.tag == entry for child in root)
        return [{part.tag: part.text for part in child} for child in root]


def _fetch(request: urllib.request.Request) -> tuple[int, str, bytes]:
    with urllib.request.urlopen(request, timeout=20) as answer:
        kind, _, charset = answer.headers["Content-Type"].partition(";")
        assert charset.strip().lower() == "charset=utf-8", answer.headers["Content-Type"]
        return answer.status, kind.strip(), answer.read()


def main(discovery: str, api_key: str = "") -> int:
    """Show what a server offers, in both formats."""
    for form in MEDIA:
        client = Client.discover(discovery, form, api_key=api_key)
        services, requests = client.services(), client.requests()
        print(f"{form}: {client.url}: {len(services)} services, {len(requests)} requests of the last 90 days")
    return 0


if __name__ == "__main__":
    raise SystemExit(main(*sys.argv[1:]))
