"""How a command line ends: a status, and one message for what a person can act on."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import click

FAILED = 1
MISUSED = 2
"""Status of a command line that was not understood."""


def on_stderr(message: str) -> None:
    """Tell the person at the terminal."""
    sys.stderr.write(f"{message}\n")
    sys.stderr.flush()


@dataclass(frozen=True, kw_only=True, slots=True)
class Ending:
    """What of a program's failures is told as one message; all others show where they arose."""

    problems: tuple[type[Exception], ...] = ()
    of_others: Callable[[Exception], object | None] = lambda error: None
    """Gives what to tell of any other failure, None where that is a fault of the program."""
    interrupted: str = "interrupted"
    tell: Callable[[str], None] = on_stderr

    def of(self, act: Callable[[], int]) -> int:
        """Give the status of something that is done."""
        try:
            return act()
        except click.exceptions.NoArgsIsHelpError as help_shown:
            self.tell(help_shown.format_message())
            return MISUSED
        except click.ClickException as error:
            self.tell(f"error: {_who(error)}{error.format_message()}")
            return MISUSED
        except self.problems as problem:
            self.tell(f"error: {problem}")
        except (KeyboardInterrupt, click.Abort):
            self.tell(self.interrupted)
        except Exception as error:
            told = self.of_others(error)
            if told is None:
                raise
            self.tell(f"error: {told}")
        return FAILED


def invoke(line: click.Command, words: Sequence[str], **settings: Any) -> int:
    """Run what the words ask for."""
    status = line.main(list(words), str(line.name), standalone_mode=False, **settings)
    return int(status or 0)


def _who(error: click.ClickException) -> str:
    context = getattr(error, "ctx", None)
    name = context.info_name if context and context.parent else ""
    return f"{name}: " if name else ""
