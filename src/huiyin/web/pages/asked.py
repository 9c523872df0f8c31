"""What each page of a report asks, and the answers as they are checked before sending."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, replace
from typing import Any

from huiyin import clock
from huiyin.city import places as tree
from huiyin.city import queries as city
from huiyin.city.models import Unit
from huiyin.core.packs import Library
from huiyin.core.procedure import FormEntry, Procedure
from huiyin.core.values import Refusal, Text
from huiyin.intake import pictures
from huiyin.papers.kinds import ACCEPTED
from huiyin.ui import forms
from huiyin.ui.facts import Fact, fact_of
from huiyin.ui.forms import Option, Question, Sources
from huiyin.web.pages import journeys, places
from huiyin.web.pages.drafts import Draft
from huiyin.web.pages.journeys import Step

PLACE = "f.place"
NO_KIND = Text(
    "请选一类；说不清，就选单子里带“说不清”的一项。", "Choose one; if you cannot tell, take one of the list that says “cannot tell”."
)
NOT_LISTED = Text("都不是，我自己选", "None of these; I will choose")
MOST_ADDRESS = 500
# A landline begins with another digit or with the 0 of its area; short service numbers are 110, 120, 12345 and the like.
MOBILE, MOBILE_DIGITS = re.compile(r"1[3-9]\d{4,}"), 11
NONE_TAKEN = Text(
    "查到了几个地方，请选一个；都不对，就选最后一项。", "Places were found; choose one of them, or the last line if none is right."
)
NO_BODY = Text("请选一个单位；拿不准的，打电话问清再选。", "Choose a body; call if you are not sure which.")
COMMITTEE_OF = Text(
    "请选社区，至少选一个区：调解由当地的人民调解委员会做。",
    "Choose the community, or at least the district: the committee there mediates.",
)
BODY_OF = Text(
    "请选社区，至少选一个区：按地点定由哪里的单位受理。",
    "Choose the community, or at least the district: the place settles which body takes it.",
)
NO_PLACE = Text("上面没有写地址，请写在这里。", "No address was given above; please write it here.")
NOTHING_SAID = Text("请说几句是什么事。", "Say in a few words what it is about.")


@dataclass(frozen=True, slots=True)
class Answer:
    """One line of the page where answers are checked."""

    fact: Fact
    step: str


def of_step(
    library: Library, procedure: Procedure, draft: Draft, here: Step, problems: forms.Problems, *, alone: bool = False
) -> list[Question]:
    """Return the questions of one page; ``alone`` when every page is one, so that an answer before it may not be known yet."""
    if here.name == "kind":
        return kinds(library, draft, problems)
    if here.name == "where":
        return [
            *wheres(draft, problems),
            *(
                _where_it_matters(library, draft, forms.question(procedure, entry, draft.raw, Sources(own=True), problems))
                for entry in here.entries
            ),
        ]
    if here.name == "unit":
        return [bodies(library, procedure, draft, problems)]
    questions = [forms.question(procedure, entry, draft.raw, Sources(own=True), problems) for entry in here.entries]
    questions = [one for asked in questions for one in (*_same_address(draft, asked, alone), asked)]
    if len(questions) == 1 and questions[0].label == here.title:
        questions = [replace(questions[0], quiet=True)]
    if here.name == "what":
        questions.append(photographs(problems))
    return questions


def _where_it_matters(library: Library, draft: Draft, asked: Question) -> Question:
    """Return a question about whose the matter is; where no topic is chosen yet it says what it is asked for."""
    topics = [library.topics[topic].label for topic in journeys.turning_on(library, draft, asked.name.removeprefix("f."))]
    if not topics:
        return asked
    zh, en = "、".join(one.zh for one in topics), ", ".join(one.en for one in topics)
    return replace(asked, hint=Text(f"反映这些事的才要答：{zh}。", f"To be answered for these only: {en}."))


def _same_address(draft: Draft, asked: Question, alone: bool) -> tuple[Question, ...]:
    """Return the tick that stands before the question for one's address when the place was written already."""
    written = places.written(division(draft), draft.raw.get(f"{PLACE}.detail", ""))
    if asked.name != journeys.ADDRESS or not (written or alone):
        return ()
    label = Text("我的地址就是上面写的地方", "My address is the place above")
    if not alone:
        label = Text(f"我的地址就是刚才写的地方：{written}", f"My address is the place I gave: {written}")
    return (Question(journeys.SAME_ADDRESS, label, "tick", value=draft.raw.get(journeys.SAME_ADDRESS, ""), required=False),)


def photographs(problems: forms.Problems) -> Question:
    """Return the question for pictures."""
    return Question(
        "pictures",
        Text("照片或者文件", "Photographs or documents"),
        "file",
        hint=Text(
            f"最多{pictures.MOST}个，JPEG、PNG或者PDF。照片里的拍摄地点和时间会去掉。没有照片也照样办。",
            f"Up to {pictures.MOST}: JPEG, PNG or PDF. Where and when a photograph was taken is removed. None is needed.",
        ),
        error=problems.by_field.get("pictures"),
        required=False,
        mode=ACCEPTED,
    )


