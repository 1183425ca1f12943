"""What the schedule, or a person, says to start a run."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Literal

from pydantic import Field

from the_alchemiser.shared.contract import Contract
from the_alchemiser.shared.errors import InvalidEvent
from the_alchemiser.shared.events.unwrap import parsed
from the_alchemiser.shared.ids import RandomIds

SessionId = Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9._:-]{0,127}$")]

_UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


class StartRun(Contract):
    """Input of the coordinator."""

    mode: Literal["trade"]
    correlation_id: SessionId | None = None
    session_id: SessionId | None = None
    as_of: date | None = None
    """Trade as on this day, on what was known before it."""


@dataclass(frozen=True, kw_only=True, slots=True)
class RunRequest:
    """A run to start, or to take up again under the same id."""

    session_id: str
    as_of: date | None = None

    @property
    def correlation_id(self) -> str:
        """Return the id of the whole run, which is its session's."""
        return self.session_id

    @property
    def cause_id(self) -> str:
        """Return what the run's first events name as their cause."""
        return self.session_id


def decode(event: object, request_id: object) -> RunRequest:
    """Read the input.

    Without an id in it, the run is named for the invocation: Lambda repeats a failed asynchronous
    invocation under the same request id, so a repetition takes the run up instead of starting a
    second one.
    """
    command = parsed(event, StartRun)
    given = {name for name in (command.session_id, command.correlation_id) if name is not None}
    if len(given) > 1:
        raise InvalidEvent("expected session_id and correlation_id to be the same, found two ids")
    session_id = given.pop() if given else _named_for(request_id)
    return RunRequest(session_id=session_id, as_of=command.as_of)


def _named_for(request_id: object) -> str:
    if isinstance(request_id, str) and _UUID.fullmatch(request_id):
        return f"workflow-{request_id}"
    return RandomIds().new("workflow")
