"""The text of a new function's files; NAME, TITLE and CLASS stand for its names."""

from __future__ import annotations

import re
from collections.abc import Mapping
from itertools import groupby

_NAME = re.compile(r"(?<![A-Z])(?<![A-Z]_)NAME")
"""Not the end of a variable that functions are told names by."""
_MODULE = "functions/NAME/the_alchemiser/NAME"
_TESTS = "tests/functions/NAME"

TEST_HEAD = '''"""What TITLE is asked, and what it answers."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest

from tests.cloud import Cloud
from tests.fakes import MONDAY, CountingIds, FixedClock
from tests.functions.deployed import BUS
from the_alchemiser.NAME.bootstrap import compose, compose_failures
from the_alchemiser.NAME.command import Request, decode
from the_alchemiser.NAME.lambda_handler import handle, lambda_handler
from the_alchemiser.NAME.service import CLASSService
from the_alchemiser.NAME.settings import CLASSSettings
from the_alchemiser.shared.errors import ConfigurationError
from the_alchemiser.shared.handling import FailureReporter
from the_alchemiser.shared.wiring import RealClients

EVENT = json.loads((Path(__file__).parent / "event.json").read_text(encoding="utf-8"))
ENVIRONMENT = {"APP__STAGE": "dev", "EVENT_BUS_NAME": BUS}


@pytest.fixture
def service(cloud: Cloud) -> CLASSService:
    settings = CLASSSettings.from_environment(ENVIRONMENT)
    return compose(settings, RealClients(), FixedClock(), CountingIds())


def failures() -> FailureReporter:
    return compose_failures(ENVIRONMENT, RealClients(), FixedClock(), CountingIds())


def unmade() -> CLASSService:
    raise ConfigurationError("a setting is missing")


def test_what_it_lacks_is_told_on_the_bus(cloud: Cloud) -> None:
    told = cloud.listening(BUS)
    assert handle(EVENT, unmade, failures)["statusCode"] == 500
    assert [event["detail-type"] for event in told()] == ["WorkflowFailed"]
'''

TELLS = "test_what_it_lacks_is_told_on_the_bus"
"""The test for which a function needs the right to tell of failures."""

