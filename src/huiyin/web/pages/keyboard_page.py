"""The page on which the keys of one letter are switched on, off and changed."""

from __future__ import annotations

from collections.abc import Mapping
from string import ascii_uppercase

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from huiyin.city.models import Account
from huiyin.core.values import Principal, Refusal, Text
from huiyin.ui.forms import Option, Question, problems_of
from huiyin.web.pages import kept
from huiyin.web.pages.desk import staff_only
from huiyin.web.pages.keyboard import KEYS, of
from huiyin.web.pages.show import show

PLACE = "keys"


@staff_only
@require_http_methods(["GET", "HEAD", "POST"])
def page(request: HttpRequest, principal: Principal) -> HttpResponse:
    """Show the keys, switch them on or off, change them."""
    if request.method == "POST":
        return _set(request)
    raw, refusal = kept.kept(request, PLACE)
    mine = of(request)
    problems = problems_of(refusal)
    on = (raw or {}).get("on", "yes" if mine.on else "")
    questions = [
        Question("on", Text("使用单键快捷键", "Use keys of one letter"), "tick", value=on),
        *(
            Question(
                f"key.{key.name}",
                key.label,
                "select",
                error=problems.by_field.get(f"key.{key.name}"),
                value=(raw or {}).get(f"key.{key.name}", key.letter),
                options=tuple(
                    Option(letter, Text(letter, letter), letter == (raw or {}).get(f"key.{key.name}", key.letter))
                    for letter in ascii_uppercase
                ),
            )
            for key in mine.keys
        ),
    ]
    context = {"questions": questions, "told": kept.told(request), "here": "inbox"}
    return show(request, "web/desk/keys.html", context, frame="staff", refusal=refusal, questions=questions)


def _set(request: HttpRequest) -> HttpResponse:
    raw = kept.posted(request)
    here = HttpResponseRedirect(reverse("desk-keys"))
    letters = {name: raw.get(f"key.{name}", "") for name in KEYS}
    refusal = _refusal(letters)
    account = request.user
    if refusal is not None or not isinstance(account, Account):
        kept.keep(request, PLACE, raw, refusal)
        return here
    kept.drop(request, PLACE)
    account.settings = {**account.settings, "keys": {"on": raw.get("on") == "yes", "letters": letters}}
    account.save(update_fields=["settings"])
    on = raw.get("on") == "yes"
    kept.tell(request, Text("快捷键已打开。", "The keys are on.") if on else Text("快捷键已关闭。", "The keys are off."))
    return here


def _refusal(letters: Mapping[str, str]) -> Refusal | None:
    wrong: list[Refusal] = []
    taken: dict[str, str] = {}
    for name, letter in letters.items():
        label = KEYS[name][0]
        if len(letter) != 1 or letter not in ascii_uppercase:
            wrong.append(Refusal("key", Text(f"“{label.zh}”要选一个字母。", f"“{label.en}” takes a letter."), f"key.{name}"))
        elif letter in taken:
            other = KEYS[taken[letter]][0]
            text = Text(
                f"字母{letter}已经给了“{other.zh}”，“{label.zh}”请换一个。",
                f"{letter} is taken by “{other.en}”; choose another for “{label.en}”.",
            )
            wrong.append(Refusal("key", text, f"key.{name}"))
        else:
            taken[letter] = name
    if not wrong:
        return None
    return wrong[0] if len(wrong) == 1 else Refusal("keys", Text("有几个键要改。", "Some keys need a change."), details=tuple(wrong))
