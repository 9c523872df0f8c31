"""What an Open311 client sends, read with care: a place that is not clear is asked about and never guessed."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from huiyin.city import places
from huiyin.city import queries as city
from huiyin.city.points import PointFound, place_at
from huiyin.core import chain
from huiyin.core.coordinates import Point
from huiyin.core.forms import bad_characters
from huiyin.core.packs import Library
from huiyin.core.procedure import Procedure
from huiyin.core.values import Refusal, Text
from huiyin.exchange import neighbours, open311, opening
from huiyin.exchange.models import Neighbour
from huiyin.ids import uuid7
from huiyin.matters import services

MOST_TEXT: Final = 4000
MOST_SHORT: Final = 200
MOST_URL: Final = 500
OFFERED: Final = 5
_URL = re.compile(r"https?://[^\s<>\"]{3,}")
NO_WORDS: Final = "来件没有写具体情况。"


@dataclass(frozen=True, slots=True)
class Asked:
    """The arguments of one request, as they were sent."""

    values: Mapping[str, str]
    attributes: Mapping[str, Sequence[str]] = field(default_factory=dict)

    def get(self, name: str) -> str:
        """Return an argument; one that is empty is as one not given."""
        return self.values.get(name, "").strip()


class WrongError(Exception):
    """The request cannot be taken; carries every reason with the status it answers."""

    def __init__(self, status: int, *texts: Text) -> None:
        super().__init__(texts[0].en)
        self.status = status
        self.texts = texts


def post(asked: Asked, neighbour: Neighbour, connected: Sequence[Neighbour]) -> services.Receipt:
    """Open the matter that is asked for.

    Raises:
        WrongError: it is not taken; nothing was written.
    """
    library = city.library()
    definition, topic = _definition(asked, neighbour, connected, library)
    _check_lengths(asked)
    division, detail, point = _where(asked)
    more = _answers(asked, definition)
    number = next(iter(asked.attributes.get(open311.OWN_NUMBER, ())), "").strip() or str(uuid7())
    piece: dict[str, Any] = {"kind": "open311"}
    if point is not None:
        piece["point"] = [round(point[0], 7), round(point[1], 7)]
    if asked.get("media_url"):
        piece["media_url"] = asked.get("media_url")
    said = opening.Said(
        number=number,
        text=asked.get("description") or NO_WORDS,
        topic=topic,
        division=division,
        place={"division": division, "detail": detail},
        more=more,
        evidence=[piece] if len(piece) > 1 else [],
        person={"name": _name(asked), "phone": asked.get("phone")},
    )
    content = {
        "topic": topic,
        "text": said.text,
        "where": [division, detail, piece.get("point")],
        "more": more,
        "person": dict(said.person),
    }
    answer = opening.open_one(
        definition,
        said,
        principal=neighbours.principal_of(neighbour),
        content_hash=hashlib.sha256(chain.canonical(content)).hexdigest(),
    )
    if isinstance(answer, Refusal):
        raise WrongError(400, *(one.text for one in answer.details or (answer,)))
    return answer


def _definition(asked: Asked, neighbour: Neighbour, connected: Sequence[Neighbour], library: Library) -> tuple[Procedure, str]:
    code = asked.get("service_code")
    if not code:
        raise WrongError(400, Text("没有写service_code。", "service_code was not provided."))
    service = open311.services(library, connected).get(code)
    if service is None:
        raise WrongError(404, Text(f"没有service_code {code[:60]}。", f"service_code {code[:60]} was not found."))
    definition = open311.may_open(neighbour, service, library)
    if definition is None:
        raise WrongError(403, Text("这个api_key不能报这一类。", "This api_key may not open requests of this service."))
    return definition, code


def _check_lengths(asked: Asked) -> None:
    limits = {"description": MOST_TEXT, "address_string": MOST_SHORT, "first_name": 80, "last_name": 80, "phone": 40, "media_url": MOST_URL}
    wrong = [
        Text(f"{name}最多{most}个字符。", f"{name} has at most {most} characters.")
        for name, most in limits.items()
        if len(asked.get(name)) > most
    ]
    sent = [*asked.values.values(), *(value for values in asked.attributes.values() for value in values)]
    if any(bad_characters(text) for text in sent):
        wrong.append(Text("有无法保存的字符。", "There is a character that cannot be kept."))
    if asked.get("media_url") and not _URL.fullmatch(asked.get("media_url")):
        wrong.append(Text("media_url应是http或https地址。", "media_url must be an http or https address."))
    if wrong:
        raise WrongError(400, *wrong)


def _name(asked: Asked) -> str:
    first, last = asked.get("first_name"), asked.get("last_name")
    return f"{first} {last}".strip() if (first + last).isascii() else f"{last}{first}"


def _answers(asked: Asked, definition: Procedure) -> dict[str, str]:
    known = {one.code: one for one in open311.attributes_of(definition)}
    wrong = [
        Text(f"没有attribute[{code[:60]}]。", f"There is no attribute[{code[:60]}].") for code in asked.attributes if code not in known
    ]
    answers: dict[str, str] = {}
    for code, attribute in known.items():
        if code == open311.OWN_NUMBER:
            if any(len(value.strip()) > 100 for value in asked.attributes.get(code, ())):
                wrong.append(Text(f"{code}最多100个字符。", f"{code} has at most 100 characters."))
            continue
        given = [value for value in asked.attributes.get(code, ()) if value]
        if len(given) > 1 or (given and given[0] not in {value for value, _ in attribute.values}):
            offered = ", ".join(value for value, _ in attribute.values)
            wrong.append(Text(f"attribute[{code}]只能是：{offered}。", f"attribute[{code}] must be one of: {offered}."))
        elif given:
            answers[code] = given[0]
        elif attribute.required:
            wrong.append(Text(f"没有写attribute[{code}]。", f"attribute[{code}] is required."))
    if wrong:
        raise WrongError(400, *wrong)
    return answers


def _where(asked: Asked) -> tuple[str, str, Point | None]:
    """Return code of the place, what was said of it, and the point (longitude, latitude) in WGS 84.

    Raises:
        WrongError: no one place follows from what was sent; the alternatives are named.
    """
    found = _point(asked)
    said, code = asked.get("address_string"), asked.get("address_id")
    point, detail = None, said
    likely: tuple[str, ...] = ()
    if found is not None:
        point = found.point
        likely = tuple(one.code for one in found.places if one.how != "nearest")
        detail = f"{said} {point[1]:.6f}, {point[0]:.6f}（WGS 84）".strip()
    if code:
        if not re.fullmatch(r"\d{12}", code) or places.division(code) is None:
            raise WrongError(404, Text(f"没有address_id {code[:20]}。", f"address_id {code[:20]} was not found."))
        if likely and not set(likely) & set(places.path_of(code)):
            raise WrongError(400, Text("address_id和经纬度不在一个区县。", "address_id and the point lie in different districts."))
        return code, detail, point
    if said:
        named = [one for one in places.find_places(said) if not likely or set(likely) & set(places.path_of(one.code))]
        best = next(iter(named), None)
        if best is not None and not best.unsure and best.alone and best.level != "city":
            return best.code, detail, point
        if found is None:
            raise _unclear([(one.code, one.full_name) for one in named if one.level != "city"])
    if found is None:
        raise WrongError(
            400,
            Text(
                "要有地点：lat和long，或者address_string，或者address_id。",
                "A location is required: lat and long, or address_string, or address_id.",
            ),
        )
    if found.places[0].unsure:
        raise _unclear([(one.code, one.full_name) for one in found.places])
    return found.places[0].code, detail, point


def _unclear(meant: Sequence[tuple[str, str]]) -> WrongError:
    """Return the answer that asks which place is meant."""
    if not meant:
        return WrongError(
            400,
            Text(
                "看不出address_string是哪里。请写上区县和社区，或者给lat和long。",
                "The place of address_string is not known here. Name district and community, or give lat and long.",
            ),
        )
    zh = "；".join(f"{name}（address_id={code}）" for code, name in meant[:OFFERED])
    en = "; ".join(f"{name} (address_id={code})" for code, name in meant[:OFFERED])
    return WrongError(
        400,
        Text(
            f"地点不够清楚。请从中选一个，连同address_id再发一次：{zh}。",
            f"The location is not clear. Choose one of these and send again with its address_id: {en}.",
        ),
    )


def _point(asked: Asked) -> PointFound | None:
    """Return where a point lies; None when none was given.

    Raises:
        WrongError: it is no point, or lies outside the city.
    """
    lat, long = asked.get("lat"), asked.get("long")
    if not lat and not long:
        return None
    found = place_at(long, lat, asked.get("frame"))
    if isinstance(found, Refusal):
        raise WrongError(400, found.text)
    return found
