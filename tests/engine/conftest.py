"""One local stack for the whole session, on a MiniStack of its own."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest

from tests.engine.checkout import Checkout, clone_checkout, copy_checkout
from tests.engine.inventory import Inventory
from tests.stack_files import FILLED, filled


@pytest.fixture(scope="session")
def brought_up(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Checkout, Inventory]]:
    """Bring the local stack up in a copy of this checkout; stop everything at the end."""
    folder = tmp_path_factory.mktemp("engine")
    checkout = copy_checkout(folder / "checkout", folder / "home")
    try:
        checkout.run("local").succeeded()
        yield checkout, checkout.account().inventory()
    finally:
        checkout.run("clean")


@pytest.fixture(scope="session")
def stack(brought_up: tuple[Checkout, Inventory]) -> Checkout:
    """Give the checkout whose stack is up; a test leaves it up."""
    return brought_up[0]


@pytest.fixture(scope="session")
def dev(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Checkout]:
    """Rehearse dev in a checkout of its own: prod may only run what dev ran.

    The files are filled as real use fills them, with secrets that nobody here can decrypt.
    """
    folder = tmp_path_factory.mktemp("rehearsals")
    checkout = copy_checkout(folder / "checkout", folder / "home")
    for stack, provider in FILLED.items():
        checkout.edit(f"Pulumi.{stack}.yaml", partial(filled, provider=provider))
    rehearsed = replace(checkout, environment={"REHEARSE": "1"})
    try:
        rehearsed.run("deploy", "--stack", "dev").succeeded()
        yield rehearsed
    finally:
        rehearsed.run("clean")


@pytest.fixture(scope="session")
def whole(brought_up: tuple[Checkout, Inventory]) -> Inventory:
    """Give everything that the emulator held when the stack was first up."""
    return brought_up[1]


@pytest.fixture
def clone(stack: Checkout, tmp_path: Path) -> Checkout:
    """Give another checkout with an empty work folder, on the same backend and emulator."""
    return clone_checkout(stack, tmp_path / "another/place", tmp_path / "home")
