"""Holds what function code asks of AWS, in any test, against what its role allows.

An action on a resource that the role does not name is refused. `needed_rights.json` has for each
right of each role one call that needs it, and the test that makes this call; a test that no longer
makes its call fails. So no right is granted that nothing needs. After a change of calls or rights:
`RECORD_RIGHTS=1 python -m pytest tests/functions`, then `python -m tests.functions.rights`.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, field
from fnmatch import fnmatchcase
from functools import cache
from pathlib import Path
from types import FrameType
from typing import Any

from botocore.exceptions import ClientError

from blueprint import FunctionSpec, System
from components.grants import statements
from tests.aws_limits import refuse_too_large
from tests.functions.deployed import PLACE

FUNCTIONS = tuple(sorted(it.name for it in (Path(__file__).parents[2] / "functions").iterdir()))
NEEDED = Path(__file__).with_name("needed_rights.json")
RECORDING = "RECORD_RIGHTS" in os.environ
RECORDED = Path(__file__).parents[2] / ".alchemiser" / "rights"
SERVICES = {"monitoring": "cloudwatch"}
"""Endpoint prefixes that are not the service's name in IAM."""
ACTIONS = {
    "lambda:Invoke": "lambda:InvokeFunction",
    "s3:HeadObject": "s3:GetObject",
    "s3:ListObjectsV2": "s3:ListBucket",
}
"""https://docs.aws.amazon.com/service-authorization/latest/reference/"""
PARTS = {
    "Put": "dynamodb:PutItem",
    "Update": "dynamodb:UpdateItem",
    "Delete": "dynamodb:DeleteItem",
    "ConditionCheck": "dynamodb:ConditionCheckItem",
}
BY_LAMBDA = frozenset(
    {
        *("logs:CreateLogStream", "logs:PutLogEvents"),
        *("sqs:ChangeMessageVisibility", "sqs:DeleteMessage", "sqs:GetQueueAttributes"),
        *("sqs:ReceiveMessage", "xray:PutTelemetryRecords", "xray:PutTraceSegments"),
    }
)
"""What Lambda itself does in the name of the role."""


MISSING = frozenset({"NoSuchKey", "404"})
"""What S3 says of a missing object to those alone who may list the bucket; others are refused:
https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObject.html"""


class NotAllowedError(BaseException):
    """No `except Exception` of the code under test may hide it."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Call:
    """What IAM is asked about one call."""

    action: str
    resource: str
    context: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True, slots=True)
class Right:
    """One action on one resource that one function's role allows, or one event it may publish."""

    function: str
    action: str
    resource: str
    """As the role's statement spells it."""
    value: str = ""
    """The event's name or the metrics' namespace, where the statement limits it."""


def described() -> System:
    """Give the catalogue, read on demand: tests/catalogue may have to say what is wrong."""
    from catalogue.system import SYSTEM

    return SYSTEM


def entry_of(function: str) -> FunctionSpec:
    """Find a function's entry."""
    (found,) = (spec for spec in described().functions if spec.name == function)
    return found


def rights(function: str) -> Iterator[Right]:
    """List what a function's role allows, apart from what Lambda does in its name."""
    system = described()
    failed = PLACE.queue_arn(str(system.failed_queue), fifo=False)
    for statement in statements(entry_of(function), system, PLACE):
        for action in statement["Action"]:  # type: ignore[attr-defined]
            for resource in statement["Resource"]:  # type: ignore[attr-defined]
                if action in BY_LAMBDA or resource == failed:
                    continue
                for value in _limits(statement) or [""]:
                    yield Right(function=function, action=action, resource=resource, value=value)


@cache
def allowed(function: str) -> tuple[Right, ...]:
    return tuple(rights(function))


def granting(function: str, call: Call) -> Right | None:
    """Find the right that a call needs."""
    for right in allowed(function):
        limited = not right.value or right.value in call.context.values()
        if right.action == call.action and fnmatchcase(call.resource, right.resource) and limited:
            return right
    return None


def calls(service: str, operation: str, parameters: Mapping[str, Any]) -> Iterator[Call]:
    """Name what IAM is asked about a call."""
    if operation == "TransactWriteItems":
        for part in parameters["TransactItems"]:
            for kind, item in part.items():
                yield Call(action=PARTS[kind], resource=_table(item))
        return
    named = f"{SERVICES.get(service, service)}:{operation}"
    action = ACTIONS.get(named, named)
    if action == "events:PutEvents":
        for entry in parameters["Entries"]:
            bus = PLACE.arn("events", f"event-bus/{entry['EventBusName']}")
            context = {"events:detail-type": entry["DetailType"]}
            yield Call(action=action, resource=bus, context=context)
    elif action == "cloudwatch:PutMetricData":
        context = {"cloudwatch:namespace": parameters["Namespace"]}
        yield Call(action=action, resource="*", context=context)
    else:
        yield Call(action=action, resource=RESOURCES[service](parameters))


