"""The door for Open311 GeoReport v2: its addresses, both its formats, and its errors. What is told stands in `exchange.open311`."""

from __future__ import annotations

import hashlib
import hmac
import re
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from functools import wraps
from typing import Any, Final
from xml.etree import ElementTree as ET

import orjson
from django.conf import settings
from django.core.cache import cache
from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path, reverse
from django.views.decorators.csrf import csrf_exempt

from huiyin import clock
from huiyin.city import queries as city
from huiyin.core.values import Text
from huiyin.exchange import neighbours, open311, open311_asking, public_ids
from huiyin.exchange.models import Neighbour
from huiyin.exchange.open311_asking import Asked, WrongError
from huiyin.web.api.problems import language_of
from huiyin.web.client import address_of
from huiyin.web.pages import tries

SPECIFICATION: Final = "http://wiki.open311.org/GeoReport_v2"
MEDIA: Final = {"xml": "text/xml", "json": "application/json"}
FORM: Final = "application/x-www-form-urlencoded"
MOST_BODY: Final = 2**16
WRONG_KEYS: Final = 10
# How many requests one client without a key, and one neighbour with one, may post within an hour.
MOST_POSTS: Final = {"client": 20, "neighbour": 600}
HOUR: Final = 3600
_ATTRIBUTE = re.compile(r"attribute\[([^\[\]]{1,80})\](?:\[\])?")
# What XML cannot carry.
_UNWRITABLE = {code: None for code in range(32) if code not in (9, 10, 13)}

Plain = dict[str, Any]
View = Callable[..., HttpResponse]


class SlowDownError(Exception):
    """Too much at once from one client."""


def _answers(view: Callable[..., tuple[str, Any] | tuple[str, Any, int]]) -> View:
    """Make a function that returns (name of the root, content) an answer in the format asked for, with the standard's errors."""

    @csrf_exempt
    @wraps(view)
    def answer(request: HttpRequest, form: str, **named: str) -> HttpResponse:
        language = _language(request)
        if form not in MEDIA:
            said = Text("地址的结尾是.xml或者.json。", "The address ends with .xml or .json.")
            return _refused("xml", 404, [said.in_(language)])
        try:
            if "\x00" in request.get_full_path():
                raise WrongError(400, Text("地址里有无法识别的字符。", "The address holds an unreadable character."))
            name, content, *status = view(request, **named)
            return _written(form, name, content, status[0] if status else 200)
        except WrongError as wrong:
            return _refused(form, wrong.status, [text.in_(language) for text in wrong.texts])
        except SlowDownError:
            said = Text("太频繁了，请过一个小时再试。", "Too many requests; try again in an hour.")
            answer = _refused(form, 429, [said.in_(language)])
            answer["Retry-After"] = str(HOUR)
            return answer
        except RequestDataTooBig:
            return _refused(form, 400, [Text("内容太大。", "The body is too large.").in_(language)])

    return answer


@_answers
def discovery(request: HttpRequest) -> tuple[str, Any]:
    """Say where the door is and which formats it speaks."""
    _only(request, "GET")
    connected = _connected()
    changed = max((one.made_at for one in connected), default=clock.now())
    endpoint = {
        "specification": SPECIFICATION,
        "url": request.build_absolute_uri(reverse("open311-discovery", args=["xml"])).removesuffix("discovery.xml") + "v2",
        "changeset": _instant(changed),
        "type": "production",
        "formats": [MEDIA["xml"], MEDIA["json"]],
    }
    contact = Text(f"电话{settings.HUIYIN_HELP_PHONE}", f"Telephone {settings.HUIYIN_HELP_PHONE}")
    keyless = any(one.keyless for one in connected)
    key = (
        Text("不用api_key也可以报；要看到自己报的原文，请向系统管理员要一个。",
             "No api_key is needed to post; ask the administrator for one to read back what you wrote.")
        if keyless
        else Text("api_key请向系统管理员要。", "Ask the administrator for an api_key.")
    )  # fmt: skip
    language = _language(request)
    return "discovery", {
        "changeset": _instant(changed),
        "contact": contact.in_(language),
        "key_service": key.in_(language),
        "endpoints": [endpoint],
    }


@_answers
def services(request: HttpRequest) -> tuple[str, Any]:
    """List what can be reported."""
    _only(request, "GET")
    language = _language(request)
    return "services", [_service(one, language) for one in open311.services(city.library(), _connected()).values()]


@_answers
def service(request: HttpRequest, code: str) -> tuple[str, Any]:
    """Say what is asked of one service."""
    _only(request, "GET")
    language = _language(request)
    found = open311.services(city.library(), _connected()).get(code)
    if found is None:
        raise WrongError(404, Text(f"没有service_code {code[:60]}。", f"service_code {code[:60]} was not found."))
    return "service_definition", {
        "service_code": found.topic.key,
        "attributes": [_attribute(one, place, language) for place, one in enumerate(found.attributes, 1)],
    }


