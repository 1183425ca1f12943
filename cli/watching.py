"""Deploys every save to the local stack: a function's code at once, all else with the engine."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path, PurePath

from local.problems import LocalProblem
from local.progress import say
from packager.errors import PackagingError

WATCHED = (
    *("__main__.py", "blueprint", "catalogue", "components", "config", "functions", "layers"),
    *("packager", "strategies", "the_alchemiser"),
)
"""What a deployment is made of, below the checkout."""

SETTLE_S = 30.0
"""After so long without a save the engine writes what was swapped into the stack's record."""

DEBOUNCE_MS = 250
LOOK_EVERY_MS = 1000

Saves = Iterable[frozenset[str]]
"""Paths below the checkout that were saved together; empty when nothing was, for a while."""


@dataclass(kw_only=True, slots=True)
class Watch:
    """Follows saves until they end."""

    swap: Callable[[str], str | None]
    """Deploys one function's code and says what changed."""
    deploy: Callable[[], int]
    """Deploys everything with the engine."""
    clock: Callable[[], float] = time.monotonic
    _swapped_at: float | None = field(default=None)

    def follow(self, saves: Saves) -> None:
        """Deploy each; what is wrong with one is told, and the next is waited for."""
        for saved in saves:
            if saved:
                self._deploy(saved)
            elif self._swapped_at is not None and self.clock() - self._swapped_at > SETTLE_S:
                self._swapped_at = None
                say("-> no save for a while: writing the stack's record")
                self._try(self.deploy)

    def _deploy(self, saved: frozenset[str]) -> None:
        functions = functions_of(saved)
        if functions is None:
            self._swapped_at = None
            self._try(self.deploy)
            return
        for name in functions:
            self._try(lambda name=name: self._swap(name))  # type: ignore[misc]

    def _swap(self, name: str) -> None:
        began = self.clock()
        if (told := self.swap(name)) is not None:
            self._swapped_at = self.clock()
            print(f"{told} ({self._swapped_at - began:.1f} s)", flush=True)

    @staticmethod
    def _try(work: Callable[[], object]) -> None:
        try:
            work()
        except (LocalProblem, PackagingError) as problem:
            say(f"error: {problem}")


def functions_of(saved: Iterable[str]) -> tuple[str, ...] | None:
    """Name the functions whose own files alone were saved; None where anything else was."""
    names = set()
    for path in saved:
        parts = PurePath(path).parts
        if len(parts) < 3 or parts[0] != "functions":
            return None
        names.add(parts[1])
    return tuple(sorted(names))


def saves_below(root: Path) -> Iterator[frozenset[str]]:
    """Give what is saved in the checkout, as it happens, for ever."""
    from watchfiles import watch

    watched = [root / name for name in WATCHED if (root / name).exists()]
    for changes in watch(
        *watched, debounce=DEBOUNCE_MS, rust_timeout=LOOK_EVERY_MS, yield_on_timeout=True
    ):
        yield frozenset(Path(path).relative_to(root).as_posix() for _, path in changes)
