"""The list of packs, putting a version forward, the versions of one pack and the way back."""

from __future__ import annotations

from uuid import UUID

from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from huiyin.city import pack_contents, pack_proposals, pack_queries
from huiyin.core.rights import may_keep_packs
from huiyin.core.values import Principal, Refusal, Text
from huiyin.ui.forms import Option, Question, problems_of
from huiyin.ui.language import language_of
from huiyin.web.pages import kept
from huiyin.web.pages.desk import staff_only
from huiyin.web.pages.errors import not_found
from huiyin.web.pages.packs import handing_in
from huiyin.web.pages.show import show
from huiyin.workers import packs as working

LATEST = 12
REASON_HINT = Text(
    "写明依据，例如文件名称和日期。复核的人和以后的人都看得到。",
    "Name what it rests on, such as a notice and its date. Reviewers and successors read it.",
)


@require_safe
@staff_only
def packs(request: HttpRequest, principal: Principal) -> HttpResponse:
    """Show what is in use, what waits, and the latest steps."""
    if not may_keep_packs(principal):
        return not_found(request)
    found = pack_queries.proposals(principal)
    context = {
        "used": pack_queries.in_use(principal),
        "open": [one for one in found if one.state in pack_queries.OPEN],
        "steps": pack_queries.steps(principal)[:LATEST],
        "told": kept.told(request),
        "here": "packs",
    }
    return show(request, "web/packs/packs.html", context, frame="staff")


@require_http_methods(["GET", "HEAD", "POST"])
@staff_only
def new(request: HttpRequest, principal: Principal) -> HttpResponse:
    """Put a version forward: changed files or a whole pack, with a reason."""
    if not may_keep_packs(principal):
        return not_found(request)
    mended = _mended(request, principal)
    if request.method == "POST":
        return _proposed(request, principal, mended)
    raw, refusal = kept.kept(request, _place(mended))
    questions = _questions(principal, raw or {}, refusal, mended)
    context = {"questions": questions, "mended": mended, "here": "packs"}
    return show(request, "web/packs/new.html", context, frame="staff", refusal=refusal, questions=questions)


@require_http_methods(["GET", "HEAD", "POST"])
@staff_only
def versions(request: HttpRequest, principal: Principal, pack: str) -> HttpResponse:
    """Show the files of a pack in use and its earlier versions; put one of those forward again."""
    used = next((one for one in pack_queries.in_use(principal) if one.pack == pack), None)
    if used is None or not may_keep_packs(principal):
        return not_found(request)
    place = f"pack-back:{pack}"
    if request.method == "POST":
        return _back(request, principal, pack, place)
    raw, refusal = kept.kept(request, place)
    earlier = pack_queries.earlier(principal, pack)
    questions = _back_questions(earlier, raw or {}, refusal) if earlier else []
    context = {
        "pack": used,
        "files": pack_queries.files(principal, used.content),
        "steps": pack_queries.steps(principal, pack=pack),
        "questions": questions,
        "told": kept.told(request),
        "here": "packs",
    }
    return show(request, "web/packs/pack.html", context, frame="staff", refusal=refusal, questions=questions)


def _mended(request: HttpRequest, principal: Principal) -> pack_queries.Proposal | None:
    """Return the open proposal that a new one is to take the place of, if one's own is named."""
    try:
        found = pack_queries.get(principal, UUID(request.GET.get("mend", "")))
    except ValueError:
        return None
    return found if found is not None and found.own and found.state in ("proving", "unsound", "sound") else None


def _place(mended: pack_queries.Proposal | None) -> str:
    return "pack-new" if mended is None else f"pack-new:{mended.id}"


def _questions(principal: Principal, raw: dict[str, str], refusal: Refusal | None, mended: pack_queries.Proposal | None) -> list[Question]:
    errors = problems_of(refusal).by_field
    asked: list[Question] = []
    used = [one for one in pack_queries.in_use(principal) if one.content]
    if mended is None:
        chosen = raw.get("pack") or (used[0].pack if len(used) == 1 else "")
        options = tuple(
            Option(one.pack, Text(f"{one.title.zh}（{one.pack}）", f"{one.title.en} ({one.pack})"), one.pack == chosen) for one in used
        )
        asked.append(Question("pack", Text("哪个规则包", "Which pack"), "radios", error=errors.get("pack"), options=options))
    asked += [
        Question(
            "files",
            Text("改好的文件", "Changed files"),
            "file",
            hint=Text(
                "一个或者几个文件，UTF-8编码；或者整个包的ZIP。没有交的文件不变。",
                "One or several files in UTF-8, or a ZIP of the whole pack. Files you do not hand in stay as they are.",
            ),
            error=errors.get("files"),
            value=raw.get("files", ""),
            mode=".yaml,.csv,.geojson,.md,.txt,.zip",
        ),
        Question(
            "folder",
            Text("放在哪个文件夹", "Into which folder"),
            "line",
            hint=Text(
                "只有新文件，或者几个文件夹里有同名的，才要写。例如 papers。",
                "Only for a new file, or where several folders have one of that name. For example papers.",
            ),
            error=errors.get("folder"),
            value=raw.get("folder", ""),
            required=False,
        ),
        Question("reason", Text("为什么改", "Why"), "long", hint=REASON_HINT, error=errors.get("reason"), value=raw.get("reason", "")),
    ]
    return asked