@_answers
def requests(request: HttpRequest) -> tuple[str, Any] | tuple[str, Any, int]:
    """Take a request in, or list those asked for."""
    if request.method == "POST":
        return _post(request)
    _only(request, "GET")
    asked = Asked(request.GET.dict())
    connected = _connected()
    found = open311.requests(city.library(), _wanted(asked, connected), connected, _asker(request, asked))
    language = _language(request)
    return "service_requests", [_request(one, language) for one in found]


@_answers
def one_request(request: HttpRequest, number: str) -> tuple[str, Any]:
    """Show one request."""
    _only(request, "GET")
    connected = _connected()
    asker = _asker(request, Asked(request.GET.dict()))
    found = open311.requests(city.library(), open311.Wanted(ids=(number,)), connected, asker)
    if not found:
        raise WrongError(404, Text(f"没有service_request_id {number[:60]}。", f"service_request_id {number[:60]} was not found."))
    return "service_requests", [_request(found[0], _language(request))]


@_answers
def token(request: HttpRequest, token: str) -> tuple[str, Any]:
    """Answer for a token: there are none, for every service gives its number at once."""
    _only(request, "GET")
    _connected()
    raise WrongError(404, Text(f"没有token {token[:60]}。", f"token {token[:60]} was not found."))


def urls() -> list[URLPattern]:
    """Return the addresses, under ``open311/``."""
    return [
        path("discovery.<form>", discovery, name="open311-discovery"),
        path("v2/services.<form>", services, name="open311-services"),
        path("v2/services/<code>.<form>", service, name="open311-service"),
        path("v2/requests.<form>", requests, name="open311-requests"),
        path("v2/requests/<number>.<form>", one_request, name="open311-request"),
        path("v2/tokens/<token>.<form>", token, name="open311-token"),
    ]


def _post(request: HttpRequest) -> tuple[str, Any, int]:
    if request.content_type != FORM:
        raise WrongError(400, Text(f"请用{FORM}提交。", f"Send the request as {FORM}."))
    if int(request.META.get("CONTENT_LENGTH") or 0) > MOST_BODY:
        raise WrongError(400, Text("内容太大。", "The body is too large."))
    values: dict[str, str] = {}
    attributes: dict[str, list[str]] = {}
    for name, given in request.POST.lists():
        texts = [value for value in given if isinstance(value, str)]
        attribute = _ATTRIBUTE.fullmatch(name)
        if attribute is not None:
            attributes.setdefault(attribute[1], []).extend(texts)
        elif texts:
            values[name] = texts[-1]
    asked = Asked({**request.GET.dict(), **values}, attributes)
    connected = _connected()
    neighbour = _asker(request, asked) or next((one for one in connected if one.keyless), None)
    if neighbour is None or neighbour.way != neighbours.OPEN311:
        raise WrongError(403, Text("没有写api_key，或者不对。", "The api_key is missing or not valid."))
    _slowly(f"neighbour/{neighbour.name}" if asked.get("api_key") else f"client/{address_of(request)}")
    receipt = open311_asking.post(asked, neighbour, connected)
    made = {
        "service_request_id": public_ids.public_id(receipt.matter),
        "service_notice": receipt.says.in_(_language(request)),
        "account_id": None,
    }
    return "service_requests", [made], 200 if receipt.known else 201


def _connected() -> list[Neighbour]:
    """Return the neighbours that come through this door; without one it is shut."""
    found = neighbours.connected(neighbours.OPEN311)
    if not found:
        raise WrongError(404, Text("本市没有开通Open311。", "This city does not offer Open311."))
    return found


def _asker(request: HttpRequest, asked: Asked) -> Neighbour | None:
    """Return the neighbour a key belongs to; None when none was given.

    Raises:
        WrongError: the key is not good.
        SlowDownError: too many were not.
    """
    text = asked.get("api_key")
    if not text:
        return None
    if tries.used_up(request, "open311-key", WRONG_KEYS):
        raise SlowDownError
    found = neighbours.by_key(text)
    if found is None:
        tries.missed(request, "open311-key")
        raise WrongError(403, Text("api_key不对。", "The api_key is not valid."))
    return found


def _slowly(who: str) -> None:
    key = f"open311:{hmac.new(str(settings.SECRET_KEY).encode(), who.encode(), hashlib.sha256).hexdigest()}"
    cache.add(key, 0, HOUR)
    if cache.incr(key) > MOST_POSTS[who.partition("/")[0]]:
        raise SlowDownError


def _only(request: HttpRequest, method: str) -> None:
    if request.method not in (method, "HEAD"):
        raise WrongError(400, Text(f"这里只能{method}。", f"Only {method} is possible here."))