def kinds(library: Library, draft: Draft, problems: forms.Problems) -> list[Question]:
    """Return the question what kind of matter it is; a proposal is always asked about, never taken."""
    chosen = draft.raw.get("topic", "")
    near = journeys.suggestions(library, journeys.said(library, draft), draft.kind)
    if chosen in library.topics and chosen not in near and "topic_carried" in draft.raw:
        near = (chosen, *near[: journeys.SUGGESTED - 1])
    error = problems.by_field.get("topic")
    listed = topics(library, draft.kind, draft.raw.get("topic_other", chosen))
    if not near:
        return [Question("topic", Text("选最接近的一类", "Choose what is nearest"), "select", error=error, options=listed)]
    options = tuple(Option(key, named(library, key), key == chosen) for key in near)
    options = (*options, Option("other", NOT_LISTED, chosen == "other"))
    first = named(library, near[0])
    label = Text(f"看起来像：{first.zh}。对吗？", f"It looks like: {first.en}. Is that right?")
    return [
        Question("topic", label, "radios", error=error, options=options),
        Question("topic_other", Text("都不是的，在这里选", "If none of these, choose here"), "select", options=listed, required=False),
    ]


def topics(library: Library, kind: str, chosen: str) -> tuple[Option, ...]:
    """Return every topic that can be chosen for a draft of that kind."""
    every = [topic for topic in library.topics.values() if journeys.fits(library, kind, topic.key)]
    return tuple(Option(topic.key, named(library, topic.key), topic.key == chosen) for topic in every)


def named(library: Library, topic: str) -> Text:
    """Return what a topic is called where it can be chosen: a whole line of work says that it is one."""
    label = library.topics[topic].label
    return label if "." in topic else Text(f"{label.zh}（说不清是哪种）", f"{label.en} (cannot tell which)")


def wheres(draft: Draft, problems: forms.Problems) -> list[Question]:
    """Return the questions where it is: an address first, and a district for who cannot tell."""
    raw = draft.raw
    prefilled = raw.get(f"{PLACE}.division", "")
    asked = forms.place(
        Text("地址或者附近的标志", "Address or a landmark nearby"),
        PLACE,
        raw,
        Sources(places=places.found),
        hint=Text(
            "例如：晨光三街2号楼门前。写上社区或者街道的名字，查得更准。",
            "For example: in front of building 2. Name the community or the street to find it sooner; their names are found in Chinese, "
            "as the signs have them.",
        ),
        required=False,
        error=problems.by_field.get("place") or problems.by_field.get(f"place.{forms.FOUND}"),
    )
    name = places.name_of(prefilled)
    if name is not None and not asked.options:
        asked = forms.with_options(asked, (Option(prefilled, name, True), Option("", forms.CANNOT_TELL)))
    area = Question(
        "area",
        Text("说不清是哪个社区的，选一个区", "If you cannot tell the community, choose the district"),
        "select",
        hint=None
        if draft.kind != journeys.REPORT
        else Text("都说不清也可以直接继续，由工作人员来确定。", "If you cannot tell at all, go on; staff will place it."),
        error=problems.by_field.get("area"),
        options=tuple(Option(code, label, code == raw.get("area")) for code, label in places.districts()),
        required=False,
    )
    return [asked, area]


def wrong(library: Library, draft: Draft, here: Step) -> Refusal | None:
    """Return what is wrong with the answers of one page, or None."""
    procedure = journeys.asked_in(library, draft)
    if here.name == "kind":
        chosen = draft.raw.get("topic") or draft.raw.get("topic_other")
        if journeys.topic_of(library, draft) != chosen and draft.raw.get("topic") != "other":
            return Refusal("required", NO_KIND, field="topic")
        return None
    if here.name == "where":
        beside = forms.typed(procedure, here.entries, draft.raw, library.zone)
        return _wrong_place(draft) or journeys.check(procedure, here.entries, beside, library)
    if here.name == "unit":
        known = {unit.id for unit in _bodies(library, procedure, draft)}
        return None if draft.raw.get("unit") in known else Refusal("required", NO_BODY, field="unit")
    if any(entry.field == "said" for entry in here.entries) and not draft.raw.get("f.said", "").strip():
        return Refusal("required", NOTHING_SAID, field="said")
    if any(entry.field == "phone" for entry in here.entries) and (digits := _short_mobile(draft.raw.get("f.phone", ""))):
        return Refusal(
            "bad_value",
            Text(
                f"手机号是11位，您填了{digits}位，请数一数。", f"A mobile number has 11 digits; this one has {digits}. Please count them."
            ),
            field="phone",
        )
    answered = journeys.with_address(draft.raw, division(draft))
    ticked = journeys.SAME_ADDRESS in draft.raw and any(entry.field == "address" for entry in here.entries)
    if ticked and not answered.get(journeys.ADDRESS, "").strip():
        return Refusal("required", NO_PLACE, field="address")
    data = forms.typed(procedure, here.entries, answered, library.zone)
    return journeys.check(procedure, here.entries, data, library)


