"""Diagrams come from the one file and say all of it."""

from __future__ import annotations

from xml.etree import ElementTree as ET

import pytest
from sound_pack import sound

from huiyin.core.diagram import bpmn, mermaid
from huiyin.core.diagram_bpmn import BOUNDS, DIAGRAM, LINES, MODEL
from huiyin.core.diagram_common import state_label
from huiyin.core.procedure import Procedure
from huiyin.core.soundness_common import edges

NAMES = sorted(sound().procedures)


def procedure(name: str) -> Procedure:
    return sound().procedures[name]


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("name", NAMES)
def test_mermaid_shows_every_state_move_and_act(name: str, language: str) -> None:
    definition = procedure(name)
    lines = [line.strip() for line in mermaid(definition, language).splitlines()]
    assert lines[:2] == ["stateDiagram-v2", f"[*] --> {definition.start}"]
    for state in definition.states.values():
        assert any(line.startswith(f"{state.name} : ") for line in lines)
        assert (f"{state.name} --> [*]" in lines) == (state.end is not None)
    for edge in edges(definition):
        if edge.moves and edge.action not in definition.always:
            assert f"{edge.source} --> {edge.target} : {edge.action.label.in_(language)}" in lines
    whole = "\n".join(lines)
    for state in definition.states.values():
        for action in state.actions:
            assert action.label.in_(language) in whole
    assert "{" not in whole.replace("stateDiagram", "")


def test_mermaid_shows_what_may_end_the_matter_at_any_step() -> None:
    assert "any_step --> failed : Stop" in mermaid(procedure("borrowed_tool"), "en")


def test_an_act_barred_from_a_step_is_not_drawn_as_open_at_any() -> None:
    from dataclasses import replace

    definition = procedure("borrowed_tool")
    barred = next(state for state in definition.states.values() if state.end is None)
    always = tuple(replace(action, not_from=(barred.name,)) if action.to == "failed" else action for action in definition.always)
    changed = replace(definition, always=always)
    says = f"Any step (but for {state_label(barred).en})"
    assert f"    any_step : {says}" in mermaid(changed, "en").splitlines()
    [box] = list(ET.fromstring(bpmn(changed, "en").encode()).iter(f"{{{MODEL}}}subProcess"))
    assert box.get("name") == f"Stop - {says}"


def test_words_that_mermaid_has_taken_do_not_break_it() -> None:
    from dataclasses import replace

    from huiyin.core.values import Text

    definition = procedure("second_look")
    ends = replace(definition.states["done"], name="end", says=Text("完: #1; 好", 'A "quoted": end'))
    looking = definition.states["looking"]
    actions = tuple(replace(action, to="end") for action in looking.actions)
    changed = replace(definition, states={"looking": replace(looking, actions=actions), "end": ends})
    drawn = mermaid(changed, "en")
    assert "looking --> end_ : Looked" in drawn
    assert '"' not in drawn
    assert "#" not in mermaid(changed, "zh")


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("name", NAMES)
def test_bpmn_is_whole_and_every_part_has_its_place(name: str, language: str) -> None:
    definition = procedure(name)
    root = ET.fromstring(bpmn(definition, language).encode())
    process = root.find(f"{{{MODEL}}}process")
    assert process is not None
    assert process.get("name") == definition.title.in_(language)
    parts = {
        element.get("id"): element
        for element in process.iter()
        if element is not process and element.tag.startswith(f"{{{MODEL}}}") and element.get("id")
    }
    for state in definition.states.values():
        tag = parts[state.name].tag.removeprefix(f"{{{MODEL}}}")
        assert tag == ("endEvent" if state.end is not None else "userTask")
    flows = {key: one for key, one in parts.items() if one.tag == f"{{{MODEL}}}sequenceFlow"}
    assert flows
    for key, flow in flows.items():
        source, target = parts[flow.get("sourceRef")], parts[flow.get("targetRef")]
        assert key in [one.text for one in source.findall(f"{{{MODEL}}}outgoing")]
        assert key in [one.text for one in target.findall(f"{{{MODEL}}}incoming")]
    shapes = [one.get("bpmnElement") for one in root.iter(f"{{{DIAGRAM}}}BPMNShape")]
    lines = [one.get("bpmnElement") for one in root.iter(f"{{{DIAGRAM}}}BPMNEdge")]
    nodes = [key for key, one in parts.items() if key not in flows and not one.tag.endswith("EventDefinition")]
    assert sorted(map(str, shapes)) == sorted(map(str, nodes))
    assert sorted(map(str, lines)) == sorted(map(str, flows))
    for line in root.iter(f"{{{DIAGRAM}}}BPMNEdge"):
        assert len(line.findall(f"{{{LINES}}}waypoint")) >= 2


def test_bpmn_tasks_do_not_lie_on_each_other() -> None:
    root = ET.fromstring(bpmn(procedure("borrowed_tool"), "zh").encode())
    states = set(procedure("borrowed_tool").states)
    boxes = []
    for shape in root.iter(f"{{{DIAGRAM}}}BPMNShape"):
        bounds = shape.find(f"{{{BOUNDS}}}Bounds")
        assert bounds is not None
        if shape.get("bpmnElement") in states:
            boxes.append([float(str(bounds.get(key))) for key in ("x", "y", "width", "height")])
    for index, (x, y, width, height) in enumerate(boxes):
        for other_x, other_y, other_width, other_height in boxes[index + 1 :]:
            assert x + width <= other_x or other_x + other_width <= x or y + height <= other_y or other_y + other_height <= y


def test_bpmn_shows_clocks_that_lead_on_and_clocks_that_only_tell() -> None:
    root = ET.fromstring(bpmn(procedure("borrowed_tool"), "en").encode())
    timers = {one.get("id"): one for one in root.iter(f"{{{MODEL}}}boundaryEvent")}
    assert timers["returning__review"].get("cancelActivity") == "true"
    assert timers["returning__return"].get("cancelActivity") == "false"
    assert timers["received__reply"].get("attachedToRef") == "received"
    duration = timers["received__reply"].find(f".//{{{MODEL}}}timeDuration")
    assert duration is not None
    assert duration.text == "10 days"
    told = next(one for one in root.iter(f"{{{MODEL}}}endEvent") if one.get("id") == "received__reply__told")
    assert told.get("name") == "Tell: clerk, Neighbour"


def test_bpmn_shows_what_may_end_the_matter_at_any_step() -> None:
    root = ET.fromstring(bpmn(procedure("borrowed_tool"), "en").encode())
    [box] = list(root.iter(f"{{{MODEL}}}subProcess"))
    assert (box.get("name"), box.get("triggeredByEvent")) == ("Stop - Any step (but for In force)", "true")
