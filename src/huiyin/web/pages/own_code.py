"""The slip that hands a party its own code: reference, digits, and a drawing that leads to the page which asks for them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.http import HttpRequest

from huiyin.matters.receipts import Receipt
from huiyin.web.pages import printed

if TYPE_CHECKING:
    from huiyin.web.pages.acting import Act


def context(request: HttpRequest, act: Act, receipt: Receipt) -> dict[str, Any]:
    """Return what the slip shows."""
    whose = act.standpoint.principal.acting_for
    return {
        "whose": None if whose is None else act.words.name(whose),
        "reference": receipt.reference,
        "code": receipt.code,
        "topic": act.words.topic(),
        "who": receipt.who,
        "says": receipt.says,
        **printed.way_back(request, receipt.reference),
        "back": act.standpoint.address.partition("?")[0],
    }
