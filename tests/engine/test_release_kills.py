"""Releases that are cut off while they go live, are taken back or promoted."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from catalogue.system import SYSTEM
from tests.engine.checkout import Checkout, kill_when
from tests.engine.rehearsal import SHARED, Rehearsal, marked

pytestmark = [pytest.mark.engine, pytest.mark.timeout(1800)]

MOMENTS = range(10)
"""At the first, nothing has moved yet; then so many of the ten aliases have."""


def kill(rehearsal: Rehearsal, verb: str, moment: int) -> dict[str, str]:
    """Start a verb that moves every alias and kill it at a moment; return what was live before."""
    before = rehearsal.live()

    def ripe() -> bool:
        moved = sum(version != before[name] for name, version in rehearsal.live().items())
        return moved >= moment if moment else is_proving(rehearsal.checkout)

    on_stack = () if verb == "promote" else ("--stack", rehearsal.stack)
    agreed = {**rehearsal.checkout.environment, "YES": "1"}
    process = replace(rehearsal.checkout, environment=agreed).start(verb, *on_stack)
    kill_when(process, ripe)
    rehearsal.operate("recover").succeeded()
    return before


def is_proving(checkout: Checkout) -> bool:
    text = (checkout.home / "killed.log").read_text(errors="replace")
    return "release-proof" in text or "goes back" in text


def assert_whole(rehearsal: Rehearsal, before: dict[str, str]) -> None:
    """Every alias serves one release, which the record names as live."""
    assert set(rehearsal.live()) == {spec.name for spec in SYSTEM.functions}
    listed = rehearsal.operate("releases").succeeded()
    assert sum(" live " in line for line in listed.output.splitlines()) == 1
    assert all(rehearsal.live()[name] != version for name, version in before.items())
    rehearsal.operate("smoke").succeeded()


def going_live(dev: Checkout, moment: int) -> None:
    rehearsal = Rehearsal(dev)
    dev.edit(SHARED, lambda text: marked(text, f"killed going live at {moment}"))
    before = kill(rehearsal, "deploy", moment)
    # Versions of both releases are proven, so whatever is served now is.
    rehearsal.operate("smoke").succeeded()

    rehearsal.operate("deploy").succeeded()

    assert_whole(rehearsal, before)


def going_back(dev: Checkout, moment: int) -> None:
    rehearsal = Rehearsal(dev)
    first = rehearsal.live()
    dev.edit(SHARED, lambda text: marked(text, f"killed going back at {moment}"))
    rehearsal.operate("deploy").succeeded()
    before = kill(rehearsal, "rollback", moment)

    rehearsal.operate("rollback").succeeded()

    assert rehearsal.live() == first
    assert_whole(rehearsal, before)
    rehearsal.operate("forward").succeeded()
    assert rehearsal.live() == before


def being_promoted(dev: Checkout, moment: int) -> None:
    source, target = Rehearsal(dev), Rehearsal(dev, "prod")
    source.operate("deploy").succeeded()
    target.operate("promote").succeeded()
    dev.edit(SHARED, lambda text: marked(text, f"killed promoted at {moment}"))
    source.operate("deploy").succeeded()
    before = kill(target, "promote", moment)

    target.operate("promote").succeeded()

    assert target.served() == source.served()
    assert_whole(target, before)


ACTS: tuple[Callable[[Checkout, int], None], ...] = (going_live, going_back, being_promoted)
BY_NAME = pytest.mark.parametrize("act", ACTS, ids=lambda act: act.__name__)


@pytest.mark.parametrize(("act", "moment"), [(going_live, 4), (going_back, 2)])
def test_a_release_that_was_cut_off_is_whole_after_the_next_command(
    dev: Checkout, act: Callable[[Checkout, int], None], moment: int
) -> None:
    act(dev, moment)


@pytest.mark.soak
@BY_NAME
@pytest.mark.parametrize("moment", MOMENTS)
def test_a_release_killed_at_any_moment_is_whole_after_the_next_command(
    dev: Checkout, act: Callable[[Checkout, int], None], moment: int
) -> None:
    act(dev, moment)
