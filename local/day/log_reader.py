"""Invocations of the deployed functions, read back from their log groups."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from local.day.observations import Invocation

if TYPE_CHECKING:
    from mypy_boto3_logs import CloudWatchLogsClient

_START = re.compile(r"START RequestId: (\S+)")
_END = re.compile(r"END RequestId: ")
_REPORT = re.compile(r"REPORT RequestId: (\S+)\s+Duration: ([\d.]+) ms")


def read_invocations(
    client: CloudWatchLogsClient, groups: Mapping[str, str], since: datetime
) -> tuple[Invocation, ...]:
    """Return the finished invocations since a moment; `groups` is function -> log group."""
    found = [
        invocation
        for function, group in groups.items()
        for messages in _streams(client, group, since)
        for invocation in invocations_in(function, messages)
    ]
    return tuple(sorted(found, key=lambda it: it.started_at))


def invocations_in(function: str, messages: Iterable[tuple[datetime, str]]) -> Iterator[Invocation]:
    """Cut one log stream, oldest line first, into invocations at their REPORT lines."""
    lines: list[Mapping[str, Any]] = []
    plain: list[str] = []
    for at, message in messages:
        report = _REPORT.match(message)
        if report is not None:
            yield Invocation(
                function=function,
                request_id=report[1],
                started_at=at - timedelta(milliseconds=float(report[2])),
                ended_at=at,
                lines=tuple(lines),
                plain=tuple(plain),
            )
            lines, plain = [], []
        elif not _START.match(message) and not _END.match(message):
            _sort_in(message, lines, plain)


def _sort_in(message: str, lines: list[Mapping[str, Any]], plain: list[str]) -> None:
    try:
        parsed = json.loads(message)
    except json.JSONDecodeError:
        parsed = None
    if isinstance(parsed, dict):
        lines.append(parsed)
    elif message.strip():
        plain.append(message)


def _streams(
    client: CloudWatchLogsClient, group: str, since: datetime
) -> Iterator[list[tuple[datetime, str]]]:
    pages = client.get_paginator("filter_log_events").paginate(
        logGroupName=group, startTime=int(since.timestamp() * 1000)
    )
    streams: dict[str, list[tuple[datetime, str]]] = {}
    for page in pages:
        for event in page["events"]:
            at = datetime.fromtimestamp(event["timestamp"] / 1000, tz=UTC)
            streams.setdefault(event["logStreamName"], []).append((at, event["message"]))
    yield from streams.values()