def _wanted(asked: Asked, connected: Sequence[Neighbour]) -> open311.Wanted:
    size, page = _number(asked, "page_size", open311.MOST), _number(asked, "page", 1)
    ids = _parts(asked.get("service_request_id"))
    if ids:
        # The standard: these override every other argument.
        return open311.Wanted(ids=ids[: open311.MOST])
    codes = _parts(asked.get("service_code"))
    unknown = [code for code in codes if code not in open311.services(city.library(), connected)]
    if unknown:
        raise WrongError(404, *(Text(f"没有service_code {code[:60]}。", f"service_code {code[:60]} was not found.") for code in unknown))
    status = frozenset(_parts(asked.get("status"))) or frozenset({open311.OPEN, open311.CLOSED})
    if not status <= {open311.OPEN, open311.CLOSED}:
        raise WrongError(400, Text("status只能是open、closed。", "status must be open, closed or both."))
    span = open311.default_span(_given_instant(asked, "start_date"), _given_instant(asked, "end_date"))
    if span is None:
        raise WrongError(400, Text("start_date到end_date最多90天。", "start_date and end_date may not span more than 90 days."))
    return open311.Wanted((), codes, span[0], span[1], status, page, min(size, open311.MOST))


def _parts(text: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in text.split(",") if part.strip())


def _number(asked: Asked, name: str, otherwise: int) -> int:
    text = asked.get(name)
    if not text:
        return otherwise
    if not (text.isascii() and text.isdigit() and 0 < len(text) < 7 and int(text) > 0):
        raise WrongError(400, Text(f"{name}应是正整数。", f"{name} must be a positive whole number."))
    return int(text)


def _given_instant(asked: Asked, name: str) -> datetime | None:
    text = asked.get(name)
    if not text:
        return None
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        found = None
    if found is None or found.tzinfo is None or not 1990 <= found.year <= 2190:
        raise WrongError(
            400,
            Text(
                f"{name}要写成2026-11-22T00:00:00+08:00这样，带时区。",
                f"{name} must be written like 2026-11-22T00:00:00+08:00, with its offset.",
            ),
        )
    return found


def _language(request: HttpRequest) -> str:
    asked = request.GET.get("locale") or (request.POST.get("locale") if request.content_type == FORM else "") or ""
    first = asked.lower()[:2]
    return first if first in ("zh", "en") else language_of(request)


def _instant(moment: datetime) -> str:
    return moment.astimezone(city.library().zone).isoformat(timespec="seconds")


def _service(one: open311.Service, language: str) -> Plain:
    name = one.topic.label.in_(language)
    described = Text(f"报{one.topic.label.zh}方面的问题。", f"Report something about: {one.topic.label.en}.")
    return {
        "service_code": one.topic.key,
        "service_name": name,
        "description": described.in_(language),
        "metadata": bool(one.attributes),
        "type": "realtime",
        "keywords": ",".join(one.topic.keywords),
        "group": one.group.in_(language),
    }


def _attribute(one: open311.Attribute, place: int, language: str) -> Plain:
    made: Plain = {
        "variable": True,
        "code": one.code,
        "datatype": "singlevaluelist" if one.values else "string",
        "required": one.required,
        "datatype_description": None if one.hint is None else one.hint.in_(language),
        "order": place,
        "description": one.label.in_(language),
    }
    if one.values:
        made["values"] = [{"key": key, "name": label.in_(language)} for key, label in one.values]
    return made


def _request(one: open311.Request, language: str) -> Plain:
    return {
        "service_request_id": one.id,
        "status": one.status,
        "status_notes": one.notes.in_(language),
        "service_name": one.topic.label.in_(language),
        "service_code": one.topic.key,
        "description": one.description or None,
        "agency_responsible": None,
        "service_notice": None,
        "requested_datetime": _instant(one.requested),
        "updated_datetime": _instant(one.updated),
        "expected_datetime": None if one.expected is None else _instant(one.expected),
        "address": one.address,
        "address_id": one.address_id,
        "zipcode": None,
        "lat": None if one.point is None else one.point[1],
        "long": None if one.point is None else one.point[0],
        "media_url": one.media or None,
    }


# What an entry of each list is called in XML; in JSON it has no name.
_ENTRIES: Final[Mapping[str, str]] = {
    "services": "service",
    "attributes": "attribute",
    "values": "value",
    "service_requests": "request",
    "endpoints": "endpoint",
    "formats": "format",
    "errors": "error",
}


def _refused(form: str, status: int, texts: Sequence[str]) -> HttpResponse:
    return _written(form, "errors", [{"code": status, "description": text} for text in texts], status)


def _written(form: str, name: str, content: Any, status: int) -> HttpResponse:
    if form == "json":
        body = orjson.dumps(content)
    else:
        root = ET.Element(name)
        _put(root, name, content)
        body = ET.tostring(root, encoding="utf-8", xml_declaration=True)
    return HttpResponse(body, status=status, content_type=f"{MEDIA[form]}; charset=utf-8")


def _put(element: ET.Element, name: str, content: Any) -> None:
    if isinstance(content, Mapping):
        for key, value in content.items():
            _put(ET.SubElement(element, key), key, value)
    elif isinstance(content, list):
        for entry in content:
            child = ET.SubElement(element, _ENTRIES[name])
            _put(child, _ENTRIES[name], entry)
    elif content is not None:
        text = str(content).lower() if isinstance(content, bool) else str(content)
        element.text = text.translate(_UNWRITABLE)
