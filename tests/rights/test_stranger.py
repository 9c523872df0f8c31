"""A stranger's request to every address: nothing of anyone's matter comes back, also with the application's checks off."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import product
from typing import Any
from uuid import uuid4

import canaries
import pytest
from canaries import WORDS, Victim
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver
from policy import API_BESIDES, OPERATIONS, PAGES
from talking import OTHER_CENTRE, REQUEST, Caller, account, party

# Of what is somebody's, a stranger learns that it is not there, or is asked to say who they are.
CLOSED = {301, 302, 303, 401, 403, 404, 405}


@dataclass(frozen=True)
class Address:
    """One address of the resolver."""

    name: str
    route: str
    converters: tuple[tuple[str, str], ...]
    api: bool


def addresses() -> list[Address]:
    """Return every address there is, from the resolver and not from a list."""
    found: list[Address] = []

    def walk(patterns: list[Any], before: str, taken: dict[str, str], api: bool) -> None:
        for one in patterns:
            route = before + str(one.pattern)
            converters = {**taken, **{name: type(conv).__name__ for name, conv in one.pattern.converters.items()}}
            if isinstance(one, URLResolver):
                walk(one.url_patterns, route, converters, api or one.namespace == "api")
            else:
                assert isinstance(one, URLPattern)
                found.append(Address(one.name or "", route, tuple(converters.items()), api))

    walk(get_resolver().url_patterns, "", {}, False)
    return found


def fillings(victim: Victim) -> dict[str, list[Any]]:
    """Return what a stranger could put for each part of an address."""
    receipt = victim.receipt
    names = sorted({name for name, _ in victim.papers}) or ["request_receipt"]
    return {
        "home": [receipt.home],
        "matter": [receipt.matter],
        "reference": [receipt.reference],
        "name": [*names, victim.procedure, "mediation_register"],
        "number": [1],
        "form": ["xlsx", "json"],
        "action": [*victim.actions[:4], "correct"],
        "notice": victim.notices[:2] or [uuid4()],
        "head": [receipt.reference, "0" * 64],
        "token": ["report", str(uuid4())],
        # Not the code that opens the matter: whoever has typed that reads it again in the answer.
        "code": ["210102000000", receipt.reference, "000000"],
        "slug": [receipt.reference],
        "mark": ["0" * 12, receipt.reference],
        "job": [uuid4()],
        "model": [uuid4()],
        "order": [uuid4()],
        "hand": [uuid4()],
        "proposal": [uuid4()],
        "entry": [uuid4()],
        "pack": ["cn"],
        "row": ["hazard.gas"],
        "day": ["2026-11-20"],
        "content": ["0" * 64],
        "unit": ["governance_centre.210102"],
        "file": victim.files,
        "party": victim.parties[:1] or ["somebody"],
        "kind": ["report", "dispute"],
        "neighbour": ["hotline", receipt.reference],
        "rest": [f"matters/{receipt.home}/{receipt.matter}/body", f"matter/{receipt.reference}"],
    }


def paths(address: Address, victim: Victim) -> Iterator[str]:
    """Yield the address with the victim's ids in it."""
    known = fillings(victim)
    names = [name for name, _ in address.converters]
    for name in names:
        assert name in known, f"the test has nothing to put for <{name}> of {address.route}; add it to fillings()"
    for chosen in product(*(known[name] for name in names)):
        path = address.route
        for name, kind_value in zip(names, chosen, strict=True):
            start = path.index("<") if "<" in path else -1
            end = path.index(">")
            assert path[start : end + 1].rstrip(">").endswith(name)
            path = f"{path[:start]}{kind_value}{path[end + 1 :]}"
        yield "/" + path.replace("^", "").replace("$", "")


def queries_for(victim: Victim) -> list[str]:
    """Return query strings that would find the matter if anybody could find it."""
    receipt = victim.receipt
    return ["", f"?q={WORDS}&scope=all&reference={receipt.reference}&next=/desk/{receipt.home}/{receipt.matter}/&limit=200"]


def bodies(victim: Victim) -> list[tuple[str, Any]]:
    """Return bodies to send: as a page's form and as the API's JSON."""
    receipt = victim.receipt
    act = {"procedure": victim.procedure, "action": victim.actions[0], "data": {}, "seen_version": receipt.version}
    return [
        ("application/x-www-form-urlencoded", f"reference={receipt.reference}&code=000000&matter={receipt.matter}&reason=x&q={WORDS}"),
        ("application/json", act),
    ]


@dataclass
class Stranger:
    """Somebody without a part in the matter."""

    who: str
    make: Callable[[], Client]
    token: str | None = None


