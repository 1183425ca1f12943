"""Work on many symbols that must end before its function is ended."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from the_alchemiser.shared.aws import aws_errors
from the_alchemiser.shared.errors import PermanentError

if TYPE_CHECKING:
    from mypy_boto3_lambda import LambdaClient

UNLIMITED_S = 1e9

MOST_INVOCATIONS = 12
"""Lambda stops a function that has invoked itself about 16 times:
https://docs.aws.amazon.com/lambda/latest/dg/invocation-recursion.html
"""

SHOWN_SYMBOLS = 20


@dataclass(frozen=True, kw_only=True, slots=True)
class TimeBudget:
    """How long the invocation may still run."""

    remaining_s: Callable[[], float]

    @classmethod
    def of(cls, context: object) -> TimeBudget:
        """Read it from Lambda's context; without one, as in a shell, there is no limit."""
        ask = getattr(context, "get_remaining_time_in_millis", None)
        if not callable(ask):
            return cls(remaining_s=lambda: UNLIMITED_S)
        return cls(remaining_s=lambda: float(ask()) / 1000)

    def allows(self, wanted_s: float) -> bool:
        """Tell whether work of this length still fits."""
        return self.remaining_s() > wanted_s


class Continuation(Protocol):
    """Goes on with the rest in a new invocation."""

    def start(self, payload: Mapping[str, object]) -> None:
        """Start the function again with this input, and do not wait for it."""
        ...


def counted(earlier: int, remaining: Sequence[str]) -> int:
    """Count this invocation, and refuse to go on for ever with what remains."""
    invocations = earlier + 1
    if invocations >= MOST_INVOCATIONS:
        named = ", ".join(remaining[:SHOWN_SYMBOLS])
        more = ", …" if len(remaining) > SHOWN_SYMBOLS else ""
        raise PermanentError(
            f"{len(remaining)} symbols remain after {invocations} invocations; "
            f"ask again for {named}{more}"
        )
    return invocations


class LambdaContinuation:
    """Invokes the function itself asynchronously."""

    def __init__(self, client: LambdaClient, function: str) -> None:
        self._client = client
        self._function = function

    def start(self, payload: Mapping[str, object]) -> None:
        """Queue one invocation."""
        with aws_errors(f"start {self._function} again"):
            self._client.invoke(
                FunctionName=self._function,
                InvocationType="Event",
                Payload=json.dumps(payload).encode(),
            )
