"""The files that differ where a function is started by an event; EVENT, MODULE and EXAMPLE too."""

from __future__ import annotations

from collections.abc import Mapping

from scaffolding.templates import TELLS, TEST_HEAD

_MODULE = "functions/NAME/the_alchemiser/NAME"
_TESTS = "tests/functions/NAME"

_HEAD = (
    TEST_HEAD.replace("is asked, and", "is started by, and")
    .replace("from datetime import date\n", "")
    .replace("import MONDAY, CountingIds", "import CountingIds")
    .replace("import Request, decode", "import decode")
)
"""An event is neither made here nor without a day."""

EVENT_FILES: Mapping[str, str] = {
    f"{_MODULE}/command.py": '''"""What TITLE is started by."""

from __future__ import annotations

from the_alchemiser.shared.events.MODULE import EVENT as Request
from the_alchemiser.shared.events.names import EventName
from the_alchemiser.shared.events.unwrap import unwrap

__all__ = ["Request", "decode"]


def decode(event: object) -> Request:
    """Read the event, as the bus delivers it or bare, or refuse it."""
    return unwrap(event, {EventName.MEMBER: Request})
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
        """Return the day of the event."""
        return request.timestamp.date()
''',
    f"{_TESTS}/event.json": "EXAMPLE\n",
    f"{_TESTS}/test_NAME.py": _HEAD
    + """

def test_the_event_is_understood_bare_and_as_the_bus_delivers_it() -> None:
    delivered = {"detail-type": EVENT["event_type"], "source": "alchemiser.any", "detail": EVENT}
    assert decode(delivered) == decode(EVENT)
    assert decode(EVENT).event_id == EVENT["event_id"]


@pytest.mark.parametrize("event", [None, {}, {**EVENT, "event_type": "Surprise"}])
def test_input_that_is_no_such_event_is_refused(event: object) -> None:
    answer = lambda_handler(event, None)
    assert answer["statusCode"] == 400
    assert answer["body"]["error_type"] == "InvalidEvent"


def test_the_day_of_the_event_is_worked_for(service: CLASSService) -> None:
    assert service.work(decode(EVENT)).isoformat() == EVENT["timestamp"][:10]
""",
}

FAILURE = "WorkflowFailed"
"""A failure to handle this event is not told by another, or they would go round for ever."""

_TOLD = f"def {TELLS}("

_NOT_TOLD = """def test_what_it_lacks_is_not_told_by_another_failure(cloud: Cloud) -> None:
    told = cloud.listening(BUS)
    with pytest.raises(ConfigurationError):
        handle(EVENT, unmade, failures)
    assert told() == []
"""


def without_telling(text: str) -> str:
    """Have a test expect that nothing is told."""
    before, _, rest = text.partition(_TOLD)
    _, gap, after = rest.partition("\n\n\n")
    return before + _NOT_TOLD + gap[1:] + after
