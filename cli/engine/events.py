"""What the engine did in one run, from the log of events that it writes for programs to read."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

UNCHANGED = frozenset({"same", "read", "refresh", "discard"})
REPLACING = frozenset({"create-replacement", "delete-replaced", "discard-replaced"})
"""Steps of a replacement, which is told by its step `replace` alone."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Step:
    """One resource that is created, updated, replaced or deleted."""

    kind: str
    urn: str
    token: str
    """Type of the resource, such as `aws:sqs/queue:Queue`."""
    parent: str
    """Its parent's URN."""
    properties: tuple[str, ...]
    """Names of what differs, at the top level."""

    @property
    def name(self) -> str:
        """What the program calls it."""
        return self.urn.rpartition("::")[2]

    @property
    def noun(self) -> str:
        """The last word of its type."""
        return self.token.rpartition(":")[2]


@dataclass(frozen=True, kw_only=True, slots=True)
class EngineRun:
    """One run of the engine, told."""

    steps: tuple[Step, ...]
    counts: Mapping[str, int]
    """Resources by what was done with them; "same" is among them."""
    errors: tuple[str, ...]
    """What went wrong, each with the resource that it happened to."""

    @property
    def resources(self) -> int:
        """How many resources the stack has."""
        return sum(self.counts.values())


def read_events(file: Path) -> EngineRun:
    """Read an event log; one that ends early or is not there tells what it has."""
    events = list(_events(file))
    steps = {}
    for metadata in _of(events, "resourcePreEvent", "metadata"):
        if metadata["op"] not in UNCHANGED | REPLACING:
            steps[metadata["urn"]] = _step(metadata)
    summaries = list(_of(events, "summaryEvent", "resourceChanges"))
    errors = [_error(it["diagnosticEvent"]) for it in events if "diagnosticEvent" in it]
    return EngineRun(
        steps=tuple(steps.values()),
        counts=summaries[-1] if summaries else {},
        errors=tuple(dict.fromkeys(error for error in errors if error)),
    )


def _events(file: Path) -> Iterator[dict[str, Any]]:
    if not file.exists():
        return
    for line in file.read_text().splitlines():
        try:
            yield json.loads(line)
        except ValueError:
            return


def _of(events: list[dict[str, Any]], kind: str, part: str) -> Iterator[dict[str, Any]]:
    for event in events:
        if kind in event:
            yield event[kind].get(part) or {}


def _step(metadata: Mapping[str, Any]) -> Step:
    state = metadata.get("new") or metadata.get("old") or {}
    return Step(
        kind=metadata["op"],
        urn=metadata["urn"],
        token=metadata["type"],
        parent=state.get("parent") or "",
        properties=tuple(metadata.get("diffs") or ()),
    )


def _error(diagnostic: Mapping[str, Any]) -> str:
    if diagnostic.get("severity") != "error":
        return ""
    name = str(diagnostic.get("urn") or "").rpartition("::")[2]
    message = str(diagnostic["message"]).strip()
    return f"{name}: {message}" if name else message
