"""BPMN 2.0 of a procedure, laid out in layers so that any viewer shows it.

An open state is a task of whoever has it, a choice of moves a gateway behind it, an end an end event. A clock that may
run out is a timer on the task's border: it leads on where the procedure says so, else to a message to those it tells.
An act that is open at any step and ends the matter is an event sub-process below.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from xml.etree import ElementTree as ET
from xml.etree.ElementTree import Element, SubElement

from huiyin.core.diagram_common import actor_label, any_step, ends_any_time, moves_of, state_label
from huiyin.core.procedure import SYSTEM_ACTOR, Action, Procedure, State, WhenDue
from huiyin.core.soundness_common import Edge

MODEL = "http://www.omg.org/spec/BPMN/20100524/MODEL"
DIAGRAM = "http://www.omg.org/spec/BPMN/20100524/DI"
BOUNDS = "http://www.omg.org/spec/DD/20100524/DC"
LINES = "http://www.omg.org/spec/DD/20100524/DI"
SCHEMA = "http://www.w3.org/2001/XMLSchema-instance"
_PREFIXES = {"bpmn": MODEL, "bpmndi": DIAGRAM, "dc": BOUNDS, "di": LINES, "xsi": SCHEMA}

COLUMN, ROW, TOP, LEFT = 380, 260, 200, 200
TASK, EVENT, GATEWAY, BOX = (140, 80), (36, 36), (50, 50), (300, 120)
Point = tuple[float, float]


@dataclass(slots=True)
class _Node:
    id: str
    tag: str
    name: str
    x: float
    y: float
    size: tuple[int, int]
    attributes: dict[str, str] = field(default_factory=dict)
    definition: str | None = None
    term: str | None = None
    inside: str | None = None

    @property
    def middle(self) -> float:
        return self.y + self.size[1] / 2

    @property
    def right(self) -> Point:
        return self.x + self.size[0], self.middle

    @property
    def left(self) -> Point:
        return self.x, self.middle

    @property
    def top(self) -> Point:
        return self.x + self.size[0] / 2, self.y

    @property
    def bottom(self) -> Point:
        return self.x + self.size[0] / 2, self.y + self.size[1]


@dataclass(frozen=True, slots=True)
class _Flow:
    id: str
    source: str
    target: str
    name: str
    points: tuple[Point, ...]
    inside: str | None = None


def bpmn(procedure: Procedure, language: str) -> str:
    """Return the procedure as a BPMN 2.0 document with diagram interchange, texts in ``language``."""
    drawing = _Drawing(procedure, language)
    drawing.draw()
    return drawing.document()


class _Drawing:
    def __init__(self, procedure: Procedure, language: str) -> None:
        self.procedure = procedure
        self.language = language
        self.nodes: dict[str, _Node] = {}
        self.flows: list[_Flow] = []
        self._corridors = 0

    def draw(self) -> None:
        places = _layers(self.procedure)
        moves = moves_of(self.procedure)
        self._node("opened", "startEvent", "", (LEFT - 120, TOP + 22), EVENT)
        for state in self.procedure.states.values():
            column, row = places[state.name]
            self._state(state, (LEFT + column * COLUMN, TOP + row * ROW))
        self._flow("opened", self.procedure.start, "")
        for state in self.procedure.states.values():
            self._ways(state, [edge for edge in moves if edge.source == state.name])
        below = TOP + (max(row for _column, row in places.values()) + 1) * ROW
        for number, action in enumerate(ends_any_time(self.procedure)):
            self._any_step(action, (LEFT + number * (BOX[0] + 60), below))

    def _text(self, action: Action) -> str:
        return action.label.in_(self.language)

    def _actors(self, names: tuple[str, ...]) -> str:
        comma = ", " if self.language == "en" else "、"
        return comma.join(actor_label(self.procedure, name).in_(self.language) for name in names)

    def _node(self, id_: str, tag: str, name: str, at: Point, size: tuple[int, int]) -> _Node:
        node = self.nodes[id_] = _Node(id_, tag, name, *at, size)
        return node

    def _state(self, state: State, at: Point) -> None:
        label = state_label(state).in_(self.language)
        if state.end is not None:
            self._node(state.name, "endEvent", label, (at[0] + 52, at[1] + 22), EVENT)
            return
        holders = self._actors(state.by)
        tag = "serviceTask" if set(state.by) == {SYSTEM_ACTOR} else "userTask"
        self._node(state.name, tag, f"{label} ({holders})" if holders else label, at, TASK)

    def _ways(self, state: State, moves: list[Edge]) -> None:
        """Draw what leads on from a state: its choice of moves, and the timers on its border."""
        on_due = {due.does: due for due in state.when_due if due.does is not None}
        chosen = [edge for edge in moves if edge.action.name not in on_due]
        source = state.name
        if len(chosen) > 1:
            task = self.nodes[state.name]
            source = f"{state.name}__choice"
            self._node(source, "exclusiveGateway", "", (task.x + TASK[0] + 50, task.middle - GATEWAY[1] / 2), GATEWAY)
            self._flow(state.name, source, "")
        for edge in chosen:
            self._flow(source, edge.target, self._text(edge.action))
        for number, due in enumerate(state.when_due):
            self._timer(state, due, number, next((edge for edge in moves if edge.action.name == due.does), None))

    def _timer(self, state: State, due: WhenDue, number: int, move: Edge | None) -> None:
        task = self.nodes[state.name]
        clock = self.procedure.clocks[due.clock]
        at = (task.x + 8 + number * (EVENT[0] + 8), task.y + TASK[1] - EVENT[1] / 2)
        timer = self._node(f"{state.name}__{due.clock}", "boundaryEvent", clock.label.in_(self.language), at, EVENT)
        timer.attributes = {"attachedToRef": state.name, "cancelActivity": "true" if move is not None else "false"}
        timer.definition = "timerEventDefinition"
        timer.term = str(clock.term) if clock.term is not None else clock.until
        if move is not None:
            self._flow(timer.id, move.target, self._text(move.action))
            return
        tell = "告知：" if self.language != "en" else "Tell: "
        spot = (timer.x, task.y + TASK[1] + 60)
        told = self._node(f"{timer.id}__told", "endEvent", tell + self._actors(due.tells), spot, EVENT)
        told.definition = "messageEventDefinition"
        self._add_flow(timer, told, "", (timer.bottom, told.top))

    def _any_step(self, action: Action, at: Point) -> None:
        """Draw an act that may end the matter at any step."""
        says = self._text(action)
        if action.not_from:
            where = any_step(self.procedure, action.not_from).in_(self.language)
            says = f"{says} - {where}" if self.language == "en" else f"{says}：{where}"
        box = self._node(f"any__{action.name}", "subProcess", says, at, BOX)
        box.attributes = {"triggeredByEvent": "true"}
        begin = self._node(f"any__{action.name}__act", "startEvent", self._actors(action.by), (at[0] + 40, at[1] + 42), EVENT)
        begin.definition = "messageEventDefinition"
        target = self.procedure.states[str(action.to)]
        label = state_label(target).in_(self.language)
        end = self._node(f"any__{action.name}__end", "endEvent", label, (at[0] + BOX[0] - 76, at[1] + 42), EVENT)
        begin.inside = end.inside = box.id
        self._add_flow(begin, end, "", (begin.right, end.left), inside=box.id)

    def _flow(self, source: str, target: str, name: str) -> None:
        first, last = self.nodes[source], self.nodes[target]
        out = first.bottom if first.tag == "boundaryEvent" else first.right
        turn = first.x + first.size[0] + 24
        if first.tag == "boundaryEvent" or last.x <= first.x:
            # Backwards, or down from a border: along a corridor of its own above everything.
            self._corridors += 1
            lane = TOP - 30 - 14 * self._corridors
            start = (out, (out[0], out[1] + 16), (turn, out[1] + 16)) if first.tag == "boundaryEvent" else (out, (turn, out[1]))
            points = (*start, (turn, lane), (last.x - 24, lane), (last.x - 24, last.middle), last.left)
        elif out[1] == last.middle:
            points = (out, last.left)
        else:
            points = (out, (turn, out[1]), (turn, last.middle), last.left)
        self._add_flow(first, last, name, points)

    def _add_flow(self, source: _Node, target: _Node, name: str, points: tuple[Point, ...], inside: str | None = None) -> None:
        self.flows.append(_Flow(f"flow_{len(self.flows) + 1}", source.id, target.id, name, points, inside))

    def document(self) -> str:
        for prefix, uri in _PREFIXES.items():
            ET.register_namespace(prefix, uri)
        name = self.procedure.name
        root = Element(
            f"{{{MODEL}}}definitions",
            {"id": f"definitions_{name}", "targetNamespace": "urn:huiyin:procedure", "exporter": "Huiyin"},
        )
        title = self.procedure.title.in_(self.language)
        process = SubElement(root, f"{{{MODEL}}}process", {"id": f"process_{name}", "name": title, "isExecutable": "false"})
        boxes: dict[str | None, Element] = {None: process}
        for node in self.nodes.values():
            boxes[node.id] = self._model(boxes[node.inside], node)
        for flow in self.flows:
            attributes = {"id": flow.id, "sourceRef": flow.source, "targetRef": flow.target}
            SubElement(boxes[flow.inside], f"{{{MODEL}}}sequenceFlow", {**attributes, **({"name": flow.name} if flow.name else {})})
        diagram = SubElement(root, f"{{{DIAGRAM}}}BPMNDiagram", {"id": f"diagram_{name}"})
        plane = SubElement(diagram, f"{{{DIAGRAM}}}BPMNPlane", {"id": f"plane_{name}", "bpmnElement": f"process_{name}"})
        for node in self.nodes.values():
            _shape(plane, node)
        for flow in self.flows:
            _line(plane, flow)
        ET.indent(root)
        return '<?xml version="1.0" encoding="UTF-8"?>\n' + ET.tostring(root, encoding="unicode") + "\n"

    def _model(self, box: Element, node: _Node) -> Element:
        attributes = {"id": node.id, **({"name": node.name} if node.name else {}), **node.attributes}
        element = SubElement(box, f"{{{MODEL}}}{node.tag}", attributes)
        for flow in self.flows:
            if flow.target == node.id:
                SubElement(element, f"{{{MODEL}}}incoming").text = flow.id
        for flow in self.flows:
            if flow.source == node.id:
                SubElement(element, f"{{{MODEL}}}outgoing").text = flow.id
        if node.definition is not None:
            definition = SubElement(element, f"{{{MODEL}}}{node.definition}", {"id": f"{node.id}__why"})
            if node.term is not None:
                kind = {f"{{{SCHEMA}}}type": "bpmn:tFormalExpression"}
                SubElement(definition, f"{{{MODEL}}}timeDuration", kind).text = node.term
        return element


def _shape(plane: Element, node: _Node) -> None:
    attributes = {"id": f"{node.id}__shape", "bpmnElement": node.id}
    if node.tag == "subProcess":
        attributes["isExpanded"] = "true"
    if node.tag == "exclusiveGateway":
        attributes["isMarkerVisible"] = "true"
    shape = SubElement(plane, f"{{{DIAGRAM}}}BPMNShape", attributes)
    width, height = node.size
    SubElement(
        shape,
        f"{{{BOUNDS}}}Bounds",
        {"x": f"{node.x:g}", "y": f"{node.y:g}", "width": str(width), "height": str(height)},
    )


def _line(plane: Element, flow: _Flow) -> None:
    edge = SubElement(plane, f"{{{DIAGRAM}}}BPMNEdge", {"id": f"{flow.id}__line", "bpmnElement": flow.id})
    for x, y in flow.points:
        SubElement(edge, f"{{{LINES}}}waypoint", {"x": f"{x:g}", "y": f"{y:g}"})


def _layers(procedure: Procedure) -> dict[str, tuple[int, int]]:
    """Return (column, row) of each state: its distance from the start, and its turn among those as far away."""
    column = {procedure.start: 0}
    waiting = [procedure.start]
    moves = [*moves_of(procedure)]
    while waiting:
        here = waiting.pop(0)
        for edge in moves:
            if edge.source == here and edge.target not in column:
                column[edge.target] = column[here] + 1
                waiting.append(edge.target)
    last = max(column.values()) + 1
    places: dict[str, tuple[int, int]] = {}
    filled: dict[int, int] = {}
    for name in procedure.states:
        at = column.get(name, last)
        places[name] = (at, filled.get(at, 0))
        filled[at] = filled.get(at, 0) + 1
    return places
