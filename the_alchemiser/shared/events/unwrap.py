"""From what Lambda hands over to a typed event, or a clear refusal."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from the_alchemiser.shared.errors import InvalidEvent
from the_alchemiser.shared.events.envelope import DomainEvent
from the_alchemiser.shared.events.names import EventName

MAX_EVENT_BYTES = 256 * 1024
"""The bus takes no larger entry, so a larger payload is not an event of ours.
https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-putevents.html
"""

_SHOWN_ERRORS = 10

Model = TypeVar("Model", bound=BaseModel)

Event = TypeVar("Event", bound=DomainEvent)


def unwrap(payload: object, accepted: Mapping[EventName, type[Event]]) -> Event:
    """Return the domain event in a bus delivery, or one that was passed bare."""
    detail = _detail(payload)
    name = detail.get("event_type")
    event_class = {str(key): value for key, value in accepted.items()}.get(str(name))
    if event_class is None:
        expected = ", ".join(sorted(accepted))
        raise InvalidEvent(f"expected an event_type among {expected}, found {str(name)[:80]!r}")
    outer = payload.get("detail-type") if isinstance(payload, Mapping) else None
    if outer is not None and outer != name:
        raise InvalidEvent(f"expected detail-type {name}, found {str(outer)[:80]!r}")
    return parsed(detail, event_class)


def parsed(payload: object, model: type[Model]) -> Model:
    """Validate one JSON object strictly against a model, naming every field that is wrong."""
    if not isinstance(payload, Mapping):
        raise InvalidEvent(f"expected an object, found {type(payload).__name__}")
    try:
        text = json.dumps(payload, allow_nan=False, ensure_ascii=False).encode()
    except (TypeError, ValueError, RecursionError) as error:
        raise InvalidEvent(f"expected plain JSON, found a value outside it: {error}") from None
    if len(text) > MAX_EVENT_BYTES:
        raise InvalidEvent(f"expected at most {MAX_EVENT_BYTES} bytes, found {len(text)}")
    try:
        return model.model_validate_json(text)
    except ValidationError as error:
        raise InvalidEvent(f"{model.__name__}: {_reasons(error)}") from None


def read_object(text: object) -> dict[str, Any]:
    """Read a JSON object out of a queue message's body."""
    if not isinstance(text, str):
        raise InvalidEvent(f"expected a JSON text, found {type(text).__name__}")
    if len(text) > MAX_EVENT_BYTES:
        raise InvalidEvent(f"expected at most {MAX_EVENT_BYTES} characters, found {len(text)}")
    try:
        value = json.loads(text, parse_constant=_refuse_constant)
    except (ValueError, RecursionError) as error:
        raise InvalidEvent(f"expected JSON: {str(error)[:200]}") from None
    if not isinstance(value, dict):
        raise InvalidEvent(f"expected a JSON object, found {type(value).__name__}")
    return value


def _detail(payload: object) -> Mapping[str, Any]:
    if not isinstance(payload, Mapping):
        raise InvalidEvent(f"expected an object, found {type(payload).__name__}")
    detail = payload.get("detail", payload)
    if not isinstance(detail, Mapping):
        raise InvalidEvent(f"expected an object as detail, found {type(detail).__name__}")
    return detail


def _refuse_constant(name: str) -> None:
    raise ValueError(f"{name} is not a JSON number")


def _reasons(error: ValidationError) -> str:
    problems = error.errors(include_url=False, include_context=False, include_input=False)
    shown = [
        f"{'.'.join(str(part) for part in problem['loc'])[:80] or 'event'}: {problem['msg'][:200]}"
        for problem in problems[:_SHOWN_ERRORS]
    ]
    if len(problems) > _SHOWN_ERRORS:
        shown.append(f"and {len(problems) - _SHOWN_ERRORS} more")
    return "; ".join(shown)
