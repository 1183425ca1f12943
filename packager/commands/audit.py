"""`python -m packager audit`: hold every lock of the project to what is known to be bad."""

from __future__ import annotations

from collections.abc import Sequence

import click

from packager.commands.in_project import in_project
from packager.errors import GateError
from packager.progress import say
from packager.project import Project
from packager.supply.advisories import SERVICE, Finding, Unreachable, ask, look_up, sample_age
from packager.supply.pins import Pin, read_pins
from packager.supply.waivers import read_waivers
from packager.system import packager_settings


@click.command("audit")
@click.option("--service", default=SERVICE, help="an advisory service that speaks OSV's API")
@in_project
def command(project: Project, service: str) -> int:
    """Hold every lock of the project to what is known to be bad."""
    root = project.root
    waived = read_waivers(root / "pyproject.toml", packager_settings(root), "advisories")
    pins = read_pins(root)
    locks = sorted({pin.lock for pin in pins})
    say(f"{len(pins)} pins in {len(locks)} locks: {', '.join(locks)}")
    found = _findings(pins, service)
    for finding in found:
        reason = waived.get(finding.advisory)
        say(f"{_spelled(finding)}{f': waived, {reason}' if reason else ''}")
    open_findings = [finding for finding in found if finding.advisory not in waived]
    if open_findings:
        raise GateError(
            f"{len(open_findings)} of {len(pins)} pins are known to be bad. Update them with "
            "`python -m packager relock PACKAGE`, or waive an advisory with its reason in "
            "[tool.packager.advisories.waived]."
        )
    say("nothing that is known to be bad is locked" + (", beside what is waived" if found else ""))
    return 0


def _findings(pins: Sequence[Pin], service: str) -> Sequence[Finding]:
    try:
        found = ask(pins, service)
    except Unreachable as error:
        made, count = sample_age()
        say(
            f"NOT AUDITED against {service}, which cannot be reached from here ({error}). Held to "
            f"the {count} advisories that ship with the packager instead, a sample of {made}: "
            "that proves the way, not the locks. Run it again with a network."
        )
        return look_up(pins)
    say(f"asked {service}")
    return found


def _spelled(finding: Finding) -> str:
    pin = finding.pin
    return f"{finding.advisory}: {pin.name} {pin.version} in {pin.lock}"
