"""Changes one thing at a time in a procedure, runs its scenarios, and prints every change that nobody notices.

    PYTHONPATH=src python bench/mutate.py people_mediation petition      # without names: every procedure

What stays unnoticed is either a thing no scenario shows (write one) or a thing without effect (take it away). The lengths of clocks
are tried on every run of the tests (``tests/law/test_procedure_mutations.py``); this tries conditions, papers and turns of clocks too.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from huiyin.core import scenario
from huiyin.core.pack_reading import read_library
from huiyin.core.packs import Library
from huiyin.core.procedure import Action, Procedure, State
from huiyin.core.source import read_yaml

PACKS = Path(__file__).resolve().parents[1] / "packs"
Change = tuple[str, Procedure]


def main() -> None:
    """Try the procedures named."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("procedures", nargs="*")
    wanted = parser.parse_args().procedures
    library, problems = read_library(sorted(manifest.parent for manifest in PACKS.glob("*/pack.yaml")))
    if library is None:
        raise SystemExit("\n".join(f"{one.file}:{one.line} {one.text.en}" for one in problems))
    tables = {path.name.removesuffix(".scenario.yaml"): read_yaml(path).data for path in PACKS.glob("*/procedures/*.scenario.yaml")}
    for name in wanted or sorted(library.procedures):
        begun, tried, left = time.monotonic(), 0, []
        for says, changed in changes(library.procedures[name]):
            tried += 1
            if not noticed(changed, library, tables[name]):
                left.append(says)
        print(f"{name}: {tried} changes, {len(left)} unnoticed, {time.monotonic() - begun:.0f} s", flush=True)
        for says in left:
            print(f"    {says}", flush=True)


def noticed(procedure: Procedure, library: Library, cases: list[Mapping[str, Any]]) -> bool:
    """Tell whether a scenario fails, or cannot even run."""
    for case in cases:
        try:
            if not scenario.run(procedure, library, case).passed:
                return True
        except (LookupError, TypeError, ValueError):
            return True
    return False


def changes(procedure: Procedure) -> Iterator[Change]:
    """Give each change with its words."""
    for name, condition in procedure.conditions.items():
        for test in ("true", "false", *parts(condition.test)):
            conditions = {**procedure.conditions, name: replace(condition, test=test)}
            yield f"condition {name}: {test}", replace(procedure, conditions=conditions)
    for name, clock in procedure.clocks.items():
        if clock.trigger:
            yield f"clock {name}: no trigger", replace(procedure, clocks={**procedure.clocks, name: replace(clock, trigger=None)})
    for where, action, put in actions(procedure):
        yield from ((f"{where}.{action.name}: {says}", put(changed)) for says, changed in of_action(action))
    for state in procedure.states.values():
        for says, changed in of_state(state):
            yield f"state {state.name}: {says}", replace(procedure, states={**procedure.states, state.name: changed})


def parts(test: str) -> Iterator[str]:
    """Give a condition without each of the parts that stand beside one another at its top."""
    for joint in (" && ", " || "):
        depth, found, part, at = 0, [], "", 0
        while at < len(test):
            depth += (test[at] in "([") - (test[at] in ")]")
            if depth == 0 and test.startswith(joint, at):
                found.append(part)
                part, at = "", at + len(joint)
                continue
            part, at = part + test[at], at + 1
        found.append(part)
        if len(found) > 1:
            yield from (joint.join(found[:k] + found[k + 1 :]) for k in range(len(found)))


def actions(procedure: Procedure) -> Iterator[tuple[str, Action, Callable[[Action], Procedure]]]:
    """Give each action that the file writes, and how the procedure is with another in its place."""
    for position, action in enumerate(procedure.always):

        def always(changed: Action, position: int = position) -> Procedure:
            return replace(procedure, always=(*procedure.always[:position], changed, *procedure.always[position + 1 :]))

        if not action.agrees:
            yield "always", action, always
    for state in procedure.states.values():
        for position, action in enumerate(state.actions):

            def here(changed: Action, position: int = position, state: State = state) -> Procedure:
                own = (*state.actions[:position], changed, *state.actions[position + 1 :])
                return replace(procedure, states={**procedure.states, state.name: replace(state, actions=own)})

            if not action.agrees:
                yield state.name, action, here


def of_action(action: Action) -> Iterator[tuple[str, Action]]:
    """Give an action without each thing it asks or does."""
    for kind in ("needs", "warns", "prints", "voids", "clocks"):
        given = getattr(action, kind)
        for one in given:
            says = one if isinstance(one, str) else f"{one.clock} {one.verb}"
            yield f"{kind} without {says}", replace(action, **{kind: tuple(other for other in given if other is not one)})
    for name in action.sets:
        yield f"sets without {name}", replace(action, sets={key: value for key, value in action.sets.items() if key != name})
    for flag in ("once", "jointly", "after_end"):
        if getattr(action, flag):
            yield f"not {flag}", replace(action, **{flag: False})
    if action.opens is not None:
        for name in action.opens.hands:
            hands = {key: value for key, value in action.opens.hands.items() if key != name}
            yield f"hands without {name}", replace(action, opens=replace(action.opens, hands=hands))


def of_state(state: State) -> Iterator[tuple[str, State]]:
    """Give a state without each clock it starts and each act a date brings by itself."""
    for use in state.clocks:
        yield f"clocks without {use.clock} {use.verb}", replace(state, clocks=tuple(other for other in state.clocks if other is not use))
    for due in state.when_due:
        if due.does:
            dues = tuple(replace(one, does=None) if one is due else one for one in state.when_due)
            yield f"{due.clock} does nothing", replace(state, when_due=dues)


if __name__ == "__main__":
    main()
