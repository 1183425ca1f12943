from __future__ import annotations

from packager.check.gates.never import never_faults


def test_names_what_must_not_ship() -> None:
    (fault,) = never_faults(["app.py", "app/.env.prod"], own=True)
    assert fault.startswith("app/.env.prod: ")


def test_a_wheel_may_have_a_module_that_our_sources_may_not() -> None:
    assert list(never_faults(["lib/setup.py"], own=False)) == []
    assert list(never_faults(["lib/setup.py"], own=True))
