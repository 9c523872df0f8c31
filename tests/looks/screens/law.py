"""The procedures of one law each: a petition, a review, a disclosure, legal aid, two of labour, police mediation; staff and party."""

from __future__ import annotations

from typing import TYPE_CHECKING

from . import Screen, Stage, Way

if TYPE_CHECKING:
    from playwright.sync_api import Page

COMMUNITY = "210102001005"


def at(address: str) -> Way:
    """Open one address."""
    return lambda stage, page: stage.go(page, address)


def desk(procedure: str, state: str, action: str = "") -> Way:
    """Open a matter at a desk, or the form of one of its acts."""

    def way(stage: Stage, page: Page) -> None:
        found = stage.matter(procedure, state)
        stage.go(page, f"{found.desk}act/{action}/" if action else found.desk)

    return way


def refused(procedure: str, state: str, action: str) -> Way:
    """Send the form of an act with nothing in it."""

    def way(stage: Stage, page: Page) -> None:
        desk(procedure, state, action)(stage, page)
        stage.press(page, "form#act-form")

    return way


def mine(procedure: str, state: str) -> Way:
    """Follow a matter with its reference and code."""
    return lambda stage, page: stage.track(page, stage.matter(procedure, state))


def application(kind: str, step: str) -> Way:
    """Come to one page of an application, the pages before it answered."""

    def way(stage: Stage, page: Page) -> None:
        stage.go(page, f"/apply/{kind}/?place={COMMUNITY}")
        while f"/{step}/" not in page.url:
            for box in page.locator("main textarea, main input[type=text]").all():
                if not box.input_value():
                    box.fill("虚构的一句话")
            for date in page.locator("main input[type=datetime-local]").all():
                date.fill("2026-11-10T09:00")
            if page.locator("main input[type=radio]").count():
                page.locator("main input[type=radio]").first.check()
            for choice in page.locator("main select").all():
                choice.select_option(index=1)
            stage.press(page)

    return way


def unanswered(kind: str) -> Way:
    """Send the first page of an application empty."""

    def way(stage: Stage, page: Page) -> None:
        stage.go(page, f"/apply/{kind}/")
        stage.press(page)

    return way


LABOUR = "whom=employer&topic=dispute.labour.wages&tried=talked&wants=money"

SCREENS = (
    Screen("applications", "resident", {"normal": at("/apply/")}, shows="applications"),
    Screen("ways", "resident", {"normal": at(f"/way/?{LABOUR}")}, shows="pathway"),
    Screen(
        "apply",
        "resident",
        {"normal": at("/apply/administrative_review/"), "error": unanswered("petition")},
        shows="report-step",
    ),
    Screen("apply-to", "resident", {"normal": application("information_disclosure", "unit")}, shows="report-step"),
    Screen("apply-paper", "resident", {"normal": at("/paper-form/labour_arbitration/")}, shows="paper-form"),
    Screen(
        "mine",
        "party",
        {"normal": mine("petition", "may_ask_reexamination"), "decided": mine("administrative_review", "may_sue")},
        shows="mine",
    ),
    Screen(
        "petition-forward",
        "petitions",
        {"normal": desk("petition", "registering", "forward"), "error": refused("petition", "registering", "forward")},
        shows="desk-act",
    ),
    Screen("award", "arbitrator", {"normal": desk("labour_arbitration", "deliberating", "give_final_award")}, shows="desk-act"),
    Screen("labour", "mediator", {"normal": desk("labour_mediation", "mediating", "draft_agreement")}, shows="desk-act"),
    Screen("police", "police", {"normal": desk("public_security_mediation", "signing")}, shows="desk-matter"),
)
