"""One local stack for the whole session, on a MiniStack of its own."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.engine.checkout import Checkout, copy_checkout
from tests.engine.inventory import Inventory


@pytest.fixture(scope="session")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Checkout]:
    """Bring the local stack up in a copy of this checkout; stop everything at the end."""
    folder = tmp_path_factory.mktemp("engine")
    checkout = copy_checkout(folder / "checkout", folder / "home")
    try:
        checkout.run("local").succeeded()
        yield checkout
    finally:
        checkout.run("clean")


@pytest.fixture(scope="session")
def whole(stack: Checkout) -> Inventory:
    """Everything that the emulator holds when the stack is up."""
    return stack.account().inventory()


@pytest.fixture
def clone(stack: Checkout, tmp_path: Path) -> Checkout:
    """Give another checkout with an empty work folder, on the same backend and emulator."""
    return copy_checkout(
        tmp_path / "another/place",
        tmp_path / "home",
        PULUMI_BACKEND_URL=f"file://{stack.home}/state",
        ALCHEMISER_ENDPOINT=stack.endpoint,
        ALCHEMISER_MARKET_URL=stack.market,
    )
