"""Changing packs without Git: one person puts a version forward, another reviews it, the office signs it.

Every step is a row of an append-only log, written in the transaction that takes it. Who proposed cannot review: the service
refuses it, and so does the database.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import date
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction

from huiyin import clock
from huiyin.city import pack_contents, pack_signing
from huiyin.city import queries as city
from huiyin.city.loading import writer
from huiyin.city.models import PackVersion
from huiyin.city.pack_models import (
    ACCEPTED,
    IN_USE_STEPS,
    PROVING,
    SENT_BACK,
    SOUND,
    STUCK,
    UNSOUND,
    WITHDRAWN,
    PackKey,
    PackProposal,
    PackStep,
)
from huiyin.core.rights import may_keep_packs
from huiyin.core.source import PackError, Problem, read_text
from huiyin.core.values import Principal, Refusal, Text
from huiyin.ids import uuid7

LONGEST_REASON = 2000
NOT_YOURS = Refusal("not_yours", Text("规则包由规则管理员提出和复核。", "Packs are put forward and reviewed by the pack keepers."))
NO_REASON = Refusal("reason", Text("请写明理由。", "Say why."), field="reason")
LONG_REASON = Refusal("reason", Text(f"理由最多{LONGEST_REASON}字。", f"At most {LONGEST_REASON} characters."), field="reason")
NOT_THERE = Refusal("not_there", Text("没有这个提议。", "There is no such proposal."))
OWN = Refusal(
    "four_eyes",
    Text("自己提出的，要由另一位规则管理员复核。", "What you proposed yourself is reviewed by another pack keeper."),
)
ALTERED = Refusal(
    "altered",
    Text(
        "存着的文件和提出时的指纹不一样，不能继续。请告诉系统管理员。",
        "The kept files are not what their fingerprint says; this cannot go on. Tell the system administrator.",
    ),
)


def propose(
    *,
    principal: Principal,
    pack: str,
    files: pack_contents.Files,
    reason: str,
    base: str = "",
    origin: str = "",
    instead_of: UUID | None = None,
    back: bool = False,
) -> UUID | Refusal:
    """Put a version of a pack in use forward. The same by the same person, while it is open, is one proposal.

    Files that cannot be read are kept with the proposal and named with their lines: nothing handed in is lost.

    Args:
        base: content it was made from; what is in use where it is left out.
        origin: the office whose signature came with it.
        instead_of: an open proposal of the same person that this one takes the place of.
        back: it brings an earlier content back.
    """
    refused = _may(principal, reason)
    if refused is not None:
        return refused
    used = PackVersion.objects.filter(pack=pack, in_use=True).first()
    if used is None:
        return Refusal(
            "not_in_use",
            Text(
                f"规则包“{pack}”没有在用。新的包先由系统管理员装入。",
                f"The pack “{pack}” is not in use. A new one is loaded by the administrator.",
            ),
            field="pack",
        )
    if not used.content:
        return Refusal(
            "not_kept",
            Text(
                "在用的版本没有留下文件。请系统管理员先运行一次 ./huiyin load。", "The files in use were not kept. Run ./huiyin load once."
            ),
        )
    named, label = pack_contents.named_in(files)
    content = pack_contents.hash_of(pack, files)
    if content == used.content:
        return Refusal(
            "same", Text("和在用的版本一模一样，没有可提的。", "It is the very version in use; there is nothing to propose."), field="files"
        )
    problems = _unreadable(pack, files, pack_contents.files_of(used.content))
    if named and named != pack:
        problems.append(_other_name(pack, named))
    account = UUID(principal.id)
    try:
        with transaction.atomic():
            pack_contents.keep(pack, label, files)
            made = PackProposal.objects.create(
                id=uuid7(),
                pack=pack,
                content_id=content,
                base=base or used.content,
                back=back,
                origin=origin[:120],
                reason=reason.strip(),
                state=UNSOUND if problems else PROVING,
                problems=plain_problems(problems),
                proposed_by_id=account,
                proposed_at=clock.now(),
            )
            _step(made, "proposed", principal, reason)
            if problems:
                _step(made, UNSOUND, None, told={"problems": len(problems)})
            if instead_of is not None:
                _replaced(instead_of, made, principal)
    except IntegrityError:
        same = PackProposal.objects.filter(
            pack=pack, content_id=content, proposed_by_id=account, state__in=(PROVING, SOUND, ACCEPTED)
        ).first()
        if same is None:
            raise
        return same.id
    return made.id


def roll_back(*, principal: Principal, pack: str, content: str, reason: str) -> UUID | Refusal:
    """Put an earlier content of a pack forward again; once another person accepts it, it takes force at once."""
    refused = _may(principal, reason)
    if refused is not None:
        return refused
    if not PackStep.objects.filter(pack=pack, content=content, kind__in=IN_USE_STEPS).exists():
        return Refusal("never_in_use", Text("这个版本没有生效过。", "That version never was in force."), field="content")
    try:
        files = pack_contents.files_of(content)
    except (LookupError, pack_contents.AlteredError):
        return ALTERED
    return propose(principal=principal, pack=pack, files=files, reason=reason, back=True)


def proven(proposal: UUID, problems: Sequence[Problem], scenarios: int, proven_with: str) -> None:
    """Write down what the proof of a proposal found; one that was decided about meanwhile stays as it is."""
    with transaction.atomic():
        row = PackProposal.objects.select_for_update().filter(id=proposal, state=PROVING).first()
        if row is None:
            return
        row.state = UNSOUND if problems else SOUND
        row.problems, row.scenarios, row.proven_with = plain_problems(problems), scenarios, proven_with
        row.save(update_fields=["state", "problems", "scenarios", "proven_with"])
        _step(row, row.state, None, told={"problems": len(problems), "scenarios": scenarios})


def accept(*, principal: Principal, proposal: UUID, content: str, reason: str, on: date | None) -> Refusal | None:
    """Accept a sound proposal of somebody else and sign it; it takes force at the first instant of day ``on``.

    Args:
        content: what the reviewer looked at.
        on: the day; one that brings an earlier content back takes force at once.
    """
    refused = _may(principal, reason)
    if refused is not None:
        return refused
    try:
        with transaction.atomic():
            row = PackProposal.objects.select_for_update().filter(id=proposal).first()
            refused = NOT_THERE if row is None else _acceptable(row, principal, content, on)
            if refused is not None or row is None:
                return refused
            label = row.content.label
            row.state, row.reviewed_by_id, row.reviewed_at = ACCEPTED, UUID(principal.id), clock.now()
            row.takes_force_on = city.today() if row.back else on
            row.signature, row.signed_by = pack_signing.sign(row.pack, label, row.content_id), own_key().fingerprint
            row.save(update_fields=["state", "reviewed_by", "reviewed_at", "takes_force_on", "signature", "signed_by"])
            _step(row, "accepted", principal, reason, told={"takes_force_on": str(row.takes_force_on), "signed_by": row.signed_by})
    except IntegrityError:
        return Refusal(
            "day_taken",
            Text(
                "这一天已有这个包的另一个版本要生效。请换一天。", "Another version of this pack takes force that day. Choose another day."
            ),
            field="on",
        )
    return None


def send_back(*, principal: Principal, proposal: UUID, content: str, reason: str) -> Refusal | None:
    """Send somebody else's open proposal back with a reason."""
    refused = _may(principal, reason)
    if refused is not None:
        return refused
    with transaction.atomic():
        row = PackProposal.objects.select_for_update().filter(id=proposal).first()
        if row is None:
            return NOT_THERE
        if str(row.proposed_by_id) == principal.id:
            return OWN
        if row.state not in (SOUND, UNSOUND, PROVING):
            return _over(row)
        if row.content_id != content:
            return ALTERED
        row.state, row.reviewed_by_id, row.reviewed_at = SENT_BACK, UUID(principal.id), clock.now()
        row.save(update_fields=["state", "reviewed_by", "reviewed_at"])
        _step(row, "sent_back", principal, reason)
    return None


