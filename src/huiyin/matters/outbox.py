"""The queue of matter work: what acts set going outside their own matter, done once, each piece by itself.

A row is claimed for a while by a conditional update; what it does carries a key, so that doing it again after a crash
changes nothing. A row that fails is put off further each time, with its error beside it, and holds up no other.
"""

from __future__ import annotations

import logging
import random
from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any, Final
from uuid import UUID

from huiyin import clock
from huiyin.core import handing
from huiyin.core.procedure import Field, Procedure
from huiyin.core.values import SYSTEM, Refusal
from huiyin.ids import uuid7
from huiyin.matters import definitions, doors, fold, following, parts, services
from huiyin.matters.access import reading_as
from huiyin.matters.models import Event, Matter
from huiyin.matters.outgoing import NOTICE, OPEN_CHILD, REPORT_CHILD

Plain = dict[str, Any]
LEASE: Final = timedelta(minutes=5)
LONGEST_WAIT: Final = timedelta(hours=1)
BATCH: Final = 50

log = logging.getLogger("huiyin.outbox")


class NotDoneError(RuntimeError):
    """A piece of outgoing work was refused; says by which rule."""


Handler = Callable[[str, Plain], None]
_handlers: Final[dict[str, Handler]] = {}


def handles(kind: str, handler: Handler) -> None:
    """Let ``handler`` do the outgoing rows of a kind; rooms further down say so when they are ready (``AppConfig.ready``).

    A handler gets the home and the row, and may be called again for the same row: what it does carries a key.
    """
    _handlers[kind] = handler


def _handler(kind: str) -> Handler:
    found = _handlers.get(kind)
    if found is None:
        raise NotDoneError(f"nobody handles outgoing work of kind {kind}")
    return found


def run_once(home: str, *, limit: int = BATCH) -> int:
    """Do what is due in one home; returns how many rows were done."""
    done = 0
    for row in doors.outbox_claim(home, limit, clock.now(), LEASE):
        try:
            _handler(row["kind"])(home, row)
        except Exception as error:
            _put_off(home, row, error)
        else:
            done += doors.outbox_done(home, row["id"], row["attempts"], clock.now())
    return done


def _put_off(home: str, row: Plain, error: Exception) -> None:
    wait = min(timedelta(seconds=2 ** min(row["attempts"], 12)), LONGEST_WAIT)
    again = clock.now() + wait * random.uniform(0.5, 1)  # noqa: S311 - spreads retries, keeps no secret
    # A database error quotes the values of its row; those stay out of what operators read.
    said = str(error) if isinstance(error, NotDoneError) else type(error).__name__
    doors.outbox_failed(home, row["id"], row["attempts"], again, said)
    log.warning("outbox row %s of %s/%s failed: %s", row["id"], home, row["matter"], said, exc_info=error)


def _notice(home: str, row: Plain) -> None:
    if recalled(home, row):
        return
    now = clock.now().isoformat()
    doors.write_notices(
        home,
        [
            {
                **notice,
                "id": str(uuid7()),
                "matter": str(row["matter"]),
                "created": now,
                "key": f"{row['matter']}:{row['seq']}:{row['n']}:{number}",
            }
            for number, notice in enumerate(row["payload"].get("notices", ()))
        ],
    )


def recalled(home: str, row: Plain) -> bool:
    """Tell whether the act this row comes from was called back while the row still waited."""
    state = row["payload"].get("may_be_recalled")
    if state is None:
        return False
    with reading_as(SYSTEM):
        body = Matter.objects.filter(home=home, id=row["matter"]).values_list("body", flat=True).first()
        left = Event.objects.filter(home=home, matter=row["matter"], seq__gt=row["seq"]).exclude(state=state).order_by("seq").first()
    if body is None or left is None:
        return False
    definition, _ = definitions.pinned(body["procedure"], body["procedure_version"])
    action = definition.state_action(state, left.action)
    return action is not None and action.within is not None


def _open_child(home: str, row: Plain) -> None:
    payload = row["payload"]
    opening = payload.get("opening")
    if opening is None:
        return  # erased before it could be handed on
    parent = f"{home}/{row['matter']}"
    found = definitions.present(payload["procedure"])
    if isinstance(found, Refusal):
        raise NotDoneError(f"{found.code}: {found.text.en}")
    definition, _ = found
    parties = [one for one in (_handed_down(definition, party) for party in opening["parties"]) if one is not None]
    receipt = services.open(
        procedure=payload["procedure"],
        home="",
        data=opening["data"],
        principal=SYSTEM,
        key=f"child:{row['matter']}:{payload['key']}",
        topic=opening["topic"],
        division=opening["division"],
        opened_by="transfer" if "transfer" in definition.opened_by else definition.opened_by[0],
        parties=parties,
        unit=opening["unit"],
        parent=(parent, payload["key"]),
    )
    if isinstance(receipt, Refusal):
        raise NotDoneError(_refused("open", receipt))
    told = {"key": payload["key"], "matter": f"{receipt.home}/{receipt.matter}"}
    _report(home, row["matter"], told, key=f"opened:{row['matter']}:{payload['key']}")


def _handed_down(child: Procedure, party: Mapping[str, Any]) -> Plain | None:
    """Return a party as the child takes it over, or None."""
    role = handing.role_there(child, party["role"], party["facts"])
    if role is None:
        return None
    declared = {name: field for name, field in child.fields.items() if field.of == role and (field.type == "text" or field.carried)}
    facts = {name: value for name, value in party["facts"].items() if name in declared and _fits(declared[name], value)}
    return {"id": party["id"], "role": role, "name": party["name"], "facts": facts}


def _fits(field: Field, value: Any) -> bool:
    """Tell whether a value of another matter can stand in a field: the same words, and of a choice one that is offered here too."""
    return isinstance(value, str) and bool(value) and (field.type != "choice" or value in {choice.value for choice in field.values})


def _report_child(home: str, row: Plain) -> None:
    payload = row["payload"]
    child = doors.snapshot(home, row["matter"], SYSTEM)
    if child is None:
        raise NotDoneError(f"matter {home}/{row['matter']} is gone")
    if not child["parent_key"]:
        return  # it belongs to that matter, which calls it by no name and keeps no list of it
    parent_home, parent = payload["parent"].split("/")
    told = {
        "key": child["parent_key"],
        "matter": f"{home}/{row['matter']}",
        "version": child["version"],
        **{name: payload[name] for name in ("outcome", "ended_at") if name in payload},
    }
    body = child["body"]
    definition, _ = definitions.pinned(body["procedure"], body["procedure_version"])
    reported = {name: body["facts"][name] for name in definition.reports if body["facts"].get(name) not in (None, fold.ERASED)}
    if reported:
        told["facts"] = reported
    _report(parent_home, UUID(parent), told, key=f"report:{row['matter']}:{row['seq']}")


def _report(home: str, matter: UUID, told: Plain, *, key: str) -> None:
    answer = services.act(home=home, matter=matter, action="child_reported", data=told, principal=SYSTEM, key=key)
    if isinstance(answer, Refusal):
        raise NotDoneError(_refused("child_reported", answer))


def _refused(what: str, refusal: Refusal) -> str:
    fields = ", ".join(part.field or part.code for part in refusal.details) or (refusal.field or "")
    return f"{what} refused: {refusal.code} {fields}".rstrip()


handles(NOTICE, _notice)
handles(OPEN_CHILD, _open_child)
handles(REPORT_CHILD, _report_child)
handles(parts.RECALL, parts.call_back)
handles(following.JOIN, following.tell_leader)
handles(following.ANSWER, following.tell_follower)
