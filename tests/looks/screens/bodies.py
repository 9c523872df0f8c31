"""What single bodies do under a law of their own: a penalty, a licence, a court's mediation, a proposal, an accident; staff and party."""

from __future__ import annotations

from . import Screen
from .law import at, desk, mine, refused

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
    Screen("accident", "emergency", {"normal": desk("work_accident", "inquiring")}, shows="desk-matter"),
)