def withdraw(*, principal: Principal, proposal: UUID, reason: str) -> Refusal | None:
    """Take one's own open proposal back, or stop one that waits for its day: stopping needs one person, changing needs two."""
    refused = _may(principal, reason)
    if refused is not None:
        return refused
    with transaction.atomic():
        row = PackProposal.objects.select_for_update().filter(id=proposal).first()
        if row is None:
            return NOT_THERE
        if row.state not in (PROVING, SOUND, UNSOUND, ACCEPTED, STUCK):
            return _over(row)
        if row.state not in (ACCEPTED, STUCK) and str(row.proposed_by_id) != principal.id:
            return Refusal(
                "not_own", Text("只有提出的人能收回；复核的人可以退回。", "Only who proposed it takes it back; a reviewer sends it back.")
            )
        row.state = WITHDRAWN
        row.save(update_fields=["state"])
        _step(row, "withdrawn", principal, reason)
    return None


def own_key() -> PackKey:
    """Return the office's own key, made known on first use."""
    public = pack_signing.own_public()
    known = PackKey.objects.using(writer())
    row, _made = known.get_or_create(
        fingerprint=pack_signing.fingerprint(public), defaults={"public": public, "name": "", "own": True, "since": clock.now()}
    )
    return row


def trust(*, public: str, name: str) -> PackKey | Refusal:
    """Trust another office's public key, for packs that come with its signature; the operator's, at the command line."""
    try:
        mark = pack_signing.fingerprint(public.strip())
    except ValueError:
        return Refusal("bad_key", Text("公钥是64位十六进制数。", "A public key is 64 hexadecimal digits."))
    if not name.strip():
        return Refusal("name", Text("请写这个机关的名称。", "Name the office."))
    row, _made = PackKey.objects.using(writer()).update_or_create(
        fingerprint=mark,
        defaults={"public": public.strip().lower(), "name": name.strip()[:120], "ended_at": None},
        create_defaults={"public": public.strip().lower(), "name": name.strip()[:120], "since": clock.now()},
    )
    return row


