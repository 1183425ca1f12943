"""Ends the program with a message instead of a traceback when the operator must act."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import pulumi


@contextmanager
def as_run_error(*expected: type[Exception]) -> Iterator[None]:
    """Show errors of these kinds as their message alone; it says what to do."""
    try:
        yield
    except expected as error:
        raise pulumi.RunError(str(error)) from None


def require_none(title: str, problems: Sequence[str]) -> None:
    """End the program with every problem that a check found."""
    if problems:
        raise pulumi.RunError("\n  ".join([title, *problems]))