def strangers(theirs: dict[str, Any]) -> list[Stranger]:
    """Return everyone the matters are tried against: nobody, staff elsewhere, a party of another matter; page and API."""
    username, _ = account(OTHER_CENTRE, "dispatcher")

    def signed_in() -> Client:
        from huiyin.city.models import Account

        client = Client()
        client.force_login(Account.objects.get(username=username))
        session = client.session
        session["post"] = f"{OTHER_CENTRE}/dispatcher"
        session.save()
        return client

    def following() -> Client:
        client = Client()
        client.post("/track/", {"reference": theirs["reference"], "code": theirs["code"]})
        return client

    from talking import staff

    return [
        Stranger("anonymous", Client),
        Stranger("staff of another unit", signed_in),
        Stranger("staff of another unit, API", Client, staff(OTHER_CENTRE, "dispatcher").token),
        Stranger("party of another matter", following),
        Stranger("party of another matter, API", Client, party(theirs).token),
    ]


@pytest.fixture
def victims(served: Any) -> list[Victim]:
    return [canaries.request_matter(), canaries.hazard_matter(), canaries.dispute_matter()]


def versions(victims: list[Victim]) -> list[int]:
    from huiyin.core.values import SYSTEM
    from huiyin.matters import doors

    found = [doors.snapshot(victim.receipt.home, victim.receipt.matter, SYSTEM) for victim in victims]
    return [seen["version"] for seen in found if seen is not None]


def test_the_tokens_are_really_in_the_matters_and_those_who_may_do_see_them(victims: list[Victim]) -> None:
    from huiyin.city import queries as city

    for victim in victims:
        assert victim.papers
        assert victim.notices
        me = party({"reference": victim.receipt.reference, "code": victim.receipt.code})
        answer = me.get(f"/matters/{victim.receipt.home}/{victim.receipt.matter}")
        assert canaries.MARK.encode() in answer.content
        drawn = city.library().papers
        theirs = [(name, number) for name, number in victim.papers if not drawn[name].internal]
        assert theirs
        for name, number in victim.papers:
            paper = me.get(f"/matters/{victim.receipt.home}/{victim.receipt.matter}/papers/{name}/{number}")
            assert paper.status_code == (200 if (name, number) in theirs else 404), name


def test_every_address_has_a_row_and_every_row_an_address(served: Any) -> None:
    document = Caller().get("/openapi.json").json()
    operations = {one["operationId"] for methods in document["paths"].values() for one in methods.values()}
    assert operations == set(OPERATIONS)
    pages = {address.name for address in addresses() if not address.api}
    assert pages == set(PAGES)
    besides = {
        address.name
        for address in addresses()
        if address.api and not any(address.route.endswith(_route(path)) for path in document["paths"])
    }
    assert besides == set(API_BESIDES)