def _short_mobile(typed: str) -> int:
    """Return how many digits a mobile number has when they are not eleven; 0 for what is right or no mobile number."""
    digits = "".join(one for one in unicodedata.normalize("NFKC", typed) if one.isascii() and one not in " -()")
    digits = digits.removeprefix("+86")
    return len(digits) if MOBILE.fullmatch(digits) and len(digits) != MOBILE_DIGITS else 0


def _wrong_place(draft: Draft) -> Refusal | None:
    detail = draft.raw.get(f"{PLACE}.detail", "")
    if len(detail) > MOST_ADDRESS:
        return Refusal(
            "bad_value",
            Text(
                f"地址有{len(detail)}字，最多{MOST_ADDRESS}字。请只写地点。",
                f"The address has {len(detail)} characters; the most is {MOST_ADDRESS}. Write the place only.",
            ),
            field="place",
        )
    chosen = f"{PLACE}.division" in draft.raw or draft.raw.get("area")
    if draft.raw.get(f"{PLACE}.searched") == "1" and not chosen and places.found(detail):
        return Refusal("required", NONE_TAKEN, field=f"place.{forms.FOUND}")
    if draft.kind != journeys.REPORT and not places.is_place(division(draft)):
        return Refusal("required", COMMITTEE_OF if draft.kind == journeys.DISPUTE else BODY_OF, field="area")
    return None


def division(draft: Draft) -> str:
    """Return the place chosen, else the district, else (for what is reported) the whole city."""
    for name in (f"{PLACE}.division", "area"):
        if draft.raw.get(name) and places.is_place(draft.raw[name]):
            return draft.raw[name]
    return places.whole_city() if draft.kind == journeys.REPORT else ""


def bodies(library: Library, procedure: Procedure, draft: Draft, problems: forms.Problems) -> Question:
    """Return the question which body an application goes to, where several kinds may take it: the nearest first."""
    found = _bodies(library, procedure, draft)
    chosen = draft.raw.get("unit", "")
    return Question(
        "unit",
        Text("向哪个单位提出", "Which body it goes to"),
        "select",
        hint=Text("选办这件事或者保存这项信息的单位；拿不准的打电话问。", "The body that did it or holds it; call if you are not sure."),
        error=problems.by_field.get("unit"),
        options=tuple(Option(unit.id, unit.title, unit.id == chosen) for unit in found),
        quiet=True,
    )


def _bodies(library: Library, procedure: Procedure, draft: Draft) -> list[Unit]:
    at = division(draft)
    path = tree.path_of(at) if at else ()
    on = clock.now().astimezone(library.zone).date()
    own = journeys.of_draft(library, draft)
    there = city.units_along(path, own.units[own.host].kinds, on=on)
    return [unit for kind in own.units[own.host].kinds for unit in there.get(kind, [])]


def answers(library: Library, procedure: Procedure, draft: Draft, path: tuple[Step, ...]) -> list[Answer]:
    """Return every answer with the step that asks for it."""

    def names(key: str) -> Text | None:
        return library.topics[key].label if key in library.topics else places.name_of(key)

    found: list[Answer] = []
    for one in path:
        if one.name == "kind":
            topic = library.topics[journeys.topic_of(library, draft)]
            found.append(Answer(Fact("topic", Text("哪一类事", "Kind"), "text", topic.label), one.name))
        elif one.name == "where":
            value = {"division": division(draft), "detail": draft.raw.get(f"{PLACE}.detail", "")}
            found.append(Answer(fact_of(journeys.place_like(procedure), value, zone=library.zone, names=names), one.name))
            beside = forms.typed(procedure, one.entries, draft.raw, library.zone)
            found.extend(_answer(library, procedure, entry, beside, names, one.name) for entry in one.entries)
        else:
            data = forms.typed(procedure, one.entries, journeys.with_address(draft.raw, division(draft)), library.zone)
            found.extend(_answer(library, procedure, entry, data, names, one.name) for entry in one.entries)
        if one.name == "unit":
            unit = city.unit(draft.raw.get("unit", ""))
            named_unit = Text("没有选", "not chosen") if unit is None else unit.title
            found.append(Answer(Fact("unit", one.title, "text", named_unit), one.name))
        if one.name == "what" and draft.held is not None:
            found.append(Answer(Fact("pictures", Text("照片和文件", "Photographs and documents"), *_listed(draft)), one.name))
    return found


def _listed(draft: Draft) -> tuple[str, Text | str]:
    waiting = () if draft.held is None else pictures.waiting(draft.held)
    if not waiting:
        return "text", Text("没有", "none")
    return "text", Text("、".join(one.name for one in waiting), ", ".join(one.name for one in waiting))


def _answer(library: Library, procedure: Procedure, entry: FormEntry, data: dict[str, Any], names: Any, step: str) -> Answer:
    return Answer(fact_of(procedure.fields[entry.field], data.get(entry.field), zone=library.zone, names=names), step)