def origin_of(signature: Mapping[str, Any], pack: str, files: pack_contents.Files) -> str | Refusal:
    """Return the name of the office whose signature came with a package; a refusal where it does not hold."""
    key = PackKey.objects.filter(public=str(signature["key"]).lower(), ended_at=None).first()
    if key is None:
        return Refusal(
            "unknown_key",
            Text(
                f"这个包由本机关没有认可的公钥签名（{str(signature['key'])[:16]}……）。先由系统管理员核对并认可：./huiyin pack trust。",
                f"It is signed with a key this office does not trust ({str(signature['key'])[:16]}...). The administrator compares and "
                "trusts it first: ./huiyin pack trust.",
            ),
            field="files",
        )
    named, label = pack_contents.named_in(files)
    content = pack_contents.hash_of(pack, files)
    told = (signature["pack"], signature["label"], signature["content"])
    whole = told == (named, label, content)
    if not whole or not pack_signing.verify(key.public, str(signature["signature"]), pack=pack, label=label, content=content):
        return Refusal(
            "broken_signature",
            Text(
                "签名和包里的文件对不上：签名以后有人改过。没有收下。",
                "The signature does not fit the files: they were changed after it. Nothing was taken.",
            ),
            field="files",
        )
    return key.name or "-"


def signature_holds(row: PackProposal) -> bool:
    """Tell whether a proposal's files are what was signed, and the signature is one of a key trusted here."""
    key = PackKey.objects.filter(fingerprint=row.signed_by, ended_at=None).first()
    if key is None:
        return False
    return pack_signing.verify(key.public, row.signature, pack=row.pack, label=row.content.label, content=row.content_id)


def plain_problems(problems: Sequence[Problem]) -> list[dict[str, Any]]:
    """Return problems as JSON-ready rows."""
    return [asdict(one) for one in problems]


def _may(principal: Principal, reason: str) -> Refusal | None:
    if not may_keep_packs(principal):
        return NOT_YOURS
    if len(reason.strip()) < 2:
        return NO_REASON
    return LONG_REASON if len(reason) > LONGEST_REASON else None


