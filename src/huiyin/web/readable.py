"""Addresses that cannot be read: no record can hold a NUL, so no page looks for one."""

from __future__ import annotations

from collections.abc import Callable

from django.core.exceptions import SuspiciousOperation
from django.http import HttpRequest, HttpResponse

# The interface for machines answers in its own words.
OF_MACHINES = "/api/"
NUL, AS_TYPED = "\x00", "%00"


class Readable:
    """Answer an address that holds a NUL with the page for what cannot be read, before anything is looked up by it."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer ``request`` unless its address cannot be read.

        Raises:
            SuspiciousOperation: it cannot; Django answers with the page for that.
        """
        query = request.META.get("QUERY_STRING", "")
        if not request.path.startswith(OF_MACHINES) and (NUL in request.path or NUL in query or AS_TYPED in query):
            raise SuspiciousOperation("a NUL in an address")
        return self.get_response(request)
