"""Functions see a pause from its beginning to its end."""

from __future__ import annotations

from datetime import timedelta

from tests.cloud import Cloud
from tests.fakes import MONDAY
from the_alchemiser.shared.kill_switch import KillSwitch


def test_a_stack_that_nobody_paused_works(cloud: Cloud) -> None:
    assert KillSwitch(cloud.table()).paused_since() is None


def test_a_pause_lasts_from_its_first_call_to_the_resume(cloud: Cloud) -> None:
    switch = KillSwitch(cloud.table())

    switch.pause(MONDAY)
    switch.pause(MONDAY + timedelta(hours=1))
    assert switch.paused_since() == MONDAY.isoformat()
    switch.resume()

    assert switch.paused_since() is None
    switch.resume()
