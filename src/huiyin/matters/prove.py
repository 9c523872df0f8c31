"""One command that shows anyone that an act stands in the record unchanged: its place in the chain and under a root."""

from __future__ import annotations

from typing import Any

from huiyin.core import chain
from huiyin.core import reference as references
from huiyin.core.values import SYSTEM
from huiyin.matters import events as form
from huiyin.matters import sealing
from huiyin.matters.access import reading_as
from huiyin.matters.models import Event, Matter, Root, Sealed

Plain = dict[str, Any]


def prove(asked: str) -> Plain | None:
    """Return the proof for a reference (its last event) or for the head printed on a receipt; None when there is neither.

    ``ok`` holds only when every step was computed again and fits. An event younger than the last sealing has no root
    yet: ``root`` is None and ``ok`` speaks of the chain alone.
    """
    with reading_as(SYSTEM):
        event = _event(asked)
        if event is None:
            return None
        history = list(Event.objects.filter(home=event.home, matter=event.matter).order_by("seq"))
        reference = Matter.objects.filter(home=event.home, id=event.matter).values_list("reference", flat=True).first()
        sealed = Sealed.objects.filter(home=event.home, id=event.id).first()
        under = None if sealed is None or sealed.root is None else _under_root(sealed, sealed.root, bytes(event.hash))
    broken = _first_break(history)
    proof: Plain = {
        "home": event.home,
        "matter": str(event.matter),
        "reference": reference,
        "seq": event.seq,
        "events": len(history),
        "event_hash": bytes(event.hash).hex(),
        "previous": bytes(event.prev).hex(),
        "recorded_at": form.instant(event.now),
        "chain_ok": broken is None,
        "broken_at": broken,
        "root": None,
        **(under or {}),
    }
    proof["ok"] = broken is None and (under is None or (under["included"] and under["head_ok"] and under["published"] is not False))
    return proof


def _event(asked: str) -> Event | None:
    digits = references.normalise(asked)
    if digits is not None:
        matter = Matter.objects.filter(reference=digits).first()
        return None if matter is None else Event.objects.filter(home=matter.home, matter=matter.id, seq=matter.version).first()
    try:
        head = bytes.fromhex(asked.strip())
    except ValueError:
        return None
    return Event.objects.filter(hash=head).first()


def _first_break(history: list[Event]) -> int | None:
    previous = chain.GENESIS
    for expected, event in enumerate(history, start=1):
        columns = {
            **{name: getattr(event, name) for name in form.COLUMNS},
            "id": str(event.id),
            "matter": str(event.matter),
            "at": form.instant(event.at),
            "now": form.instant(event.now),
            "order": None if event.order is None else str(event.order),
            "prev": bytes(event.prev).hex(),
        }
        if event.seq != expected or bytes(event.prev) != previous or form.event_hash(columns) != bytes(event.hash):
            return event.seq
        previous = bytes(event.hash)
    return None


def _under_root(sealed: Sealed, number: int, event_hash: bytes) -> Plain:
    root = Root.objects.get(home=sealed.home, number=number)
    ids = list(Sealed.objects.filter(home=sealed.home, root=number).order_by("position").values_list("id", flat=True))
    hashes = dict(Event.objects.filter(home=sealed.home, id__in=ids).values_list("id", "hash"))
    leaves = [bytes(hashes[id_]) for id_ in ids if id_ in hashes]
    place = sealed.position or 0
    path = chain.inclusion_proof(leaves, place) if place < len(leaves) else ()
    tree_root = bytes(root.tree_root)
    before = Root.objects.filter(home=sealed.home, number=root.number - 1).first()
    previous = chain.GENESIS if before is None else bytes(before.head)
    head = chain.sealed_head(previous, tree_root, root.size, form.instant(root.sealed_at))
    lines = [line for line in sealing.published(sealed.home) if line["number"] == root.number]
    return {
        "root": sealing.as_line(root),
        "position": place,
        "proof": [step.hex() for step in path],
        "included": chain.verify_inclusion(event_hash, place, root.size, path, tree_root),
        "head_ok": head == bytes(root.head) and previous == bytes(root.previous),
        # None: not published on this machine yet.
        "published": None if not lines else lines[-1]["head"] == bytes(root.head).hex(),
    }
