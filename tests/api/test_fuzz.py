"""Schemathesis over the whole document, in process and bounded: no answer is a fault or outside what is documented."""

from __future__ import annotations

import os
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import response_schema_conformance, status_code_conformance
from talking import CENTRE, Caller, party, path_of, staff

EXAMPLES = int(os.environ.get("HUIYIN_FUZZ_EXAMPLES", "8"))
CHECKS = (not_a_server_error, status_code_conformance, response_schema_conformance)


@pytest.fixture
def callers(served: Any) -> list[str | None]:
    """Tokens of a dispatcher, of a party, and none."""
    receipt = Caller().open()
    desk = staff(CENTRE, "dispatcher")
    desk.act(receipt, "ask_more", {"question": "哪里？"})
    assert desk.get(path_of(receipt)).status_code == 200
    return [desk.token, party(receipt).token, None]


def probe(operation: Any, tokens: list[str | None]) -> None:
    """Send generated requests of one operation as each caller and hold the answers against the document."""

    @settings(
        max_examples=EXAMPLES,
        deadline=None,
        phases=[Phase.explicit, Phase.generate],
        suppress_health_check=list(HealthCheck),
        derandomize=True,
        database=None,
    )
    @given(case=operation.as_strategy())
    def answers(case: Any) -> None:
        for token in tokens:
            # Its client asks for compressed answers and does not unpack them.
            headers = {"Accept-Encoding": "identity"}
            headers |= {} if token is None else {"Authorization": f"Bearer {token}"}
            response = case.call(headers=headers)
            case.validate_response(response, checks=CHECKS)

    answers()


def test_every_operation_answers_as_documented(callers: list[str | None], subtests: Any) -> None:
    from huiyin.web.wsgi import application

    schema = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", application)
    met = 0
    found: Any
    for found in schema.get_all_operations():
        operation = found.ok()
        # Taking back the shared token would leave nothing to try the others with.
        takes_back = operation.definition.raw["operationId"] == "signOut"
        with subtests.test(operation=operation.label):
            probe(operation, [None] if takes_back else callers)
        met += 1
    assert met >= 24