FILES: Mapping[str, str] = {
    f"{_MODULE}/__init__.py": '"""Does what TITLE is for."""\n',
    f"{_MODULE}/lambda_handler.py": '''"""Entry point of TITLE."""

from __future__ import annotations

from collections.abc import Callable

from the_alchemiser.NAME import bootstrap
from the_alchemiser.NAME.command import Request, decode
from the_alchemiser.NAME.service import CLASSService
from the_alchemiser.shared.handling import FailureReporter, Response, done, respond


def lambda_handler(event: object, context: object) -> Response:
    """Do the work that is asked for."""
    return handle(event, bootstrap.service, bootstrap.failures)


def handle(
    event: object,
    service: Callable[[], CLASSService],
    failures: Callable[[], FailureReporter],
) -> Response:
    """Do it with a service that is put together when the event was understood."""

    def act(request: Request) -> Response:
        return done(status="done", day=service().work(request).isoformat())

    return respond(event, decode=decode, act=act, failures=failures)
''',
    f"{_MODULE}/command.py": '''"""What TITLE is asked."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from pydantic import StringConstraints

from the_alchemiser.shared.contract import Contract
from the_alchemiser.shared.events.unwrap import parsed

RunId = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9._:-]{0,127}$")]


class Request(Contract):
    """Input of TITLE."""

    correlation_id: RunId
    """Id of the run that the request belongs to."""
    as_of: date | None = None
    """Day to work for; today by default."""

    @property
    def cause_id(self) -> str:
        """Return what the first events that follow name as their cause."""
        return self.correlation_id


def decode(event: object) -> Request:
    """Read the input, or refuse it."""
    return parsed(event, Request)
''',
    f"{_MODULE}/settings.py": '''"""What TITLE is told by its environment."""

from __future__ import annotations

from the_alchemiser.shared.settings import FunctionSettings


class CLASSSettings(FunctionSettings):
    """Nothing yet beyond what every function is told."""
''',
    f"{_MODULE}/service.py": '''"""The work of TITLE."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from the_alchemiser.NAME.command import Request
from the_alchemiser.shared.clock import Clock


@dataclass(frozen=True, kw_only=True, slots=True)
class CLASSService:
    """Does the work, on what it is given."""

    clock: Clock

    def work(self, request: Request) -> date:
        """Return the day that was worked for."""
        return request.as_of or self.clock.now().date()
''',
    f"{_MODULE}/bootstrap.py": '''"""The real collaborators of TITLE, made at first use."""

from __future__ import annotations

import os
from functools import cache

from the_alchemiser.NAME.service import CLASSService
from the_alchemiser.NAME.settings import CLASSSettings
from the_alchemiser.shared.clock import Clock, SystemClock
from the_alchemiser.shared.handling import FailureReporter
from the_alchemiser.shared.ids import IdSource, RandomIds
from the_alchemiser.shared.wiring import Clients, FailuresOf, RealClients


def compose(
    settings: CLASSSettings,
    clients: Clients,
    clock: Clock,
    ids: IdSource,
) -> CLASSService:
    """Put the use case together."""
    return CLASSService(clock=clock)


@cache
def service() -> CLASSService:
    """Return the one service of this process."""
    settings = CLASSSettings.from_environment(os.environ)
    return compose(settings, RealClients(), SystemClock(), RandomIds())


@cache
def failures() -> FailureReporter:
    """Return who tells of failures."""
    return compose_failures(os.environ, RealClients(), SystemClock(), RandomIds())


compose_failures = FailuresOf("NAME", "NAME", "work")
"""Puts together who tells of failures, also of settings that are missing."""
''',
    f"{_TESTS}/event.json": """{
  "correlation_id": "workflow-1",
  "as_of": "2022-03-14"
}
""",
    f"{_TESTS}/test_NAME.py": TEST_HEAD
    + """

def test_the_example_is_understood() -> None:
    assert decode(EVENT) == Request(correlation_id="workflow-1", as_of=date(2022, 3, 14))


@pytest.mark.parametrize("event", [None, {}, {"correlation_id": ""}, {**EVENT, "surprise": 1}])
def test_input_that_breaks_its_contract_is_refused(event: object) -> None:
    answer = lambda_handler(event, None)
    assert answer["statusCode"] == 400
    assert answer["body"]["error_type"] == "InvalidEvent"


def test_the_day_that_is_asked_for_is_worked_for(service: CLASSService) -> None:
    assert service.work(decode(EVENT)) == date(2022, 3, 14)


def test_without_a_day_today_is(service: CLASSService) -> None:
    assert service.work(Request(correlation_id="workflow-1")) == MONDAY.date()
""",
}

ENTRY = """    FunctionSpec(
        name="NAME",
        physical_name="PHYSICAL",
        purpose="Do what TITLE is for.",
        layers=(LAYERS),
TRIGGERSPUBLISHESGRANTS        timeout_s=60,
        memory_mb=512,
    ),
"""
"""Its place in the catalogue; without a trigger it starts only when it is called."""


def filled(text: str, name: str) -> str:
    """Put a function's names in, and its imports in the order of their modules."""
    title = name.replace("_", " ")
    class_name = "".join(part.capitalize() for part in name.split("_"))
    named = _NAME.sub(name, text).replace("TITLE", title).replace("CLASS", class_name)
    lines: list[str] = []
    for is_import, group in groupby(named.splitlines(keepends=True), _is_import):
        block = list(group)
        lines += sorted(block) if is_import else block
    return "".join(lines)


def _is_import(line: str) -> bool:
    return line.startswith("from the_alchemiser.")
