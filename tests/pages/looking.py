"""What a page says to its reader, taken from its HTML, and the people who open it."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any

from django.test import Client

PASSWORD = "a long enough password"
COMMUNITY, COMMUNITY_NAME = "210102001005", "南京南社区"
COMMITTEE = f"mediation_committee.{COMMUNITY}"
OTHER_COMMITTEE = "mediation_committee.210102001002"
CENTRE = "governance_centre.210102001"
VOID = {"input", "img", "link", "meta", "br", "hr"}


@dataclass
class Page(HTMLParser):
    """One answer, read the way assistive technology reads it: headings, labels, inputs, links, words."""

    html: str
    status: int = 200
    headings: list[str] = field(default_factory=list)
    labels: dict[str, str] = field(default_factory=dict)
    inputs: list[dict[str, str]] = field(default_factory=list)
    ids: list[str] = field(default_factory=list)
    links: list[tuple[str, str]] = field(default_factory=list)
    root: dict[str, str] = field(default_factory=dict)
    title: str = ""
    words: str = ""
    forbidden: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self._open: list[tuple[str, dict[str, str]]] = []
        self._text: dict[int, str] = {}
        self.feed(self.html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if "id" in given:
            self.ids.append(given["id"])
        if "style" in given or tag == "style" or (tag == "script" and "src" not in given) or any(name.startswith("on") for name in given):
            self.forbidden.append(self.get_starttag_text() or tag)
        if tag == "html":
            self.root = given
        if tag in ("input", "select", "textarea"):
            self.inputs.append({"tag": tag, **given})
        if tag not in VOID:
            self._open.append((tag, given))
            self._text[len(self._open)] = ""

    def handle_endtag(self, tag: str) -> None:
        while self._open:
            name, given = self._open.pop()
            text = re.sub(r"\s+", " ", self._text.pop(len(self._open) + 1, "")).strip()
            if name == "h1":
                self.headings.append(text)
            if name == "title":
                self.title = text
            if name == "label":
                self.labels[given.get("for", "")] = text
            if name == "a":
                self.links.append((text, given.get("href", "")))
            if name == tag:
                break

    def handle_data(self, data: str) -> None:
        for depth in self._text:
            self._text[depth] += data
        self.words += data

    def value(self, name: str) -> str | None:
        """Return what an input holds."""
        found = next((one for one in self.inputs if one.get("name") == name), None)
        if found is not None and found["tag"] == "textarea":
            inside = re.search(rf'<textarea[^>]*name="{re.escape(name)}"[^>]*>\n?(.*?)</textarea>', self.html, re.DOTALL)
            return None if inside is None else inside[1].rstrip("\n")
        return None if found is None else found.get("value", "")

    def chosen(self, name: str) -> str | None:
        """Return which answer of a group is chosen."""
        return next((one["value"] for one in self.inputs if one.get("name") == name and "checked" in one), None)

    def unnamed(self) -> list[dict[str, str]]:
        """Return inputs nobody could tell the purpose of."""
        shown = [one for one in self.inputs if one.get("type") != "hidden"]
        return [one for one in shown if not self.labels.get(one.get("id", "")) and not one.get("aria-label")]


class Visitor:
    """Somebody with a browser, following every redirect."""

    def __init__(self) -> None:
        self.client = Client(enforce_csrf_checks=False)
        self.address = ""

    def get(self, address: str, **query: str) -> Page:
        return self._page(self.client.get(address, query, follow=True), address)

    def post(self, address: str, **data: Any) -> Page:
        return self._page(self.client.post(address, {name.replace("__", "."): value for name, value in data.items()}, follow=True), address)

    def _page(self, answer: Any, address: str) -> Page:
        self.address = answer.redirect_chain[-1][0] if answer.redirect_chain else address
        return Page(answer.content.decode(), answer.status_code)

    # Reporting

    def begin(self, kind: str = "report", **query: str) -> str:
        """Begin a draft; return its address up to the step."""
        self.get(f"/{kind}/", **query)
        return self.address.partition("?")[0].rsplit("/", 2)[0]

    def answer(self, draft: str, step: str, **data: Any) -> Page:
        return self.post(f"{draft}/{step}/", **data)

    def up_to_check(self, said: str = "楼前三盏路灯不亮，老人夜里出门看不见。", topic: str = "request.lighting") -> str:
        """Answer every question of a plain report; return the draft's address."""
        draft = self.begin()
        self.answer(draft, "what", f__said=said)
        self.answer(draft, "kind", topic="other", topic_other=topic)
        self.answer(
            draft, "where", f__place__detail="2号楼门前", f__place__division=COMMUNITY, f__place__searched="1", f__premises="public"
        )
        self.answer(draft, "you", f__my_name="", f__phone="13800000001")
        return draft

    def report(self, **kind: str) -> tuple[str, str]:
        """Send a report; return reference and code."""
        return receipt(self.answer(self.up_to_check(**kind), "check"))

    def report_hazard(self) -> tuple[str, str]:
        """Send a report of a hole in the road, a danger at once; return reference and code."""
        draft = self.begin()
        self.answer(draft, "what", f__said="路面塌了一个大坑")
        self.answer(draft, "kind", topic="hazard.road.collapse")
        self.answer(draft, "safety")
        self.answer(draft, "where", f__place__detail="2号楼门前", f__place__division=COMMUNITY, f__place__searched="1")
        self.answer(draft, "danger_now", f__danger_now="at_once")
        self.answer(draft, "you", f__phone="")
        return receipt(self.answer(draft, "check"))

    def ask_for_mediation(self) -> tuple[str, str]:
        """Send a request for mediation; return reference and code."""
        draft = self.begin("dispute")
        self.answer(draft, "what", f__claim="修好卫生间。", f__facts="楼上漏水，泡了天花板。")
        self.answer(draft, "kind", topic="other", topic_other="dispute.neighbour.water_leak")
        self.answer(draft, "who", f__my_name="张三", f__others__rows="1", f__others__0__name="李四")
        self.answer(draft, "where", f__place__detail="2号楼", f__place__division=COMMUNITY, f__place__searched="1")
        self.answer(draft, "you", f__phone="13800000002", f__address="")
        return receipt(self.answer(draft, "check"))

    def track(self, reference: str, code: str) -> Page:
        return self.post("/track/", reference=reference, code=code)


