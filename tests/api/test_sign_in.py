"""Tokens of staff and of parties: how one gets them, how guessing is slowed, how they end."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from talking import CENTRE, PASSWORD, Caller, account, party, path_of, staff

from huiyin import clock

pytestmark = pytest.mark.usefixtures("served")


def sign_in(username: str, password: str, post: str | None = None) -> Any:
    return Caller().ask("POST", "/tokens", {"username": username, "password": password, "post": post})


def test_an_account_of_several_posts_is_asked_which() -> None:
    username, _ = account(CENTRE, "dispatcher")
    answer = sign_in(username, PASSWORD)
    assert answer.status_code == 409
    posts = answer.json()["posts"]
    assert f"{CENTRE}/dispatcher" in [post["id"] for post in posts]
    chosen = sign_in(username, PASSWORD, posts[0]["id"])
    assert chosen.status_code == 201
    me = Caller(chosen.json()["token"]).get("/me").json()
    assert me["kind"] == "staff"
    assert me["post"]["id"] == posts[0]["id"]


def test_a_post_one_does_not_hold_cannot_be_chosen() -> None:
    username, _ = account(CENTRE, "dispatcher")
    answer = sign_in(username, PASSWORD, "police.210102/handler")
    assert answer.status_code == 422


def test_a_wrong_name_and_a_wrong_password_look_alike() -> None:
    username, _ = account(CENTRE, "dispatcher")
    wrong, unknown = sign_in(username, "wrong"), sign_in("nobody-of-that-name", "wrong")
    assert wrong.status_code == unknown.status_code == 401
    assert wrong.content == unknown.content


@pytest.mark.parametrize("name", ["dispatcher", "no-such-name"])
def test_guessing_is_slowed_for_every_name_also_one_that_does_not_exist(name: str) -> None:
    username = account(CENTRE, "dispatcher")[0] if name == "dispatcher" else name
    start = clock.now()
    with clock.set_to(start):
        tries = [sign_in(username, f"guess {n}") for n in range(7)]
    assert [answer.status_code for answer in tries] == [401] * 5 + [401 if tries[5].status_code == 401 else 429, 429]
    assert int(tries[6].headers["Retry-After"]) >= 1
    with clock.set_to(start):
        assert sign_in(username, PASSWORD, f"{CENTRE}/dispatcher").status_code == 429


def test_the_right_password_after_the_wait_is_let_in_and_clears_the_count() -> None:
    username, _ = account(CENTRE, "dispatcher")
    start = clock.now()
    with clock.set_to(start):
        for n in range(6):
            sign_in(username, f"guess {n}")
    with clock.set_to(start + timedelta(minutes=16)):
        assert sign_in(username, PASSWORD, f"{CENTRE}/dispatcher").status_code == 201
        assert sign_in(username, "wrong").status_code == 401


def test_a_token_ends_when_it_is_taken_back_and_when_its_time_is_over() -> None:
    desk = staff(CENTRE, "dispatcher")
    assert desk.get("/matters").status_code == 200
    assert desk.ask("DELETE", "/tokens").status_code == 204
    assert desk.get("/matters").status_code == 401
    desk = staff(CENTRE, "dispatcher")
    with clock.set_to(clock.now() + timedelta(hours=13)):
        assert desk.get("/matters").status_code == 401


@pytest.mark.parametrize("token", ["", "x", "a.b.c", "é", "Im5v.abc", "x" * 5000])
def test_a_made_up_token_is_refused_also_where_none_is_needed(token: str) -> None:
    answer = Caller(token.encode().decode("latin-1")).get("/topics")
    assert answer.status_code == 401
    assert answer.headers["WWW-Authenticate"].startswith("Bearer")


def test_a_changed_token_is_refused() -> None:
    desk = staff(CENTRE, "dispatcher")
    assert desk.token is not None
    for place in range(0, len(desk.token), 7):
        mark = "A" if desk.token[place] != "A" else "B"
        changed = desk.token[:place] + mark + desk.token[place + 1 :]
        assert Caller(changed).get("/matters").status_code == 401


def test_reference_and_code_open_one_matter_and_wrong_ones_look_alike() -> None:
    receipt = Caller().open()
    other = Caller().open()
    wrong = Caller().ask("POST", "/track", {"reference": receipt["reference"], "code": other["code"]})
    unknown = Caller().ask("POST", "/track", {"reference": "261100000000", "code": "123456"})
    assert wrong.status_code == unknown.status_code == 404
    assert wrong.content == unknown.content
    me = party(receipt)
    assert me.get(path_of(receipt)).status_code == 200
    assert me.get(path_of(other)).status_code == 404


def test_guessing_a_code_is_slowed() -> None:
    receipt = Caller().open()
    wrong = "000000" if receipt["code"] != "000000" else "000001"
    with clock.set_to(clock.now()):
        answers = [Caller().ask("POST", "/track", {"reference": receipt["reference"], "code": wrong}) for _ in range(7)]
    assert [answer.status_code for answer in answers[:5]] == [404] * 5
    assert answers[-1].status_code == 429
    assert int(answers[-1].headers["Retry-After"]) >= 1


def test_a_browser_session_reads_but_writes_only_with_its_anti_forgery_token() -> None:
    from django.test import Client

    from huiyin.city.models import Account

    receipt = Caller().open()
    username, _ = account(CENTRE, "dispatcher")
    client = Client(enforce_csrf_checks=True)
    client.force_login(Account.objects.get(username=username))
    session = client.session
    session["post"] = f"{CENTRE}/dispatcher"
    session.save()
    browser = Caller(client=client)
    assert browser.get(path_of(receipt)).status_code == 200
    answer = browser.act(receipt, "ask_more", {"question": "哪里？"})
    assert answer.status_code == 403
    assert answer.json()["code"] == "csrf"
