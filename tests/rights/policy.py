"""Who may reach which address. Reviewed data: an address that is not here fails the tests, and so does a row without one.

- ``everyone``  holds nothing of any matter; a wrong code or token gets nowhere.
- ``session``   works on what this browser itself brought (a draft, a language, a sign-in) and on nothing else.
- ``party``     one's own matter, after its reference and code.
- ``staff``     signed in and in a post; shows only what that post's rights reach.
- ``scope``     one matter, for those who stand in a relation to it; to everyone else it is not there.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

Who = Literal["everyone", "session", "party", "staff", "scope"]

# Pages, by the name of their address.
PAGES: Mapping[str, Who] = {
    "home": "everyone",
    "report": "session",
    "dispute": "session",
    "report-done": "session",
    "report-resume": "everyone",
    "report-leave": "session",
    "report-plain": "everyone",
    "report-saved": "session",
    "report-slip": "session",
    "place-code": "everyone",
    "place-sign": "everyone",
    "paper-form": "everyone",
    "pathway": "everyone",
    "mine-result": "party",
    "report-step": "session",
    "track": "everyone",
    "mine": "party",
    "mine-leave": "party",
    "mine-act": "party",
    "mine-paper": "party",
    "mine-within": "party",
    "mine-within-act": "party",
    "mine-within-paper": "party",
    "mine-file": "party",
    "mine-within-file": "party",
    "places": "everyone",
    "place": "everyone",
    "guides": "everyone",
    "guide": "everyone",
    "guide-source": "everyone",
    "guide-bpmn": "everyone",
    "record": "everyone",
    "about": "everyone",
    "look": "everyone",
    "offline": "everyone",
    "session": "session",
    "sign-in": "session",
    "sign-out": "session",
    "choose-post": "session",
    "inbox": "staff",
    "inbox-arrivals": "staff",
    "inbox-filters": "staff",
    "desk-keys": "staff",
    "search": "staff",
    "notices": "staff",
    "notices-read": "staff",
    "take-in": "staff",
    "desk-matter": "scope",
    "desk-act": "scope",
    "desk-paper": "scope",
    "desk-file": "scope",
    "jobs": "staff",
    "job": "scope",
    "job-state": "scope",
    "job-cancel": "scope",
    "job-file": "scope",
    "job-errors": "scope",
    "job-signs": "staff",
    "export": "staff",
    "import": "staff",
    "import-confirm": "scope",
    "import-blank": "staff",
    "health": "everyone",
    "verify": "everyone",
    "verify-code": "everyone",
    "desk-paper-copy": "scope",
    "mine-paper-copy": "party",
    "mine-within-paper-copy": "party",
    "desk-whole-file": "scope",
    "mine-whole-file": "party",
    "mine-within-whole-file": "party",
    "mediations": "staff",
    "mediation-file": "scope",
    "court-packet": "scope",
    "court-packet-data": "scope",
    "desk-calendar": "scope",
    "mine-calendar": "party",
}

# The API, by operation.
OPERATIONS: Mapping[str, Who] = {
    "openMatter": "everyone",
    "listMatters": "staff",
    "getMatter": "scope",
    "listEvents": "scope",
    "listPapers": "scope",
    "getPaper": "scope",
    "listOffers": "scope",
    "addFile": "scope",
    "listFiles": "scope",
    "getFile": "scope",
    "proveMatter": "scope",
    "act": "scope",
    "track": "everyone",
    "signIn": "everyone",
    "signOut": "session",
    "whoAmI": "session",
    "findPlaces": "everyone",
    "listUnits": "everyone",
    "getUnit": "everyone",
    "listTopics": "everyone",
    "listDays": "everyone",
    "listProcedures": "everyone",
    "getProcedure": "everyone",
    "drawProcedure": "everyone",
    "exportProcedure": "everyone",
    "listHeads": "everyone",
    "proveEvent": "everyone",
    "listNotices": "staff",
    "readNotice": "scope",
}

# Addresses of the API that are no operation: the document itself, its list, and everything that is nowhere.
API_BESIDES: Mapping[str, Who] = {"api-root": "everyone", "openapi-json": "everyone", "nowhere": "everyone"}
