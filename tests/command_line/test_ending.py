"""How every command line ends."""

from __future__ import annotations

import errno
from collections.abc import Callable

import click
import pytest

from command_line.ending import Ending, invoke


class Refused(Exception):
    pass


@click.group("tool")
def line() -> None:
    """Do things."""


@line.command()
@click.option("--size", type=int, required=True)
def make(size: int) -> int:
    return size


def raising(error: BaseException) -> Callable[[], int]:
    def act() -> int:
        raise error

    return act


def is_full(error: Exception) -> bool:
    return isinstance(error, OSError) and error.errno == errno.ENOSPC


def ended(act: Callable[[], int]) -> tuple[int, str]:
    said: list[str] = []
    ending = Ending(
        problems=(Refused,),
        of_others=lambda error: "the disk is full" if is_full(error) else None,
        interrupted="interrupted; go on",
        tell=said.append,
    )
    return ending.of(act), "\n".join(said)


@pytest.mark.parametrize(
    ("words", "status", "said"),
    [
        (["make", "--size", "0"], 0, ""),
        (["make", "--size", "3"], 3, ""),
        (["make"], 2, "error: make: Missing option '--size'."),
        (["make", "--size", "x"], 2, "error: make: Invalid value for '--size': 'x' is not a valid"),
        (["break"], 2, "error: No such command 'break'."),
    ],
)
def test_a_command_line_has_a_status_and_says_in_one_line_what_was_not_understood(
    words: list[str], status: int, said: str
) -> None:
    found = ended(lambda: invoke(line, words))
    assert found[0] == status
    assert found[1].startswith(said)
    assert "\n" not in found[1]
    assert bool(said) == bool(found[1])


def test_without_words_a_group_shows_what_there_is_and_has_done_nothing() -> None:
    status, said = ended(lambda: invoke(line, []))
    assert status == 2
    assert said.startswith("Usage: tool") and "make" in said


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (Refused("expected a, found b"), "error: expected a, found b"),
        (OSError(errno.ENOSPC, "No space left on device"), "error: the disk is full"),
        (KeyboardInterrupt(), "interrupted; go on"),
        (click.Abort(), "interrupted; go on"),
    ],
)
def test_what_a_person_can_act_on_is_one_message(error: BaseException, said: str) -> None:
    assert ended(raising(error)) == (1, said)


@pytest.mark.parametrize("error", [ValueError("a fault"), OSError(errno.EINVAL, "a fault")])
def test_a_fault_of_the_program_shows_where_it_arose(error: Exception) -> None:
    with pytest.raises(type(error)):
        ended(raising(error))
