"""EventBridge buses, rules and targets (the official provider files them under cloudwatch)."""

from __future__ import annotations

import uuid
from typing import Any

from local.providers.aws import tagging
from local.providers.aws.session import Aws
from local.providers.aws.shapes import from_api, to_api
from local.providers.failures import ProviderError
from local.providers.resource import Change, Naming, ResourceType
from local.providers.schema import block, flag, integer, json_text, text, text_map
from local.providers.wire import Values

BUS = {
    "deadLetterConfig": block({"arn": text()}),
    "description": text(),
    "eventSourceName": text(replaces=True),
    "kmsKeyIdentifier": text(),
    "name": text(replaces=True, computed=True),
}


def _create_bus(aws: Aws, new: Values) -> str:
    tags = tagging.pairs(tagging.wanted(new))
    aws.client("events").create_event_bus(**to_api(BUS, new), **({"Tags": tags} if tags else {}))
    return str(new["name"])


def _read_bus(aws: Aws, identity: str, state: Values) -> Values:
    events = aws.client("events")
    found = events.describe_event_bus(Name=identity)
    return {
        **from_api(BUS, found, ["deadLetterConfig", "description", "kmsKeyIdentifier", "name"]),
        "arn": found["Arn"],
        "region": aws.region,
        **tagging.read(state, _tags(events, found["Arn"])),
    }


def _update_bus(aws: Aws, identity: str, change: Change) -> None:
    events = aws.client("events")
    if change.touches("deadLetterConfig", "description", "kmsKeyIdentifier"):
        names = ["name", "deadLetterConfig", "description", "kmsKeyIdentifier"]
        events.update_event_bus(**to_api(BUS, change.new, names))
    _retag(events, change)


def _delete_bus(aws: Aws, identity: str, state: Values) -> None:
    aws.client("events").delete_event_bus(Name=identity)


RULE = {
    "description": text(),
    "eventBusName": text(default="default", replaces=True),
    "eventPattern": json_text(),
    "forceDestroy": flag(default=False, kept=True),
    "name": text(replaces=True, computed=True),
    "roleArn": text(),
    "scheduleExpression": text(),
    "state": text(default="ENABLED"),
}
_SENT = tuple(name for name in RULE if name != "forceDestroy")


def _put_rule(aws: Aws, new: Values) -> str:
    events, wanted = aws.client("events"), to_api(RULE, new, _SENT)
    aws.retry(lambda: events.put_rule(**wanted), {"ValidationException"}, "assumed")
    return _on_bus(new["eventBusName"], new["name"])


def _tag_rule(aws: Aws, identity: str, new: Values) -> None:
    events, tags = aws.client("events"), tagging.wanted(new)
    if tags:
        bus, name = _parts(identity, 2)
        arn = events.describe_rule(Name=name, EventBusName=bus)["Arn"]
        events.tag_resource(ResourceARN=arn, Tags=tagging.pairs(tags))


def _read_rule(aws: Aws, identity: str, state: Values) -> Values:
    events = aws.client("events")
    bus, name = _parts(identity, 2)
    found = events.describe_rule(Name=name, EventBusName=bus)
    return {
        **from_api(RULE, found, _SENT),
        "eventBusName": bus,
        "arn": found["Arn"],
        "region": aws.region,
        **tagging.read(state, _tags(events, found["Arn"])),
    }


def _update_rule(aws: Aws, identity: str, change: Change) -> None:
    _put_rule(aws, change.new)
    _retag(aws.client("events"), change)


def _delete_rule(aws: Aws, identity: str, state: Values) -> None:
    bus, name = _parts(identity, 2)
    events = aws.client("events")
    if state.get("forceDestroy"):
        targets = events.list_targets_by_rule(Rule=name, EventBusName=bus)["Targets"]
        if targets:
            ids = [target["Id"] for target in targets]
            events.remove_targets(Rule=name, EventBusName=bus, Ids=ids)
    # Targets that are being removed beside the rule are seen by it a little later.
    aws.retry(
        lambda: events.delete_rule(Name=name, EventBusName=bus), {"ValidationException"}, "target"
    )


TARGET = {
    "arn": text(required=True),
    "deadLetterConfig": block({"arn": text()}),
    "eventBusName": text(default="default", replaces=True),
    "input": text(),
    "inputPath": text(),
    "inputTransformer": block(
        {"inputPaths": text_map(api="InputPathsMap"), "inputTemplate": text(required=True)}
    ),
    "retryPolicy": block(
        {
            "maximumEventAgeInSeconds": integer(computed=True),
            "maximumRetryAttempts": integer(computed=True),
        }
    ),
    "roleArn": text(),
    "rule": text(required=True, replaces=True),
    "sqsTarget": block({"messageGroupId": text()}, api="SqsParameters"),
    "targetId": text(replaces=True, computed=True, api="Id"),
}
_AT_TARGET = tuple(name for name in TARGET if name not in ("eventBusName", "rule"))


