"""A cloud that holds what a test puts into it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any


class FakeCloud:
    """Answers by service and operation, and says that there is nothing otherwise."""

    def __init__(self, answers: Mapping[tuple[str, str], Any] | None = None) -> None:
        self._answers = answers or {}

    def ask(self, service: str, operation: str, **arguments: Any) -> dict[str, Any] | None:
        answer = self._answers.get((service, operation))
        return answer(arguments) if callable(answer) else answer

    def pages(
        self, service: str, operation: str, key: str, **arguments: Any
    ) -> Iterator[dict[str, Any]]:
        yield from self._answers.get((service, operation), [])