def _acceptable(row: PackProposal, principal: Principal, content: str, on: date | None) -> Refusal | None:
    if str(row.proposed_by_id) == principal.id:
        return OWN
    if row.state == PROVING:
        return Refusal("proving", Text("还在检查，检查完才能接受。", "It is still being proven; wait until that is done."))
    if row.state == UNSOUND:
        return Refusal("unsound", Text("检查没有通过，不能接受，只能退回。", "It is not sound: it cannot be accepted, only sent back."))
    if row.state != SOUND:
        return _over(row)
    if row.content_id != content:
        return ALTERED
    try:
        pack_contents.files_of(row.content_id)
    except (LookupError, pack_contents.AlteredError):
        return ALTERED
    if row.back:
        return None
    if on is None:
        return Refusal("on", Text("请写哪天生效。", "Say on which day it takes force."), field="on")
    if on < city.today():
        return Refusal("past", Text("生效日不能早于今天。", "It cannot take force on a day gone by."), field="on")
    return base_refusal(row, on)


def base_refusal(row: PackProposal, on: date) -> Refusal | None:
    """Return why a proposal would undo somebody else's change: it was made from another version than the one in use by then."""
    before = (
        PackProposal.objects.filter(pack=row.pack, state=ACCEPTED, takes_force_on__lt=on)
        .exclude(id=row.id)
        .order_by("takes_force_on")
        .last()
    )
    used = PackVersion.objects.filter(pack=row.pack, in_use=True).values_list("content", flat=True).first()
    if row.base == (used if before is None else before.content_id):
        return None
    return Refusal(
        "base_moved",
        Text(
            "提出以后，这个包已有别的改动。请从现在的版本重新提，免得把那处改动冲掉。",
            "The pack has changed since this was put forward. Propose it anew from the present version, so that the other change is kept.",
        ),
    )


def _over(row: PackProposal) -> Refusal:
    return Refusal("over", Text("这个提议已经有了结果。", "This proposal was decided already."), details=())


def _replaced(earlier: UUID, made: PackProposal, principal: Principal) -> None:
    row = PackProposal.objects.select_for_update().filter(id=earlier, proposed_by_id=UUID(principal.id)).first()
    if row is None or row.id == made.id or row.state not in (PROVING, SOUND, UNSOUND):
        return
    row.state = WITHDRAWN
    row.save(update_fields=["state"])
    _step(row, "replaced", principal, told={"by": str(made.id)})


def _step(row: PackProposal, kind: str, principal: Principal | None, why: str = "", told: Mapping[str, Any] | None = None) -> None:
    PackStep.objects.create(
        pack=row.pack,
        proposal_id=row.id,
        content=row.content_id,
        kind=kind,
        by_id=None if principal is None else UUID(principal.id),
        unit="" if principal is None else principal.unit or "",
        at=clock.now(),
        why=why.strip(),
        told=dict(told or {}),
    )


def stuck(row: PackProposal, why: Text, problems: Sequence[Problem] = ()) -> None:
    """Write down that an accepted proposal could not take force, and why; people decide what comes next."""
    with transaction.atomic():
        if PackProposal.objects.filter(id=row.id, state=ACCEPTED).update(state=STUCK, problems=plain_problems(problems)):
            _step(row, "stuck", None, told=why.to_plain())


def _unreadable(pack: str, files: pack_contents.Files, used: pack_contents.Files) -> list[Problem]:
    """Return what cannot be read among the files that differ from those in use; the proof finds everything else."""
    problems: list[Problem] = []
    for path, data in sorted(files.items()):
        if path.endswith(".yaml") and used.get(path) != data:
            try:
                read_text(data, f"{pack}/{path}")
            except PackError as error:
                problems += error.problems
    if "pack.yaml" not in files:
        text, mend = Text("没有pack.yaml。", "There is no pack.yaml."), Text("请补上。", "Add it.")
        problems.append(Problem(f"{pack}/pack.yaml", 0, "format", text, mend))
    return problems


def _other_name(pack: str, named: str) -> Problem:
    text = Text(f"这是“{named}”的文件，不是“{pack}”的。", f"These are files of “{named}”, not of “{pack}”.")
    return Problem(f"{pack}/pack.yaml", 0, "reference", text, Text("请选对规则包。", "Choose the right pack."))
