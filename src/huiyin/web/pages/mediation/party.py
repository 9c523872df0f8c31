"""The mediation as one party sees it: what comes after what, and for each step who is awaited."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final, Literal

from django.urls import reverse

from huiyin.core.values import Text
from huiyin.matters.views import MatterView, PaperLine
from huiyin.mediation import queries
from huiyin.ui import shown
from huiyin.web.pages import pathway
from huiyin.web.pages.mediation import calendars, obligations, rooms
from huiyin.web.pages.story import Wording

# The row of the ladders a party is shown the doors of: a lawyer of its own costs whoever qualifies nothing.
LEGAL_AID: Final = "legal_aid"
Waits = Literal["you", "other", "committee", "done", "later", "open"]

WORDS: dict[Waits, tuple[Text, str]] = {
    "you": (Text("您要做", "for you to do"), "warn"),
    "other": (Text("等对方", "waiting for the other side"), "wait"),
    "committee": (Text("等调委会", "waiting for the committee"), "wait"),
    "done": (Text("已完成", "done"), "good"),
    "later": (Text("还没到", "not yet"), "plain"),
    "open": (Text("可以看", "to read"), "plain"),
}


@dataclass(frozen=True, slots=True)
class Step:
    """One step of the mediation for one party.

    Attributes:
        until: the day the other side or the committee is to have done its part.
        links: (words, address), the first is what the row leads to.
    """

    title: Text
    waits: Waits
    note: Text
    until: date | None = None
    links: tuple[tuple[Text, str], ...] = ()

    @property
    def word(self) -> Text:
        """The state in words, with its day."""
        text = WORDS[self.waits][0]
        if self.until is None or self.waits not in ("other", "committee"):
            return text
        return Text(f"{text.zh}（到{shown.day(self.until, 'zh')}）", f"{text.en} (until {shown.day(self.until, 'en')})")

    @property
    def tone(self) -> str:
        """How the state looks."""
        return WORDS[self.waits][1]


@dataclass(frozen=True, slots=True)
class Room:
    """The task list and what is always open beside it.

    Attributes:
        present: names of those who are in, the reader first; gone: of those who left.
        aid: where legal aid is applied for, of which the other side learns nothing.
    """

    steps: tuple[Step, ...]
    present: tuple[Text, ...]
    gone: tuple[Text, ...]
    leave: tuple[Text, str] | None
    tell: tuple[Text, str] | None
    unsafe: tuple[Text, str] | None
    talk: str | None = None
    alone: str | None = None
    aid: tuple[tuple[Text, str], ...] = ()

    @property
    def waits(self) -> Waits | None:
        """Whom the steps wait for, the reader before the others; None when they wait for nobody."""
        waiting = {step.waits for step in self.steps}
        order: tuple[Waits, ...] = ("you", "other", "committee")
        return next((who for who in order if who in waiting), None)


def room(view: MatterView, words: Wording) -> Room | None:
    """Return the task list of a running mediation for the party who reads, None for anybody and anything else."""
    if view.procedure.rooms is None or not view.procedure.rooms.private or view.relation != "own_party" or view.outcome:
        return None
    seen = _Seen(view, words)
    steps: tuple[Callable[[], Step], ...] = (
        seen.rights, seen.willing, seen.time, seen.session, seen.text, seen.signature, seen.performance,
    )  # fmt: skip
    # The rooms are there once this party has agreed; that the reader sees its own addresses tells nothing of what is said in them.
    standpoint = words.standpoint
    doors = queries.doors(standpoint.principal, view.home, view.matter)
    talk, alone = (rooms.address(standpoint), rooms.address(standpoint, seen.me)) if doors else (None, None)
    return Room(
        tuple(step() for step in steps),
        seen.names(here=True),
        seen.names(here=False),
        seen.link("leave", "refuse"),
        seen.link("tell_mediator"),
        seen.link("meet_again" if seen.mine("safety") == "unsafe" else "feel_unsafe"),
        talk,
        alone,
        pathway.doors(LEGAL_AID, view.topic),
    )


@dataclass(slots=True)
class _Seen:
    """What this party may see of the matter, asked step by step."""

    view: MatterView
    words: Wording

    @property
    def me(self) -> str:
        return self.words.standpoint.principal.id

    def link(self, *names: str) -> tuple[Text, str] | None:
        """Return the first of these acts that is open now."""
        for name in names:
            for offer in self.view.offers:
                if offer.action.name == name and offer.blocked is None:
                    return offer.action.label, self.words.standpoint.act(name)
        return None

    def mine(self, name: str) -> object:
        """Return what is recorded of this party itself."""
        return next((party.facts.get(name) for party in self.view.parties if party.id == self.me), None)

    def names(self, *, here: bool) -> tuple[Text, ...]:
        """Return the names of those who are in, this party first, or of those who left."""
        found = [party for party in self.view.parties if (party.left is None) is here]
        found.sort(key=lambda party: party.id != self.me)
        you = Text("您", "you")
        return tuple(you if party.id == self.me else self.words.name(party.id) or Text("没有留姓名", "no name given") for party in found)

    def done(self, name: str) -> bool:
        """Tell whether this party did its part of an act and it is kept from doing it again."""
        blocked = next((offer.blocked for offer in self.view.offers if offer.action.name == name), None)
        return blocked is not None and blocked.code in ("already_done", "already_signed")

    def due(self, name: str) -> date | None:
        clock = next((one for one in self.view.clocks if one.name == name and one.status == "running"), None)
        return None if clock is None or clock.due is None else self._local(clock.due)

    def _local(self, moment: datetime) -> date:
        return self.words.library.calendar.local_date(moment)

    def paper(self, *names: str) -> PaperLine | None:
        """Return the newest issue in force of these papers."""
        found = [line for line in self.view.papers if line.name in names and not line.voided]
        return found[-1] if found else None

    def _reading(self, line: PaperLine) -> tuple[Text, str]:
        return (
            Text(f"看《{line.title.zh}》", f"Read: {line.title.en}"),
            self.words.standpoint.paper(line.name, line.number),
        )

    # The steps

    def rights(self) -> Step:
        title = Text("看权利义务告知书", "Read the notice of rights and duties")
        notice = self.paper("rights_notice")
        if notice is None:
            note = Text("调委会受理以后发给您。", "The committee gives it to you when it accepts the matter.")
            return Step(title, "committee", note, until=self.due("answer"))
        note = Text("您可以挑调解员，可以拒绝，随时可以停。", "You may choose the mediator, refuse, and stop at any time.")
        return Step(title, "open", note, links=(self._reading(notice),))

    def willing(self) -> Step:
        title = Text("说说您愿不愿意", "Say whether you are willing")
        mine = self.mine("consent")
        inviting = self.view.state == "inviting"
        if self.view.state == "received":
            return Step(title, "later", Text("受理以后再问您。", "You are asked once it is accepted."))
        if mine == "agreed" and inviting:
            return Step(
                title, "other", Text("您已经同意。没有答复不算同意。", "You agreed. Silence is not consent."), until=self.due("asking")
            )
        if not inviting:
            return Step(title, "done", Text("各方都同意调解。", "Every side agreed to mediate."))
        asked = ("agree", "refuse") if mine == "undecided" else ("agree", "refuse", "not_yet")
        links = tuple(link for link in (self.link(name) for name in asked) if link is not None)
        until = self.due("asking")
        note = Text("还没想好，可以先不答。没有答复不算同意。", "You need not answer yet. Silence is not consent.")
        if until is not None:
            note = Text(f"{note.zh}约好等到{shown.day(until, 'zh')}。", f"{note.en} An answer is awaited until {shown.day(until, 'en')}.")
        return Step(title, "you", note, links=links)

    def time(self) -> Step:
        title = Text("约时间", "Agree on a time")
        arranged = calendars.meeting(self.view)
        if arranged is not None:
            at, where = arranged
            said = Text(
                f"{shown.moment(at, self.words.library.zone, 'zh')}，{where}", f"{shown.moment(at, self.words.library.zone, 'en')}, {where}"
            )
            own = () if self.words.standpoint.within else ((Text("放进日历", "Add to your calendar"), self._calendar()),)
            return Step(title, "done", said, links=own)
        if self.view.state in ("received", "inviting"):
            return Step(title, "later", Text("各方都同意以后再约。", "After every side has agreed."))
        if self.paper("mediation_minutes", "mediation_agreement", "oral_agreement_record") is not None:
            return Step(title, "done", Text("已经谈过了。再谈会另外约您。", "You have met. Another meeting would be arranged with you."))
        return Step(title, "committee", Text("调解员会和您约时间、地点。", "The mediator arranges time and place with you."))

    def _calendar(self) -> str:
        return reverse("mine-calendar", args=[self.words.standpoint.reference])

    def session(self) -> Step:
        title = Text("参加调解", "Take part")
        minutes = self.paper("mediation_minutes")
        sign = self.link("sign_minutes")
        if minutes is not None and sign is not None:
            label = Text("看记录，没有出入就签字", "Read the minutes and sign them if they are correct")
            return Step(title, "you", Text("谈过的内容记下来了。", "What was said has been written down."), links=((label, sign[1]),))
        if minutes is not None:
            return Step(
                title, "done", Text("谈过的内容记下来了。", "What was said has been written down."), links=(self._reading(minutes),)
            )
        if self.paper("oral_agreement_record", "mediation_agreement") is not None:
            return Step(title, "done", Text("已经谈过了。", "You have met."))
        answer, offer = self.link("answer_proposal", "accept_offer", "give_figure"), self.link("make_offer")
        if answer is not None:
            note = Text("有方案等您答复，也可以还一个方案，不答也行。", "An offer awaits your answer. You may make another, or not answer.")
            return Step(title, "you", note, links=(answer, *(() if offer is None else (offer,))))
        if self.done("accept_offer"):
            note = Text(
                "您的方案等对方答复。没有答复，照样可以谈。", "Your offer awaits the other side. Without an answer you may still talk."
            )
            return Step(title, "other", note, links=() if offer is None else (offer,))
        if self.view.state == "mediating":
            note = Text("到场、打电话都可以。有想法也可以先写下来。", "In person or by telephone. You may also write down an offer first.")
            return Step(title, "committee", note, links=() if offer is None else (offer,))
        return Step(title, "later", Text("约好时间以后。", "Once a time is agreed."))

    def text(self) -> Step:
        title = Text("看协议", "Read the agreement")
        line = self.paper("mediation_agreement", "oral_agreement_record")
        if line is not None:
            note = Text("先看清楚，再决定签不签。", "Read it well before you decide.")
            return Step(title, "open", note, links=(self._reading(line),))
        if self.view.state in ("mediating", "reopened"):
            note = Text("谈妥了，调解员写成协议给您看。", "Once agreed, the mediator writes it down for you to read.")
            return Step(title, "committee", note, until=self.due("rework"))
        return Step(title, "later", Text("谈妥以后。", "Once there is agreement."))

    def signature(self) -> Step:
        title = Text("签字", "Sign")
        line = self.paper("mediation_agreement")
        if (line is not None and line.effective_at is not None) or self.view.state == "performing_oral":
            return Step(title, "done", Text("协议已经生效。", "The agreement is in force."))
        until = self.due("signing")
        act = self.link("sign", "accept_orally")
        if act is not None:
            note = Text("不想签可以不签，还可以再谈。", "You need not sign; you may talk further.")
            other = self.link("refuse_to_sign", "talk_on", "stay_oral")
            return Step(title, "you", note, links=(act, *(() if other is None else (other,))))
        if self.done("sign") and line is not None:
            waits: Waits = "other" if self._party_missing(line) else "committee"
            note = Text("您已经签了。签齐并盖章才生效。", "You have signed. It binds once all have signed and it is sealed.")
            return Step(title, waits, note, until=until)
        if self.done("accept_orally"):
            return Step(title, "other", Text("您已经认可。", "You have accepted."), until=until)
        if self.view.state in ("signing", "writing_down") and line is not None:
            note = Text(
                "看过以后，到调委会当面签，或者打印签好交回来。各方都选在屏幕上签的，才能在这里签。",
                "Read it, then sign at the committee, or print, sign and hand it in. It is signed here only if every side chooses so.",
            )
            others = (self.link("choose_signing"), self.link("refuse_to_sign", "stay_oral"))
            return Step(title, "you", note, until=until, links=(self._reading(line), *(one for one in others if one is not None)))
        return Step(title, "later", Text("看过协议以后。", "After you have read the agreement."))

    def _party_missing(self, line: PaperLine) -> bool:
        roles = [party.id for party in self.view.present if self.view.procedure.roles[party.role].bound]
        signed = {mark.by for mark in line.signatures}
        return not set(roles) <= signed

    def performance(self) -> Step:
        title = Text("履行", "Perform")
        if self.view.state == "writing_down":
            note = Text("口头约定的照旧办，签不签书面都一样。", "What was agreed by word is performed as it was, signed or not.")
            breach = self.link("report_breach")
            return Step(title, "you", note, until=self.due("performance"), links=() if breach is None else (breach,))
        if self.view.state not in ("performing", "performing_oral"):
            return Step(title, "later", Text("协议生效以后，照着约定办。", "Once it is in force, do what was agreed."))
        owed = obligations.duties(self.view, self.words, self.me)
        mine = [duty for duty in owed if duty.mine and not duty.state]
        to_confirm = [duty for duty in owed if not duty.mine and duty.state == "reported"]
        links = tuple(
            link
            for link in (self.link("report_done") if mine else None, self.link("confirm_done") if to_confirm else None)
            if link is not None
        )
        if to_confirm:
            note = Text("对方说办完了，请您确认。", "The other side says it is done; please confirm.")
            return Step(title, "you", note, links=tuple(reversed(links)))
        if mine:
            return Step(title, "you", _next(mine), links=links)
        if all(duty.state == "confirmed" for duty in owed):
            return Step(title, "done", Text("约定的事都办完了。", "Everything agreed is done."))
        until = min((duty.due for duty in owed if duty.due is not None and duty.state != "confirmed"), default=None)
        breach = self.link("report_breach")
        note = Text("您的都办了，等对方办完或者确认。", "Your part is done; the other side is to do or confirm its own.")
        return Step(title, "other", note, until=until, links=() if breach is None else (breach,))


def _next(mine: list[obligations.Duty]) -> Text:
    """Return the party's next own obligation in a sentence."""
    first = min(mine, key=lambda duty: duty.due or date.max)
    when = Text("", "") if first.due is None else Text(f"，最晚{shown.day(first.due, 'zh')}", f", by {shown.day(first.due, 'en')}")
    much = f"，{first.amount}" if first.amount else ""
    return Text(
        f"您要办：{first.what}{much}{when.zh}。", f"You are to do: {first.what}{f', {first.amount}' if first.amount else ''}{when.en}."
    )
