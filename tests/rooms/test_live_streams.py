"""The live process as it really runs, beside the pages: nothing lost, nothing twice, nothing to those outside."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from typing import Any

import pytest
from cases import at_desk
from in_rooms import Talk
from room_processes import Listener, Served, post, served_for_real, until
from test_pages_of_rooms import as_party

from huiyin.mediation import services

TOKEN = "a" * 32


@pytest.fixture(scope="module")
def both(cluster: Any, city_loaded: object, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    with served_for_real(cluster.environ, tmp_path_factory.mktemp("processes")) as running:
        yield running


def cookie_of(visitor: Any) -> str:
    return f"huiyin_session={visitor.client.cookies['huiyin_session'].value}"


def stream(both: Served, talk: Talk, cookie: str, room: Any, *, party: bool = True, origin: str = "") -> Listener:
    of = f"?of={talk.reference}" if party else ""
    return Listener(both.live_port, f"/live/rooms/{talk.home}/{room}{of}", cookie, origin).listen()


def test_what_one_says_the_others_see_at_once(served: object, both: Served) -> None:
    talk = Talk()
    room = talk.enter("张三", "李四", "mediator")
    page = f"http://127.0.0.1:{both.port}"
    zhang = stream(both, talk, cookie_of(as_party(talk, "张三")), room, origin=page)
    mediator = stream(both, talk, cookie_of(at_desk("mediator")), room, party=False, origin=page)
    until(lambda: zhang.status == mediator.status == 200)
    began = time.monotonic()
    talk.say("李四", "第一句\n第二行")
    until(lambda: bool(zhang.got and mediator.got))
    assert time.monotonic() - began < 2
    assert zhang.got[0] | {"at": ""} == {
        "seq": 1, "at": "", "who": "李四", "role": {"zh": "当事人", "en": "Party"}, "mine": False, "text": "第一句\n第二行",
        "draft": False, "erased": False, "file": None,
    }  # fmt: skip
    talk.say("张三", "我的")
    until(lambda: len(zhang.got) == 2)
    assert zhang.got[1]["mine"]
    for one in (zhang, mediator):
        one.end()


def test_nobody_else_holds_a_stream(served: object, both: Served) -> None:
    talk = Talk()
    room = talk.enter("张三", "mediator", private="张三")
    zhang = cookie_of(as_party(talk, "张三"))
    others = [
        stream(both, talk, cookie_of(as_party(talk, "李四")), room),
        stream(both, talk, cookie_of(at_desk("clerk")), room, party=False),
        stream(both, talk, cookie_of(at_desk("head")), room, party=False),
        stream(both, talk, "", room),
        stream(both, talk, "huiyin_session=made-up", room, party=False),
        stream(both, talk, zhang, "00000000-0000-0000-0000-000000000000"),
        stream(both, talk, zhang, "x"),
        Listener(both.live_port, "/live/rooms/", zhang).listen(),
    ]
    until(lambda: all(one.status for one in others))
    assert [one.status for one in others] == [404] * len(others)
    foreign = stream(both, talk, zhang, room, origin="http://elsewhere.example")
    wrong_port = stream(both, talk, zhang, room, origin=f"http://127.0.0.1:{both.port + 77}")
    until(lambda: bool(foreign.status and wrong_port.status))
    assert (foreign.status, wrong_port.status) == (403, 403)


def test_a_stream_ends_at_once_with_the_place_in_the_room(served: object, both: Served) -> None:
    talk = Talk()
    room = talk.enter("张三", "李四", "mediator")
    li = stream(both, talk, cookie_of(as_party(talk, "李四")), room)
    mediator = stream(both, talk, cookie_of(at_desk("mediator")), room, party=False)
    until(lambda: li.status == mediator.status == 200)
    services.leave(**talk.where(), principal=talk.principal("李四"))
    until(lambda: li.closed, 3)
    second = talk.replace_mediator()
    services.enter(**talk.where(), principal=second)
    talk.say("张三", "换人以后")
    until(lambda: mediator.closed, 3)
    assert li.got == mediator.got == []


def test_killing_both_processes_in_the_middle_loses_and_doubles_nothing(served: object, both: Served) -> None:
    talk = Talk()
    room = talk.enter("张三", "李四")
    senders = {name: cookie_of(as_party(talk, name)) for name in ("张三", "李四")}
    readers = {name: stream(both, talk, cookie, room) for name, cookie in senders.items()}
    until(lambda: all(one.status == 200 for one in readers.values()))
    confirmed: dict[str, list[int]] = {name: [] for name in senders}

    def speak(name: str) -> None:
        path = f"/mine/{talk.reference}/room/"
        for number in range(30):
            said = {"do": "send", "text": f"{name}{number}", "key": f"{name}-{number}"}
            deadline = time.monotonic() + 60
            while time.monotonic() < deadline:
                status, body = post(both.port, path, senders[name], TOKEN, **said)
                if status == 200:
                    confirmed[name].append(body["seq"])
                    break
                assert status in (0, 500, 502, 503), (status, body)
                time.sleep(0.1)

    speaking = [threading.Thread(target=speak, args=(name,)) for name in senders]
    for thread in speaking:
        thread.start()
    for name in ("web", "live", "web"):
        time.sleep(0.3)
        both.kill(name)
        both.start(name)
    for thread in speaking:
        thread.join()
    numbers = list(range(1, 61))
    assert sorted(confirmed["张三"] + confirmed["李四"]) == numbers
    for one in readers.values():
        until(lambda one=one: len(one.got) >= 60, 30)  # type: ignore[misc]
        assert one.numbers == numbers
        assert len({said["text"] for said in one.got}) == 60
        one.end()


def test_the_page_of_the_room_may_listen_to_the_live_process_and_to_nothing_else(served: object, both: Served) -> None:
    import http.client

    talk = Talk()
    talk.enter("张三")
    cookie = cookie_of(as_party(talk, "张三"))
    policies = {}
    for path in (f"/mine/{talk.reference}/room/", f"/mine/{talk.reference}/"):
        line = http.client.HTTPConnection("127.0.0.1", both.port, timeout=20)
        line.request("GET", path, headers={"Cookie": cookie})
        answer = line.getresponse()
        assert answer.status == 200
        policies[path] = answer.headers["Content-Security-Policy"]
        body = answer.read().decode()
        assert (f'data-live="http://127.0.0.1:{both.live_port}/live/rooms/' in body) == path.endswith("room/")
        line.close()
    live, other = policies.values()
    assert f"connect-src 'self' http://127.0.0.1:{both.live_port};" in live
    assert "connect-src 'self';" in other
