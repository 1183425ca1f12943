"""What starts a new function: nothing but a call, an event, a schedule, a queue."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from scaffolding.event_templates import EVENT_FILES, FAILURE, without_telling
from scaffolding.queue_templates import with_queue
from scaffolding.templates import FILES

EXAMPLES = "tests/events"
EVENTS = "the_alchemiser/shared/events"

_EXPRESSION = re.compile(r"(cron|rate|at)\([^()]+\)")


class UnknownTriggerError(ValueError):
    """What is to start the function is not there, or cannot start anything."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Asked:
    """What a person wants a function to be started by, and to keep its things in."""

    event: str = ""
    schedule: str = ""
    queue: str = ""
    table: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Trigger:
    """What starts a function, as text to put in."""

    entry: str = ""
    """Its line in the catalogue's entry."""
    files: Mapping[str, str]
    """Its files, before its names are put in."""
    rule: str = ""
    """The rule that starts it, if an event does."""
    tells: bool = True
    """Whether it publishes that it failed."""


def trigger_of(root: Path, physical_name: str, asked: Asked) -> Trigger:
    """Read what was asked for; UnknownTriggerError says what there is."""
    starts = {"EVENT": asked.event, "SCHEDULE": asked.schedule, "QUEUE": asked.queue}
    given = [name for name, value in starts.items() if value]
    if len(given) > 1:
        raise UnknownTriggerError(
            f"expected one of EVENT, SCHEDULE, QUEUE, found {' and '.join(given)}: each has an "
            "input of its own form"
        )
    if asked.event:
        return _on_event(root, physical_name, asked.event)
    if asked.schedule:
        return _on_schedule(physical_name, asked.schedule)
    return _on_queue(asked.queue) if asked.queue else Trigger(files=FILES)


def _on_queue(queue: str) -> Trigger:
    entry = f'        triggers=(OnQueue(queue="{queue}", maximum_concurrency=2),),\n'
    return Trigger(entry=entry, files=with_queue(FILES))


def _on_event(root: Path, physical_name: str, event: str) -> Trigger:
    known = {path.stem: path for path in sorted((root / EXAMPLES).glob("*.json"))}
    if event not in known:
        raise UnknownTriggerError(f"EVENT: expected one of {', '.join(known)}; found {event!r}")
    example: dict[str, Any] = json.loads(known[event].read_text(encoding="utf-8"))["detail"]
    member = re.sub(r"(?<!^)(?=[A-Z])", "_", event).upper()
    # The event that any function may send has no source of its own.
    helper = "on_any" if event == FAILURE else "on"
    rule = f"{physical_name}-{member.lower().replace('_', '-')}"
    filled = {
        "MODULE": _module_of(root, event),
        "EXAMPLE": json.dumps(example, indent=2),
        "MEMBER": member,
        "EVENT as": f"{event} as",
    }
    files = dict(FILES)
    for path, text in EVENT_FILES.items():
        for word, value in filled.items():
            text = text.replace(word, value)
        is_test = path.endswith("test_NAME.py")
        files[path] = without_telling(text) if event == FAILURE and is_test else text
    entry = f'        triggers=({helper}("{rule}", EventName.{member}),),\n'
    return Trigger(entry=entry, files=files, rule=rule, tells=event != FAILURE)


def _module_of(root: Path, event: str) -> str:
    for file in sorted((root / EVENTS).glob("*.py")):
        if f"class {event}(" in file.read_text(encoding="utf-8"):
            return file.stem
    raise UnknownTriggerError(f"EVENT: expected a class {event} in {EVENTS}, found none")


def _on_schedule(physical_name: str, expression: str) -> Trigger:
    if not _EXPRESSION.fullmatch(expression):
        raise UnknownTriggerError(
            "SCHEDULE: expected cron(…), rate(…) or at(…), such as 'cron(0 4 ? * TUE-SAT *)'; "
            f"found {expression!r}"
        )
    lines = (
        "        triggers=(",
        "            OnSchedule(",
        f'                schedule="{physical_name}",',
        f'                expression="{expression}",',
        '                timezone="UTC",',
        f'                input={{"correlation_id": "{physical_name}-by-schedule"}},',
        "            ),",
        "        ),",
    )
    return Trigger(entry="\n".join(lines) + "\n", files=FILES)
