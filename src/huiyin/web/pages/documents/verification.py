"""The page a QR code on paper opens: genuine or not, and whether it still counts. It shows nothing of what the paper says.

It also takes a PDF: whether it was sealed here, whether anything in it was changed since, and which paper it is. The file is
looked at and not kept.
"""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from huiyin.core.paper_codes import code_of, hash_start
from huiyin.core.values import Refusal, Text
from huiyin.papers import verifying
from huiyin.papers.kinds import MAX_BYTES
from huiyin.ui.forms import Question, problems_of
from huiyin.web.client import address_of
from huiyin.web.pages.show import show

NO_CODE = Refusal(
    "no_code",
    Text(
        "核对码是16位字母和数字，印在文书右上角二维码旁边。请对照再输一次；空格和横线可以不输。",
        "The code has 16 letters and figures and stands beside the QR code in the upper right corner. Type it again; dashes do not matter.",
    ),
    field="code",
)


FILE_HINT = Text(
    f"从这里下载的、没有动过的文件。最大{MAX_BYTES // 2**20} MB，看完就丢，不保存。",
    f"The file as it was downloaded here. At most {MAX_BYTES // 2**20} MB; it is looked at and not kept.",
)
NO_FILE = Refusal("no_file", Text("请先选一个PDF文件。", "Choose a PDF first."), field="file")
TOO_LARGE = Refusal(
    "file",
    Text(f"文件超过{MAX_BYTES // 2**20} MB，没有核对。", f"The file is over {MAX_BYTES // 2**20} MB and was not checked."),
    field="file",
)


@require_http_methods(["GET", "HEAD", "POST"])
def ask(request: HttpRequest) -> HttpResponse:
    """Ask for the code on a sheet or for a PDF, or check a PDF that was sent."""
    if request.method == "POST":
        return _of_file(request)
    typed = request.GET.get("code", "")[:60]
    if typed and hash_start(typed) is not None:
        return HttpResponseRedirect(reverse("verify-code", args=["".join(typed.upper().split())]))
    refusal = NO_CODE if "code" in request.GET else None
    return _form(request, typed, refusal)


@require_safe
def verify(request: HttpRequest, code: str) -> HttpResponse:
    """Say what the sheet with this code is."""
    start = hash_start(code)
    if start is None:
        return _form(request, code[:60], NO_CODE)
    found = verifying.verify(code, address_of(request))
    if isinstance(found, int):
        wait = Text(f"核对码输错多次，请{found}秒后再试。", f"Too many wrong codes; try again in {found} seconds.")
        answer = _form(request, code[:60], Refusal("slow_down", wait, field="code"), status=429)
        answer["Retry-After"] = str(found)
        return answer
    context = {"found": found, "code": code_of(start), "counts": found is not None and not found.voided and not found.corrected}
    answer = show(request, "web/documents/verified.html", context, frame="resident", status=200 if found is not None else 404)
    answer["X-Robots-Tag"] = "noindex"
    return answer


def _of_file(request: HttpRequest) -> HttpResponse:
    """Say what a PDF is that somebody hands in."""
    from huiyin.papers.integrity.keys import certificates
    from huiyin.papers.integrity.seal import inspect

    sent = request.FILES.get("file")
    if sent is None or not sent.size or sent.size > MAX_BYTES:
        return _form(request, "", NO_FILE if sent is None or not sent.size else TOO_LARGE, status=400)
    inspected = inspect(sent.read(), certificates(settings.HOME))
    found = verifying.verify(inspected.code, address_of(request)) if inspected.code else None
    context = {
        "inspected": inspected,
        "found": None if isinstance(found, int) else found,
        "counts": isinstance(found, verifying.Verified) and not found.voided and not found.corrected,
    }
    answer = show(request, "web/documents/verified_file.html", context, frame="resident")
    answer["X-Robots-Tag"] = "noindex"
    return answer


def _form(request: HttpRequest, typed: str, refusal: Refusal | None, status: int = 200) -> HttpResponse:
    problems = problems_of(refusal).by_field
    question = Question(
        "code",
        Text("文书右上角的核对码", "The code in the upper right corner of the paper"),
        "line",
        hint=Text("16位字母和数字，例如 7K3Q-8M2N-4P6R-9TXW。", "16 letters and figures, such as 7K3Q-8M2N-4P6R-9TXW."),
        error=problems.get("code"),
        value=typed,
    )
    file = Question("file", Text("PDF文件", "The PDF"), "file", hint=FILE_HINT, error=problems.get("file"), mode=".pdf")
    context = {"questions": [question], "file": [file]}
    shown = [question, file]
    return show(request, "web/documents/verify.html", context, frame="resident", refusal=refusal, questions=shown, status=status)
