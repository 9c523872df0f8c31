"""The OpenAPI document: every operation is named, explained, exemplified, and says which errors it gives."""

from __future__ import annotations

import re
from typing import Any

import pytest
from talking import CENTRE, REQUEST, Caller, staff

pytestmark = pytest.mark.usefixtures("served")
SAID = {"http", "get", "post", "put", "patch", "delete"}


@pytest.fixture
def document(served: Any) -> dict[str, Any]:
    answer = Caller().get("/openapi.json")
    assert answer.status_code == 200
    return dict(answer.json())


def operations(document: dict[str, Any]) -> list[tuple[str, str, dict[str, Any]]]:
    return [(path, method, one) for path, methods in document["paths"].items() for method, one in methods.items()]


def references(value: Any) -> set[str]:
    if isinstance(value, dict):
        found = {value["$ref"]} if isinstance(value.get("$ref"), str) else set()
        return found.union(*(references(part) for part in value.values()))
    return set().union(*(references(part) for part in value)) if isinstance(value, list) else set()


def test_it_is_openapi_3_1_and_every_reference_in_it_leads_somewhere(document: dict[str, Any]) -> None:
    assert document["openapi"].startswith("3.1")
    assert document["info"]["title"] == "Huiyin"
    for reference in references(document):
        found: Any = document
        for step in reference.removeprefix("#/").split("/"):
            assert step in found, reference
            found = found[step]


def test_every_operation_has_a_name_a_summary_a_description_and_its_errors(document: dict[str, Any]) -> None:
    names = [one["operationId"] for _, _, one in operations(document)]
    assert len(names) == len(set(names)) >= 24
    for path, method, one in operations(document):
        assert one["summary"], path
        assert one["description"], path
        assert one["tags"], path
        problems = {status for status in one["responses"] if status[0] in "45"}
        assert {"400", "401", "503"} <= problems, path
        assert "404" in problems or "{" not in path, path
        if method == "post" and "requestBody" in one:
            assert {"413", "415", "422"} <= problems, path
            for kind, body in one["requestBody"]["content"].items():
                assert "example" in body or kind != "application/json", path


def test_every_action_of_every_procedure_has_a_schema_of_its_own(document: dict[str, Any]) -> None:
    from huiyin.city import queries as city

    schemas = document["components"]["schemas"]
    for name, procedure in city.library().procedures.items():
        assert schemas[f"{name}.open"]["properties"]["procedure"] == {"type": "string", "const": name}
        mapping = schemas[f"{name}.act"]["discriminator"]["mapping"]
        offered = {
            action.name
            for actions in (procedure.always, *(state.actions for state in procedure.states.values()))
            for action in actions
            if not {"system", "list"} & set(action.by)
        }
        assert set(mapping) == offered
        for action in offered:
            one = schemas[f"{name}.act.{action}"]
            assert one["properties"]["action"]["const"] == action
            assert one["additionalProperties"] is False
    assert set(schemas["Act"]["discriminator"]["mapping"]) == set(city.library().procedures)
    assert all(re.fullmatch(r"[A-Za-z0-9._-]+", name) for name in schemas)


def test_fields_carry_both_labels_and_their_class(document: dict[str, Any]) -> None:
    detail = document["components"]["schemas"]["plain_request.open"]["properties"]["data"]["properties"]["detail"]
    assert detail["maxLength"] == 20_000
    assert detail["x-label"] == {"zh": "具体情况", "en": "Details"}
    assert detail["x-class"] == "P2"


def test_a_signature_asks_for_the_hash_of_the_text_that_was_read(document: dict[str, Any]) -> None:
    from huiyin.city import queries as city

    signing = [
        (name, action.name)
        for name, procedure in city.library().procedures.items()
        for actions in (procedure.always, *(state.actions for state in procedure.states.values()))
        for action in actions
        if (action.signs or action.seals) and action.by != ("system",)
    ]
    assert signing
    for name, action in signing:
        data = document["components"]["schemas"][f"{name}.act.{action}"]["properties"]["data"]
        assert all("hash" in one["required"] for one in data.get("anyOf", [data]))


def test_the_public_guide_explains_a_procedure_without_signing_in() -> None:
    listed = Caller().get("/procedures").json()["items"]
    assert {"people_mediation", "plain_request", "hazard_repair"} <= {one["name"] for one in listed}
    guide = Caller().get("/procedures/people_mediation").json()
    assert guide["start"] in {state["name"] for state in guide["states"]}
    window = next(clock for clock in guide["clocks"] if clock["name"] == "confirmation_window")
    assert window["basis"]
    assert guide["act_schemas"]["accept"]["properties"]["data"]["required"]
    assert Caller().get("/procedures/people_mediation/mermaid").content.startswith(b"stateDiagram")
    assert Caller().get("/procedures/no_such").status_code == 404


def test_reference_data_is_public_and_in_both_languages() -> None:
    topics = Caller().get("/topics?q=楼上漏水到我家卫生间").json()["items"]
    assert topics[0]["key"] == "dispute.neighbour.water_leak"
    (place,) = [one for one in Caller().get("/places?q=和平区").json()["items"] if one["code"] == "210102000000"]
    assert place["name"] == {"zh": "和平区", "en": "Heping District"}
    assert place["home"] == "210102"
    assert Caller().get(f"/units/{CENTRE}").json()["kind_name"]["en"]
    days = Caller().get("/calendar?from=2026-10-01&to=2026-10-10").json()["items"]
    assert [day["working"] for day in days][:7] == [False] * 7
    assert Caller().get("/calendar?from=2027-05-01&to=2027-05-01").json()["items"][0]["provisional"]


def test_units_are_paged() -> None:
    seen: list[str] = []
    after: str | None = ""
    while after is not None:
        page = Caller().get(f"/units?kind=governance_centre&limit=100{f'&after={after}' if after else ''}").json()
        seen += [unit["id"] for unit in page["items"]]
        after = page["after"]
    assert len(seen) == len(set(seen)) > 190
    assert seen == sorted(seen)


def test_the_examples_in_the_document_work(document: dict[str, Any]) -> None:
    example = document["paths"]["/api/v1/matters"]["post"]["requestBody"]["content"]["application/json"]["example"]
    receipt = Caller().open(**example)
    act = document["paths"]["/api/v1/matters/{home}/{matter}/acts"]["post"]["requestBody"]["content"]["application/json"]["example"]
    assert staff(CENTRE, "dispatcher").act(receipt, act["action"], act["data"], seen_version=1).status_code == 201
    assert REQUEST["procedure"] == example["procedure"]