def caller() -> str | None:
    """Name the function whose code is running; None for a test's own doing."""
    frame: FrameType | None = sys._getframe(1)
    while frame is not None:
        package, _, rest = str(frame.f_globals.get("__name__")).partition(".")
        name = rest.partition(".")[0]
        if package == "the_alchemiser" and name in FUNCTIONS:
            return name
        frame = frame.f_back
    return None


class Guard:
    """Refuses what a role does not allow, and remembers what it allowed in one test."""

    def __init__(self) -> None:
        self.used: dict[Right, Call] = {}

    def held(self, call: Callable[..., Any]) -> Callable[..., Any]:
        """Refuse a call that the role of the function making it does not allow."""

        def checked(client: Any, operation: str, parameters: dict[str, Any]) -> Any:
            service = client.meta.service_model.endpoint_prefix
            self.check(service, operation, parameters)
            try:
                return call(client, operation, parameters)
            except ClientError as error:
                if error.response.get("Error", {}).get("Code") in MISSING:
                    self.check(service, "ListObjectsV2", {"Bucket": parameters["Bucket"]})
                raise

        return checked

    def check(self, service: str, operation: str, parameters: Mapping[str, Any]) -> None:
        """Hold a call to the sizes that AWS takes, and one of function code to its role too."""
        refuse_too_large(service, operation, parameters)
        function = caller()
        if function is not None:
            self.require(function, service, operation, parameters)

    def require(
        self, function: str, service: str, operation: str, parameters: Mapping[str, Any]
    ) -> None:
        """Raise unless a function's role allows all that a call is."""
        for call in calls(service, operation, parameters):
            right = granting(function, call)
            if right is None:
                limit = " ".join(call.context.values())
                raise NotAllowedError(
                    f"the role of {function} does not allow {call.action} on {call.resource} "
                    f"{limit}".rstrip()
                )
            self.used.setdefault(right, call)


GUARDS: list[Guard] = []
"""The guard of the test that runs."""


def check(service: str, operation: str, parameters: Mapping[str, Any]) -> None:
    """Hold a call to a fake as one to AWS would be; outside of these tests there is no guard."""
    for guard in GUARDS[-1:]:
        guard.check(service, operation, parameters)


def needed() -> list[tuple[Right, Call, str]]:
    """Read every right that is needed, the call that needs it, and the test that makes it."""
    return [
        (Right(**entry["right"]), Call(**entry["call"]), entry["test"])
        for entry in json.loads(NEEDED.read_text(encoding="utf-8"))
    ]


@cache
def needed_by(test: str) -> frozenset[Right]:
    return frozenset(right for right, _, name in needed() if name == test)


def record(test: str, used: Mapping[Right, Call]) -> None:
    """Note what a test needed, to be merged later."""
    RECORDED.mkdir(parents=True, exist_ok=True)
    with (RECORDED / f"{os.getpid()}.jsonl").open("a", encoding="utf-8") as file:
        for right, call in used.items():
            entry = {"right": asdict(right), "call": asdict(call), "test": test}
            print(json.dumps(entry), file=file)


def merge(lines: Iterable[str]) -> list[dict[str, Any]]:
    """Keep one call for each right: of the first test by its name, and then by the resource."""
    kept: dict[str, dict[str, Any]] = {}
    for line in lines:
        entry = json.loads(line)
        name = json.dumps(entry["right"], sort_keys=True)
        order = (entry["test"], entry["call"]["resource"])
        if name not in kept or order < (kept[name]["test"], kept[name]["call"]["resource"]):
            kept[name] = entry
    return [kept[name] for name in sorted(kept)]


def _limits(statement: Mapping[str, Any]) -> list[str]:
    values = [v for test in statement.get("Condition", {}).values() for v in test.values()]
    return [each for value in values for each in ([value] if isinstance(value, str) else value)]


def _table(parameters: Mapping[str, Any]) -> str:
    index = parameters.get("IndexName")
    arn = PLACE.arn("dynamodb", f"table/{parameters['TableName']}")
    return f"{arn}/index/{index}" if index else arn


def _bucket(parameters: Mapping[str, Any]) -> str:
    key = parameters.get("Key")
    return f"arn:aws:s3:::{parameters['Bucket']}" + (f"/{key}" if key else "")


RESOURCES: Mapping[str, Callable[[Mapping[str, Any]], str]] = {
    "dynamodb": _table,
    "s3": _bucket,
    "lambda": lambda given: PLACE.arn("lambda", f"function:{given['FunctionName']}"),
    "sqs": lambda given: PLACE.arn("sqs", given["QueueUrl"].rpartition("/")[2]),
    "sns": lambda given: str(given["TopicArn"]),
    "secretsmanager": lambda given: str(given["SecretId"]),
}


if __name__ == "__main__":
    recorded = [line for file in RECORDED.glob("*.jsonl") for line in file.open(encoding="utf-8")]
    NEEDED.write_text(json.dumps(merge(recorded), indent=1) + "\n", encoding="utf-8")
    for file in RECORDED.glob("*.jsonl"):
        file.unlink()
