"""What holds for all tests."""

from __future__ import annotations

import gc
import signal
from collections.abc import Mapping
from pathlib import Path

import pytest
from hypothesis import settings
from xdist.remote import Producer  # type: ignore[import-untyped]
from xdist.scheduler import (  # type: ignore[import-untyped]
    LoadScopeScheduling,
    Scheduling,
)

from tests.catalogue import wholeness

# A busy machine is no defect; pytest-timeout ends what hangs. `make soak` tries the long profile.
settings.register_profile("quick", deadline=None, max_examples=30)
settings.register_profile("long", deadline=None, max_examples=1000)
settings.load_profile("quick")

COLLECT_AFTER = 200_000
"""Objects that are made before the collector looks at the young ones; a third less time is seen."""

STACKS: Mapping[str, str] = {
    "tests/engine/test_operations.py": "rehearsals",
    "tests/engine/test_differences.py": "rehearsals",
    "tests/engine/test_operators_rights.py": "rehearsals",
    "tests/engine/test_release": "releases",
    "tests/engine/": "local stack",
    "tests/day/": "trading floor",
    "tests/local/providers/test_lives_on_ministack.py": "emulator",
}
"""Tests that share a deployed stack: each group runs in one process, in order."""

LONGEST_FIRST = ("releases", "local stack", "trading floor", "rehearsals", "emulator")


def stack_of(nodeid: str) -> str:
    """Say which stack a test shares with others; nothing for one that stands alone."""
    return next((group for place, group in STACKS.items() if nodeid.startswith(place)), "")


class ByStack(LoadScopeScheduling):  # type: ignore[misc]
    """Gives the tests of one stack to one process, and all others to whoever is free."""

    def _split_scope(self, nodeid: str) -> str:
        return stack_of(nodeid) or nodeid


def pytest_configure() -> None:
    """Let programs that tests start be interrupted, also where a shell's `&` started the tests.

    POSIX has a shell ignore SIGINT for what it starts in the background, and children inherit it:
    https://pubs.opengroup.org/onlinepubs/9699919799/utilities/V3_chap02.html#tag_18_11
    """
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> Scheduling | None:
    """Serve `--dist loadscope`; xdist's own groups go by a suffix that pytest 9 does not keep."""
    return ByStack(config, log) if config.getvalue("dist") == "loadscope" else None


class Unfounded(pytest.Module):
    """Stands on a catalogue that is not whole: another test fails, and names the entry."""

    def collect(self) -> list[pytest.Item]:
        pytest.skip(wholeness.told(), allow_module_level=True)


class UnfoundedFolder(pytest.File):
    """Is such a folder as a whole, whose conftest.py could not be imported."""

    def collect(self) -> list[pytest.Item]:
        pytest.skip(wholeness.told(), allow_module_level=True)


def pytest_collect_directory(path: Path, parent: pytest.Collector) -> pytest.Collector | None:
    """Do not even import what a folder of such tests shares."""
    shared = path / "conftest.py"
    if shared == Path(__file__) or not shared.is_file() or not wholeness.faults():
        return None
    named = [Path(word.partition("::")[0]).resolve() for word in parent.config.args]
    if any(it.is_relative_to(path) for it in named) or not wholeness.stands_on_catalogue(shared):
        return None
    unfounded: pytest.Collector = UnfoundedFolder.from_parent(parent, path=path)
    return unfounded


def pytest_pycollect_makemodule(
    module_path: Path, parent: pytest.Collector
) -> pytest.Module | None:
    """Try nothing that stands on a wrong entry: it would fail for that alone, by the hundred."""
    if not wholeness.faults() or not wholeness.stands_on_catalogue(module_path):
        return None
    unfounded: pytest.Module = Unfounded.from_parent(parent, path=module_path)
    return unfounded


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put the long groups first, so that what is short fills the gaps at the end."""
    items.sort(key=lambda item: (*LONGEST_FIRST, "").index(stack_of(item.nodeid)))


def pytest_collection_finish() -> None:
    """Spare the collector what lives to the end: modules and tests are most of what it walks."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(COLLECT_AFTER)
