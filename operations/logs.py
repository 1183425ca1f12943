"""Log lines of a stack's functions, merged by time."""

from __future__ import annotations

import heapq
import json
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from operations.errors import OperationError

_UNITS = {"s": 1, "m": 60, "h": 3600, "d": 86_400}
POLL_S = 2.0
_ABSENT = "ResourceNotFoundException"
_SHOWN_FIRST = ("timestamp", "level", "event", "function")


@dataclass(frozen=True, kw_only=True, slots=True)
class Line:
    """One line of one function."""

    at: datetime
    function: str
    text: str

    @property
    def fields(self) -> Mapping[str, Any]:
        """The line's fields where it is JSON; nothing for what Lambda itself writes."""
        try:
            found = json.loads(self.text)
        except ValueError:
            return {}
        return found if isinstance(found, dict) else {}

    def __str__(self) -> str:
        found = self.fields
        what = found.get("event") or found.get("message") or self.text.strip()
        rest = " ".join(f"{k}={v}" for k, v in found.items() if k not in _SHOWN_FIRST)
        level = str(found.get("level", "")).upper()
        return f"{self.at:%H:%M:%S} {self.function:<20} {level:<7} {what} {rest}".rstrip()

    def as_json(self) -> str:
        """Write the line for a pipe: its own fields, with the time, and the catalogue's name."""
        own = self.fields or {"message": self.text.rstrip("\n")}
        return json.dumps({"at": self.at.isoformat(), **own, "function": self.function})


def seconds_in(text: str) -> int:
    """Read a span such as 90s, 15m, 2h or 1d."""
    number, unit = text[:-1], text[-1:]
    if unit not in _UNITS or not number.isdecimal():
        raise OperationError(f"expected a time such as 90s, 15m, 2h or 1d, found {text!r}")
    return int(number) * _UNITS[unit]


def read_lines(
    client: Any, groups: Mapping[str, str], since: datetime, mentions: str = ""
) -> Iterator[Line]:
    """Yield lines in order of time; `groups` is function -> log group.

    `mentions` is an id that a line must have among its fields: of a run, or a correlation id.
    """
    streams = (_of_group(client, name, group, since) for name, group in groups.items())
    return (line for line in _merged(streams) if not mentions or mentions in line.text)


def follow_lines(
    client: Any,
    groups: Mapping[str, str],
    since: datetime,
    mentions: str = "",
    sleep: Callable[[float], None] = time.sleep,
) -> Iterator[Line]:
    """Yield lines as they come, for ever; each once."""
    seen: set[Line] = set()
    while True:
        fresh = [it for it in read_lines(client, groups, since, mentions) if it not in seen]
        yield from fresh
        seen.update(fresh)
        if fresh:
            # Lines come late by some seconds; what is older than that has been shown.
            since = max(since, fresh[-1].at - timedelta(seconds=30))
            seen = {line for line in seen if line.at >= since}
        sleep(POLL_S)


def _of_group(client: Any, name: str, group: str, since: datetime) -> Iterable[Line]:
    try:
        pages = client.get_paginator("filter_log_events").paginate(
            logGroupName=group, startTime=int(since.timestamp() * 1000)
        )
        found = [event for page in pages for event in page["events"]]
    except client.exceptions.ResourceNotFoundException:
        return []
    lines = [
        Line(
            at=datetime.fromtimestamp(event["timestamp"] / 1000, tz=UTC),
            function=name,
            text=event["message"],
        )
        for event in found
    ]
    return sorted(lines, key=_when)


def _merged(streams: Iterable[Iterable[Line]]) -> Iterator[Line]:
    # By time alone: what one function wrote in one millisecond stays in its order.
    return heapq.merge(*streams, key=_when)


def _when(line: Line) -> datetime:
    return line.at