def _create_target(aws: Aws, new: Values) -> str:
    target = str(new.get("targetId") or f"pulumi-{uuid.uuid4().hex}")
    _put_target(aws, {**new, "targetId": target})
    bus = new["eventBusName"]
    where = new["rule"] if bus == "default" else f"{bus}-{new['rule']}"
    return f"{where}-{target}"


def _put_target(aws: Aws, new: Values) -> None:
    events, wanted = aws.client("events"), to_api(TARGET, new, _AT_TARGET)
    answer = aws.retry(
        lambda: events.put_targets(
            Rule=new["rule"], EventBusName=new["eventBusName"], Targets=[wanted]
        ),
        {"ConcurrentModificationException"},
    )
    _refused(answer, f"target of rule {new['rule']}")


def _read_target(aws: Aws, identity: str, state: Values) -> Values | None:
    bus, rule, target = _target_parts(identity, state)
    pages = aws.client("events").get_paginator("list_targets_by_rule")
    pages = pages.paginate(Rule=rule, EventBusName=bus)
    targets = (item for page in pages for item in page["Targets"])
    found = next((item for item in targets if not target or item["Id"] == target), None)
    if found is None:
        return None
    where = rule if bus == "default" else f"{bus}-{rule}"
    return {
        **from_api(TARGET, found, _AT_TARGET),
        "id": f"{where}-{found['Id']}",
        "eventBusName": bus,
        "rule": rule,
        "region": aws.region,
    }


def _delete_target(aws: Aws, identity: str, state: Values) -> None:
    bus, rule, target = _target_parts(identity, state)
    answer = aws.client("events").remove_targets(Rule=rule, EventBusName=bus, Ids=[target])
    _refused(answer, f"target {target} of rule {rule}")


def _update_target(aws: Aws, identity: str, change: Change) -> None:
    _put_target(aws, {"targetId": change.old["targetId"], **change.new})


def _refused(answer: dict[str, Any], what: str) -> None:
    for entry in answer.get("FailedEntries", []):
        raise ProviderError(f"{what}: {entry.get('ErrorCode')}: {entry.get('ErrorMessage')}")


def _target_parts(identity: str, state: Values) -> tuple[str, str, str]:
    if state.get("rule"):
        bus = state.get("eventBusName") or "default"
        return str(bus), str(state["rule"]), str(state.get("targetId") or "")
    bus, rule, target = _parts(identity, 3)
    return bus, rule, target


def _on_bus(bus: str, name: str) -> str:
    return name if bus == "default" else f"{bus}/{name}"


def _parts(identity: str, count: int) -> list[str]:
    """Split [bus/]rule or [bus/]rule/target."""
    fields = identity.split("/")
    if len(fields) == count - 1:
        fields = ["default", *fields]
    if len(fields) != count:
        raise ProviderError(f"expected an id of {count} parts divided by /, found {identity}")
    return fields


def _tags(events: Any, arn: str) -> dict[str, str]:
    return tagging.unpaired(events.list_tags_for_resource(ResourceARN=arn).get("Tags"))


def _retag(events: Any, change: Change) -> None:
    put, gone = tagging.turn(change)
    arn = change.old.get("arn")
    if change.touches("tagsAll") and gone:
        events.untag_resource(ResourceARN=arn, TagKeys=gone)
    if change.touches("tagsAll") and put:
        events.tag_resource(ResourceARN=arn, Tags=tagging.pairs(put))


ROWS = (
    ResourceType(
        token="aws:cloudwatch/eventBus:EventBus",
        props=BUS,
        outputs={"arn": text()},
        create=_create_bus,
        read=_read_bus,
        update=_update_bus,
        delete=_delete_bus,
        naming=Naming(longest=256),
        tagged=True,
    ),
    ResourceType(
        token="aws:cloudwatch/eventRule:EventRule",
        props=RULE,
        outputs={"arn": text()},
        create=_put_rule,
        settle=_tag_rule,
        read=_read_rule,
        update=_update_rule,
        delete=_delete_rule,
        naming=Naming(longest=64),
        tagged=True,
    ),
    ResourceType(
        token="aws:cloudwatch/eventTarget:EventTarget",
        props=TARGET,
        create=_create_target,
        read=_read_target,
        update=_update_target,
        delete=_delete_target,
    ),
)
