"""The runbook: a section for each alarm, and nothing in it that is not there."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from blueprint import FunctionSpec, OnEvent, OnQueue
from catalogue.system import SYSTEM
from cli.verbs.table import VERBS
from components.addresses import Addresses
from components.alarms import alarm_rules
from tests.recorded_program import recorded

ROOT = Path(__file__).parents[1]
TEXT = (ROOT / "docs/runbook.md").read_text(encoding="utf-8")
SECTIONS = dict(re.findall(r"^## (\S+)\n\n(.*?)(?=^## |\Z)", TEXT, re.MULTILINE | re.DOTALL))
PLACE = Addresses(system="alchemiser", stage="prod", account_id="2" * 12, region="us-east-1")
RULES = {rule.name: rule for rule in alarm_rules(SYSTEM, PLACE)}


def descriptions() -> dict[str, str]:
    return {
        alarm.name: alarm.inputs["alarmDescription"]
        for alarm in recorded("prod").of("aws:cloudwatch/metricAlarm:MetricAlarm")
    }


def test_every_alarm_has_a_section_and_every_section_an_alarm() -> None:
    assert list(SECTIONS) == list(RULES)
    assert descriptions().keys() == RULES.keys()


@pytest.mark.parametrize("name", RULES)
def test_an_alarm_says_where_its_section_is(name: str) -> None:
    assert descriptions()[name].endswith(f" See docs/runbook.md#{name}")


@pytest.mark.parametrize("name", SECTIONS)
def test_a_section_says_everything_that_somebody_woken_by_it_asks(name: str) -> None:
    found = re.findall(r"^\*\*(.+?)\.\*\* \S", SECTIONS[name], re.MULTILINE)

    assert found == ["Means", "At stake", "Look", "Do", "Over when"]


@pytest.mark.parametrize("spec", SYSTEM.functions, ids=lambda spec: spec.name)
def test_an_alarm_calls_its_function_as_the_catalogue_does(spec: FunctionSpec) -> None:
    own = [f"{spec.physical_name}-errors", f"{spec.physical_name}-throttles"]
    for trigger in spec.triggers:
        if isinstance(trigger, OnEvent):
            own.append(f"{trigger.rule}-undelivered")
        elif isinstance(trigger, OnQueue):
            own += [f"{trigger.queue}-dlq-depth", f"{trigger.queue}-age"]

    assert all(descriptions()[name].startswith(f"{spec.name}: ") for name in own)
    assert all(spec.name in SECTIONS[name] for name in own if not name.endswith(("depth", "age")))


def test_the_runbook_names_only_commands_that_there_are() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    asked = set(re.findall(r"make ([a-z-]+)", TEXT))

    assert {"status", "logs", "dead-letters", "redrive", "invoke", "pause", "rollback"} <= asked
    for target in asked:
        assert re.search(rf"^{target}(?: [a-z-]+)*:", makefile, re.MULTILINE) or re.search(
            rf"^[a-z -]*\b{target}\b[a-z -]*:", makefile, re.MULTILINE
        ), target
    assert asked - {"deploy-prod"} <= VERBS.keys()
