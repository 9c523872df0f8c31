"""What single bodies do under a law of their own: a penalty, a licence, a court's mediation, a proposal, an accident; staff and party."""

from __future__ import annotations

from typing import TYPE_CHECKING

from . import Screen, Stage
from .law import at, desk, mine, refused
from .mediation import in_room

if TYPE_CHECKING:
    from playwright.sync_api import Page

AID = "assisted_session"
OFFICER_SAYS = ("王先生您好。没有合同也能要工钱，先把转账记录找齐。", "记工本放平，一页一张拍过来。")


def aid_room(stage: Stage, page: Page) -> None:
    """The officer in the room with the resident and the helper."""
    in_room(stage, page, f"{stage.matter(AID, 'in_session').desk}room/", True, OFFICER_SAYS)


SCREENS = (
    Screen("complain", "resident", {"normal": at("/report/one-page/consumer_complaint/")}, shows="report-plain"),
    Screen("guide", "resident", {"normal": at("/guide/administrative_licence/")}, shows="guide"),
    Screen(
        "mine",
        "party",
        {
            "normal": mine("administrative_penalty", "noticed"),
            "supply": mine("administrative_licence", "correcting"),
            "court": mine("court_mediation", "making_statement"),
        },
        shows="mine",
    ),
    Screen("penalty", "inspector", {"normal": desk("administrative_penalty", "noticed")}, shows="desk-matter"),
    # Whoever did not draft a proposal sees that it was served and not by whom.
    Screen("proposal", "prosecutor", {"normal": desk("procuratorial_proposal", "checking")}, shows="desk-matter"),
    Screen(
        "answer",
        "roads_head",
        {
            "normal": desk("procuratorial_proposal", "answering", "reply"),
            "error": refused("procuratorial_proposal", "answering", "reply"),
        },
        shows="desk-act",
    ),
    Screen("examination", "traffic", {"normal": desk("traffic_mediation", "mediating", "arrange")}, shows="desk-act"),
    Screen("aid", "party", {"normal": mine(AID, "booked"), "talking": mine(AID, "in_session")}, shows="mine"),
    Screen("aid-desk", "workroom", {"normal": desk(AID, "in_session")}, shows="desk-matter"),
    Screen("aid-booking", "workroom", {"normal": desk(AID, "booked", "move")}, shows="desk-act"),
    Screen("aid-check", "legal_aid", {"normal": desk(AID, "in_session", "tick")}, shows="desk-act"),
    Screen("aid-room", "legal_aid", {"normal": aid_room}, shows="desk-room"),
    Screen("accident", "emergency", {"normal": desk("work_accident", "inquiring")}, shows="desk-matter"),
)
