"""EventBridge targets: where a rule sends; the id is [bus-]rule-target."""

from __future__ import annotations

import uuid
from typing import Any

from attached_providers.aws.events import parts
from attached_providers.aws.limits import cross_field
from attached_providers.aws.session import Aws
from attached_providers.aws.shapes import from_api, to_api
from attached_providers.failures import ProviderError
from attached_providers.properties import Properties
from attached_providers.resource import Change, ResourceType
from attached_providers.schema import says
from attached_providers.wire import Values

TARGET = Properties(
    "aws:cloudwatch/eventTarget:EventTarget",
    {
        "eventBusName": says(replaces=True, default="default"),
        "inputTransformer": says(fields={"inputPaths": says(api="InputPathsMap")}),
        "retryPolicy": says(
            fields={
                "maximumEventAgeInSeconds": says(computed=True),
                "maximumRetryAttempts": says(computed=True),
            }
        ),
        "rule": says(replaces=True),
        "sqsTarget": says(api="SqsParameters"),
        "targetId": says(replaces=True, computed=True, api="Id"),
    },
    unserved=(
        "appsyncTarget",
        "batchTarget",
        "ecsTarget",
        "forceDestroy",
        "httpTarget",
        "kinesisTarget",
        "redshiftTarget",
        "runCommandTargets",
        "sagemakerPipelineTarget",
    ),
)
_AT_TARGET = TARGET.without("eventBusName", "rule")


def create(aws: Aws, new: Values) -> str:
    """Add a target to a rule."""
    target = str(new.get("targetId") or f"pulumi-{uuid.uuid4().hex}")
    _put(aws, {**new, "targetId": target})
    bus = new["eventBusName"]
    where = new["rule"] if bus == "default" else f"{bus}-{new['rule']}"
    return f"{where}-{target}"


def _put(aws: Aws, new: Values) -> None:
    events, wanted = aws.client("events"), to_api(_AT_TARGET, new)
    answer = aws.retry(
        lambda: events.put_targets(
            Rule=new["rule"], EventBusName=new["eventBusName"], Targets=[wanted]
        ),
        {"ConcurrentModificationException"},
    )
    _refused(answer, f"target of rule {new['rule']}")


def read(aws: Aws, identity: str, state: Values) -> Values | None:
    """Find a target among those of its rule."""
    bus, rule, target = _place(identity, state)
    pages = aws.client("events").get_paginator("list_targets_by_rule")
    pages = pages.paginate(Rule=rule, EventBusName=bus)
    targets = (item for page in pages for item in page["Targets"])
    found = next((item for item in targets if not target or item["Id"] == target), None)
    if found is None:
        return None
    where = rule if bus == "default" else f"{bus}-{rule}"
    return {
        **from_api(_AT_TARGET, found),
        "id": f"{where}-{found['Id']}",
        "eventBusName": bus,
        "rule": rule,
        "region": aws.region,
    }


def delete(aws: Aws, identity: str, state: Values) -> None:
    """Take the target from its rule."""
    bus, rule, target = _place(identity, state)
    answer = aws.client("events").remove_targets(Rule=rule, EventBusName=bus, Ids=[target])
    _refused(answer, f"target {target} of rule {rule}")


def update(aws: Aws, identity: str, change: Change) -> None:
    """Put the target anew."""
    _put(aws, {"targetId": change.old["targetId"], **change.new})


def _refused(answer: dict[str, Any], what: str) -> None:
    for entry in answer.get("FailedEntries", []):
        raise ProviderError(f"{what}: {entry.get('ErrorCode')}: {entry.get('ErrorMessage')}")


def _place(identity: str, state: Values) -> tuple[str, str, str]:
    if state.get("rule"):
        bus = state.get("eventBusName") or "default"
        return str(bus), str(state["rule"]), str(state.get("targetId") or "")
    bus, rule, target = parts(identity, 3)
    return bus, rule, target


ROWS = (
    ResourceType(
        token=TARGET.token,
        props=TARGET,
        create=create,
        read=read,
        update=update,
        delete=delete,
        check=cross_field.target,
    ),
)