def _route(path: str) -> str:
    """Return how the resolver writes an API path, up to the kind of each part."""
    import re

    found = next((one.route for one in addresses() if one.api and re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", "/" + one.route) == path), None)
    return found or path


def requests_for(address: Address, victim: Victim) -> Iterator[tuple[str, str, str, Any]]:
    """Yield (method, path with query, content type, body): reads and posts in every form, other methods once each."""
    for number, path in enumerate(paths(address, victim)):
        for query in queries_for(victim):
            yield "GET", path + query, "", ""
        for kind, body in bodies(victim):
            yield "POST", path, kind, body
        if number == 0:
            yield from ((method, path, "application/json", bodies(victim)[1][1]) for method in ("PUT", "PATCH", "DELETE"))
            yield from ((method, path, "", "") for method in ("HEAD", "OPTIONS"))


def about_matters(address: Address) -> bool:
    """Tell whether an address takes anything by which a matter could be meant; the others are the same for every matter."""
    return bool({"home", "matter", "reference", "notice", "head", "rest", "token", "code"} & {name for name, _ in address.converters})


def walk(victims: list[Victim], everyone: list[Stranger]) -> tuple[list[str], int]:
    """Ask for everything as every stranger; return what leaked or failed, and how many requests were made."""
    wrong: list[str] = []
    asked = 0
    for victim, stranger in product(victims, everyone):
        client = stranger.make()
        headers = {} if stranger.token is None else {"Authorization": f"Bearer {stranger.token}"}
        for address in addresses():
            if address.name in ("sign-out", "mine-leave") or (address.api and address.route.endswith("v1/tokens")):
                continue
            # A page does not look at tokens: it was asked as anonymous already.
            if (stranger.token is not None and not address.api) or (victim is not victims[0] and not about_matters(address)):
                continue
            closed = PAGES.get(address.name) == "scope" or address.name.startswith("mine")
            for method, path, kind, body in requests_for(address, victim):
                answer: Any = client.generic(
                    method,
                    path,
                    data=body if isinstance(body, str) else _json(body),
                    content_type=kind or "application/octet-stream",
                    headers={**headers, "Idempotency-Key": str(uuid4())},
                )
                asked += 1
                content = b"".join(answer.streaming_content) if answer.streaming else answer.content
                everything = content + repr(sorted(answer.headers.items())).encode() + repr(answer.cookies).encode()
                if any(secret in everything for secret in victim.secrets):
                    wrong.append(f"LEAK to {stranger.who}: {method} {path}: {answer.status_code}")
                if answer.status_code >= 500:
                    wrong.append(f"fault for {stranger.who}: {method} {path}: {answer.status_code}")
                if closed and method != "OPTIONS" and answer.status_code not in CLOSED:
                    wrong.append(f"open to {stranger.who}: {method} {path}: {answer.status_code}")
    return wrong, asked


def everyone() -> list[Stranger]:
    """Return every stranger; the parties among them follow a matter of their own in another district."""
    return strangers(Caller().open(**{**REQUEST, "division": "210103000000"}))


def _json(body: Any) -> bytes:
    import orjson

    return orjson.dumps(body)


def test_a_stranger_gets_nothing_at_any_address(victims: list[Victim]) -> None:
    before = versions(victims)
    wrong, asked = walk(victims, everyone())
    assert not wrong, "\n".join(wrong[:20])
    assert asked > 2000
    assert versions(victims) == before


def allow_everything(monkeypatch: pytest.MonkeyPatch) -> None:
    """Switch the application's own evaluator off."""
    from huiyin.core import rights

    monkeypatch.setattr(rights, "relation", lambda *_: "handler")
    monkeypatch.setattr(rights, "may", lambda *_: True)
    monkeypatch.setattr(rights, "may_open", lambda *_: True)
    monkeypatch.setattr(rights, "sight", lambda *_: "see")


def test_the_walk_itself_finds_a_planted_hole(victims: list[Victim], monkeypatch: pytest.MonkeyPatch) -> None:
    """With both walls down the walk must complain; otherwise its silence proves nothing."""
    from huiyin.core.values import SYSTEM
    from huiyin.matters import doors

    allow_everything(monkeypatch)
    really = doors.snapshot
    monkeypatch.setattr(doors, "snapshot", lambda home, matter, principal, key=None: really(home, matter, SYSTEM, key))
    found = {stranger.who: walk(victims[:1], [stranger])[0] for stranger in everyone()[1:3]}
    for who, wrong in found.items():
        assert any(line.startswith("LEAK") for line in wrong), who


def test_with_the_applications_checks_off_row_security_still_gives_nothing(victims: list[Victim], monkeypatch: pytest.MonkeyPatch) -> None:
    allow_everything(monkeypatch)
    before = versions(victims)
    wrong, _ = walk(victims, everyone())
    assert not wrong, "\n".join(wrong[:20])
    assert versions(victims) == before


def test_every_operation_of_the_api_on_a_matter_answers_404_to_a_stranger(victims: list[Victim]) -> None:
    document = Caller().get("/openapi.json").json()
    theirs = Caller().open(**{**REQUEST, "division": "210103000000"})
    for victim, stranger in product(victims, strangers(theirs)):
        caller = Caller(stranger.token)
        for path, methods in document["paths"].items():
            if "{matter}" not in path:
                continue
            place = path.removeprefix("/api/v1").format(
                home=victim.receipt.home, matter=victim.receipt.matter, name=victim.papers[0][0], number=1, file=victim.files[0]
            )
            for method in methods:
                body = bodies(victim)[1][1] if method == "post" else None
                answer = caller.ask(method.upper(), place, body, Idempotency_Key=str(uuid4()))
                assert answer.status_code == (401 if stranger.token is None else 404), (stranger.who, method, place)


def test_what_the_database_itself_gives_a_stranger_is_nothing(victims: list[Victim]) -> None:
    """Row security, asked directly: every table of the record, as the application's role, with a stranger's tokens."""
    from django.apps import apps

    from huiyin.core.values import Principal
    from huiyin.matters.access import reading_as

    stranger = Principal("staff", str(uuid4()), OTHER_CENTRE, "dispatcher")
    public = {"matters_root", "matters_order"}
    looked = 0
    with reading_as(stranger) as connection, connection.cursor() as rows:
        for label in ("parties", "matters", "papers"):
            for model in apps.get_app_config(label).get_models():
                table = model._meta.db_table
                if table in public:
                    continue
                rows.execute(f'SELECT count(*) FROM "{table}"')
                assert rows.fetchone() == (0,), table
                looked += 1
    assert looked >= 13
