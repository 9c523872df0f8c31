"""What the API answers with about dates."""

from __future__ import annotations

from datetime import date, datetime

from ninja import Schema
from pydantic import Field

from huiyin.web.api.schemas import TextOut


class LawPeriod(Schema):
    """A period as its law has it, in our own words."""

    name: str
    title: TextOut
    cited: TextOut
    law: str
    place: str | None = Field(None, description="Article, paragraph and item; null for what is from memory and may not be quoted.")
    does: TextOut
    who: TextOut | None = None
    longer: TextOut | None = Field(None, description="How it may be extended, and by whom.")
    then: TextOut | None = Field(None, description="What follows when it runs out.")
    note: TextOut | None = None
    stops: list[TextOut] = Field(default_factory=list, description="What is not counted.")
    verified: str = Field(description="C: compared with the text; P: from a public page; M: from memory, not checked.")
    verified_means: TextOut
    in_force_from: date
    in_force_to: date | None = None
    elsewhere: bool = Field(description="In force in another place only.")


class PeriodOut(LawPeriod):
    """A period that can be counted; ``terms`` is empty where the law sets no length."""

    kind: str
    terms: list[str] = Field(default_factory=list)
    terms_text: list[TextOut] = Field(default_factory=list)


class PeriodPage(Schema):
    """Periods that fit; ``total`` counts those left off too."""

    items: list[PeriodOut]
    total: int


class StretchOut(Schema):
    """Days that were not simply counted."""

    first: date
    last: date
    kind: str = Field(description="adjusted (a weekend day that counts), weekend, holiday, paused or moved (the last day fell on it).")
    says: TextOut
    notice: str | None = Field(None, description="The notice that made it so.")


class ReadingOut(Schema):
    """One lawful way to count, the one that decides first."""

    code: str
    says: TextOut
    due: datetime
    passed: list[StretchOut] = Field(default_factory=list)


class OtherOut(Schema):
    """Another way a setting could be."""

    says: TextOut
    code: str | None = None
    due: datetime | None = Field(None, description="When the period would end; null where one date would say nothing.")


class SettingOut(Schema):
    """A choice the law leaves open."""

    name: str
    asks: TextOut
    chosen: TextOut
    reason: TextOut
    others: list[OtherOut] = Field(default_factory=list)


class TriggerOut(Schema):
    """What the period runs from and how it is known."""

    at: datetime
    says: TextOut | None = None
    proof: TextOut | None = None
    act: TextOut | None = Field(None, description="The act on record that started it.")
    by: TextOut | None = None


class SpanOut(Schema):
    """First and last day that did not count."""

    first: date
    last: date


class RuleOut(Schema):
    """The rule of the packs it was counted by."""

    name: str
    says: TextOut
    note: TextOut


class ComputedOut(Schema):
    """One thing that happened to a clock, and the date that followed."""

    kind: str
    says: TextOut
    at: datetime
    recorded: datetime
    event: int = Field(description="Number of the matter's event.")
    reason: str = ""
    due_strict: datetime | None = None
    due_lawful_latest: datetime | None = None
    rule: str | None = None
    calendar: str | None = None
    superseded: bool = Field(description="A later computation stands in its place.")


class DateOut(Schema):
    """A date with everything needed to check it by hand."""

    name: str
    label: TextOut
    kind: str
    kind_means: TextOut
    status: str = Field(description="running, paused, met or stopped; empty for a date somebody only asked for.")
    due: date | None = Field(None, description="Local date that decides: a party's right to its latest lawful end, all else strictly.")
    due_strict: datetime | None = None
    due_lawful_latest: datetime | None = None
    act_by: datetime | None = None
    provisional: bool
    overdue: bool = False
    trigger: TriggerOut
    term: TextOut | None = None
    extensions: list[TextOut] = Field(default_factory=list)
    pauses: list[SpanOut] = Field(default_factory=list)
    readings: list[ReadingOut] = Field(default_factory=list)
    settings: list[SettingOut] = Field(default_factory=list)
    law: LawPeriod | None = None
    basis: list[TextOut] = Field(default_factory=list)
    counted_by: RuleOut | None = None
    calendar: str = Field(description="Version of the calendar it was counted with.")
    rule: str
    unknown_years: list[int] = Field(default_factory=list, description="Years leaned on whose holiday notice is not out.")
    steps: list[TextOut] = Field(default_factory=list)
    recounted_differs: bool = Field(description="Rules or holidays changed since; today's would give another date.")
    history: list[ComputedOut] = Field(default_factory=list)


class MatterDates(Schema):
    """The clocks of a matter as this reader may see them."""

    version: int
    items: list[DateOut]