def _proposed(request: HttpRequest, principal: Principal, mended: pack_queries.Proposal | None) -> HttpResponse:
    raw = kept.posted(request)
    pack = mended.pack if mended is not None else raw.get("pack", "")
    used = next((one for one in pack_queries.in_use(principal) if one.pack == pack and one.content), None)
    if used is None:
        return _again(request, mended, raw, Refusal("pack", Text("请选一个规则包。", "Choose a pack."), field="pack"))
    base = pack_contents.files_of(used.content if mended is None else mended.content)
    uploads = [one for one in request.FILES.getlist("files") if isinstance(one, UploadedFile)]
    handed: handing_in.Handed | Refusal
    if not uploads and raw.get("files"):
        handed = _kept_before(pack, raw["files"])
    else:
        handed = handing_in.read(uploads, pack, base, raw.get("folder", ""))
    if isinstance(handed, Refusal):
        return _again(request, mended, {**raw, "files": ""}, handed)
    made = pack_proposals.propose(
        principal=principal,
        pack=pack,
        files=handed.files,
        reason=raw.get("reason", ""),
        base=used.content if mended is None else mended.base,
        origin=handed.origin,
        instead_of=None if mended is None else mended.id,
    )
    if isinstance(made, Refusal):
        # The upload itself was good: it is kept, so that only what was wrong is typed again.
        label = pack_contents.named_in(handed.files)[1]
        content = "" if made.field == "files" else pack_contents.keep(pack, label, handed.files)
        return _again(request, mended, {**raw, "files": content}, made)
    kept.drop(request, _place(mended))
    if handed.left_out:
        names = "、".join(handed.left_out[:5])
        kept.tell(request, Text(f"不属于规则包，没有收：{names}", f"No part of a pack, left out: {names}"), "wait")
    working.ask_proof(made, principal, language_of(request))
    return HttpResponseRedirect(reverse("pack-proposal", args=[made]))


def _kept_before(pack: str, content: str) -> handing_in.Handed | Refusal:
    try:
        files = pack_contents.files_of(content)
    except (LookupError, pack_contents.AlteredError):
        return handing_in.NOTHING
    return handing_in.Handed(files) if pack_contents.hash_of(pack, files) == content else handing_in.NOTHING


def _again(request: HttpRequest, mended: pack_queries.Proposal | None, raw: dict[str, str], refusal: Refusal) -> HttpResponse:
    kept.keep(request, _place(mended), raw, refusal)
    return HttpResponseRedirect(request.get_full_path())


def _back_questions(earlier: tuple[pack_queries.Step, ...], raw: dict[str, str], refusal: Refusal | None) -> list[Question]:
    errors = problems_of(refusal).by_field
    chosen = raw.get("content") or (earlier[0].content if len(earlier) == 1 else "")
    options = tuple(
        Option(
            one.content,
            Text(f"{one.at:%Y-%m-%d} {one.said.zh}（{one.content[:12]}）", f"{one.at:%Y-%m-%d} {one.said.en} ({one.content[:12]})"),
            one.content == chosen,
        )
        for one in earlier
    )
    return [
        Question("content", Text("回到哪个版本", "Back to which version"), "radios", error=errors.get("content"), options=options),
        Question("reason", Text("为什么退回", "Why"), "long", hint=REASON_HINT, error=errors.get("reason"), value=raw.get("reason", "")),
    ]


def _back(request: HttpRequest, principal: Principal, pack: str, place: str) -> HttpResponse:
    raw = kept.posted(request)
    made: UUID | Refusal = Refusal("content", Text("请选一个版本。", "Choose a version."), field="content")
    if raw.get("content"):
        made = pack_proposals.roll_back(principal=principal, pack=pack, content=raw["content"], reason=raw.get("reason", ""))
    if isinstance(made, Refusal):
        kept.keep(request, place, raw, made)
        return HttpResponseRedirect(request.get_full_path())
    kept.drop(request, place)
    working.ask_proof(made, principal, language_of(request))
    return HttpResponseRedirect(reverse("pack-proposal", args=[made]))
