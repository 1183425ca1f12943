"""What a function says of itself when it is asked whether it may go live.

Asked deeply, it imports every module it ships, builds whatever its bootstrap offers, and touches
each thing that the event names in a way that has no effect. Nothing outside of AWS is called.
"""

from __future__ import annotations

import importlib
import inspect
import pkgutil
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from the_alchemiser.shared.aws import client, error_code
from the_alchemiser.shared.errors import AlchemiserError
from the_alchemiser.shared.logs import get_logger

MAX_REASON = 1000
"""Characters of one failure's reason."""

NEVER_THERE = "health-probe/nothing-is-ever-kept-here"
"""Key of an item and of an object that cannot exist."""

_DENIED = frozenset({"AccessDenied", "AccessDeniedException", "403", "Forbidden"})
_ABSENT = frozenset({"NoSuchKey", "404"})


@dataclass(frozen=True, kw_only=True, slots=True)
class Failure:
    """One thing that stands in the way of going live."""

    what: str
    reason: str
    is_denied: bool = False
    """Whether permission is lacking, which a new role gets with some delay."""

    @property
    def told(self) -> dict[str, str]:
        """The failure as the answer carries it."""
        denied = {"denied": "yes"} if self.is_denied else {}
        return {"what": self.what, "reason": self.reason[:MAX_REASON], **denied}


def is_health_event(event: object) -> bool:
    """Tell whether an event asks for health, deeply or not."""
    return isinstance(event, Mapping) and event.get("action") == "health"


def health(event: Any, package: str) -> dict[str, Any]:
    """Answer a health event; `package` is the function's own, where `bootstrap` is."""
    if not event.get("deep"):
        return {"status": "healthy"}
    probes = event.get("probes", [])
    # A module that cannot be imported says more than what fails because of it.
    failures = list(_imported(package)) or [*_built(package), *_touched(probes)]
    if not failures:
        return {"status": "healthy", "touched": [_named(probe) for probe in probes]}
    for failure in failures:
        get_logger().error("unhealthy", what=failure.what, reason=failure.reason[:MAX_REASON])
    return {"status": "unhealthy", "failures": [failure.told for failure in failures]}


def _imported(package: str) -> Iterator[Failure]:
    # No walk_packages: it imports what it walks, and swallows nothing but ImportError.
    pending = [package]
    while pending:
        name = pending.pop()
        try:
            module = importlib.import_module(name)
        except Exception as error:
            yield Failure(what=f"import {name}", reason=_said(error))
            continue
        found = pkgutil.iter_modules(getattr(module, "__path__", []), f"{name}.")
        pending += [it.name for it in found]


def _built(package: str) -> Iterator[Failure]:
    bootstrap = importlib.import_module(f"{package}.bootstrap")
    for name, factory in _factories(bootstrap):
        try:
            factory()
        except Exception as error:
            code = error.details.get("aws_error_code") if isinstance(error, AlchemiserError) else ""
            yield Failure(
                what=f"bootstrap.{name}", reason=_said(error), is_denied=str(code) in _DENIED
            )


def _factories(bootstrap: Any) -> Iterator[tuple[str, Callable[[], object]]]:
    """Yield what a bootstrap makes: its own public functions that need no argument."""
    for name, item in vars(bootstrap).items():
        own = getattr(item, "__module__", None) == bootstrap.__name__
        if own and not name.startswith("_") and inspect.isfunction(inspect.unwrap(item)):
            parameters = inspect.signature(item).parameters.values()
            if all(it.default is not it.empty for it in parameters):
                yield name, item


def _touched(probes: list[Mapping[str, str]]) -> Iterator[Failure]:
    for probe in probes:
        touch = _TOUCHES.get(probe.get("kind", ""))
        if touch is None:
            kinds = ", ".join(sorted(_TOUCHES))
            yield Failure(what=_named(probe), reason=f"expected one of {kinds}")
            continue
        try:
            touch(probe)
        except ClientError as error:
            yield Failure(
                what=_named(probe), reason=_said(error), is_denied=error_code(error) in _DENIED
            )
        except BotoCoreError as error:
            yield Failure(what=_named(probe), reason=_said(error))


def _table(probe: Mapping[str, str]) -> None:
    dynamodb, name = client("dynamodb"), probe["name"]
    keys = probe["keys"].split(",")
    match probe.get("by", "GetItem"):
        case "Query":
            index = {"IndexName": probe["index"]} if "index" in probe else {}
            dynamodb.query(
                TableName=name,
                KeyConditionExpression=f"{keys[0]} = :never",
                ExpressionAttributeValues={":never": {"S": NEVER_THERE}},
                **index,
            )
        case "Scan":
            dynamodb.scan(TableName=name, Limit=1)
        case _:
            dynamodb.get_item(TableName=name, Key={key: {"S": NEVER_THERE} for key in keys})


def _bucket(probe: Mapping[str, str]) -> None:
    try:
        client("s3").get_object(Bucket=probe["name"], Key=probe.get("key", NEVER_THERE))
    except ClientError as error:
        # Who may read and list is told that it is not there; who may not, that it is forbidden:
        # https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObject.html
        if error_code(error) not in _ABSENT:
            raise


def _secret(probe: Mapping[str, str]) -> None:
    client("secretsmanager").get_secret_value(SecretId=probe["name"])


def _function(probe: Mapping[str, str]) -> None:
    try:
        # By its whole name, for the right is on the alias and so is what is asked for.
        client("lambda").invoke(FunctionName=probe["name"], InvocationType="DryRun")
    except ClientError as error:
        # In a stack's first deployment the alias comes after all proofs.
        if error_code(error) != "ResourceNotFoundException":
            raise


_TOUCHES: Mapping[str, Callable[[Mapping[str, str]], None]] = {
    "table": _table,
    "bucket": _bucket,
    "secret": _secret,
    "function": _function,
}


def _named(probe: Mapping[str, str]) -> str:
    return f"{probe.get('kind', '?')} {probe.get('name', '?')}"


def _said(error: Exception) -> str:
    return f"{type(error).__name__}: {error}"
