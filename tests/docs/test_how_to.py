"""Each recipe fits the checkout that it is read in."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.recipes import apply, recipes

ROOT = Path(__file__).parents[2]


def test_every_change_that_newcomers_ask_for_has_a_recipe() -> None:
    asked = ("event", "table", "queue", "setting", "memory", "dependency", "strategy", "layer")
    titles = [title.lower() for title in recipes()]
    assert titles[-1] == "a subscriber"
    for word, title in zip(asked, titles, strict=False):
        assert word in title


@pytest.mark.parametrize("title", recipes())
def test_a_recipe_fits_this_checkout(title: str) -> None:
    assert apply(recipes()[title], ROOT, "--check") == ""