def receipt(page: Page) -> tuple[str, str]:
    """Return reference and code of the page after sending."""
    digits = re.findall(r'class="digits">([\d ]+)<', page.html)
    assert len(digits) == 2, page.words
    return digits[0].replace(" ", ""), digits[1].replace(" ", "")


def account(unit: str, post: str) -> Any:
    """Give the first holder of a post a password; return the account."""
    from huiyin.city.models import Account, Appointment

    held = Appointment.objects.filter(unit_id=unit, post=post, to_date=None).order_by("id").first()
    assert held is not None, f"nobody holds {post} in {unit}"
    person = Account.objects.get(pk=held.account_id)
    person.set_password(PASSWORD)
    person.save(update_fields=["password"])
    return person


def staff(unit: str, post: str) -> Visitor:
    """Return the first holder of a post, signed in and in that post."""
    return in_post(account(unit, post), unit, post)


def in_post(person: Any, unit: str, post: str) -> Visitor:
    """Return somebody whose account has the password, signed in and in a post of theirs."""
    visitor = Visitor()
    visitor.post("/sign-in/", username=person.username, password=PASSWORD)
    page = visitor.post("/post/", seat=f"{unit}/{post}")
    assert page.status == 200, page.words
    return visitor


def desk_of(visitor: Visitor, reference: str) -> str:
    """Return the address of a matter at a desk."""
    visitor.get("/desk/search/", q=reference)
    return visitor.address
