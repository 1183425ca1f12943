"""EventBridge buses, rules and targets (the official provider files them under cloudwatch)."""

from __future__ import annotations

from typing import Any

from attached_providers.aws import tagging
from attached_providers.aws.limits import cross_field
from attached_providers.aws.session import Aws
from attached_providers.aws.shapes import from_api, to_api
from attached_providers.failures import ProviderError
from attached_providers.properties import Properties
from attached_providers.resource import Change, Naming, ResourceType
from attached_providers.schema import json_text, says
from attached_providers.wire import Values

BUS = Properties(
    "aws:cloudwatch/eventBus:EventBus",
    {
        "eventSourceName": says(replaces=True),
        "name": says(replaces=True, computed=True),
    },
    unserved=("logConfig",),
)


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
        **tagging.read(aws, state, _tags(events, found["Arn"])),
    }


def _update_bus(aws: Aws, identity: str, change: Change) -> None:
    events = aws.client("events")
    if change.touches("deadLetterConfig", "description", "kmsKeyIdentifier"):
        names = ["name", "deadLetterConfig", "description", "kmsKeyIdentifier"]
        events.update_event_bus(**to_api(BUS, change.new, names))
    _retag(events, change)


def _delete_bus(aws: Aws, identity: str, state: Values) -> None:
    aws.client("events").delete_event_bus(Name=identity)


RULE = Properties(
    "aws:cloudwatch/eventRule:EventRule",
    {
        "eventBusName": says(replaces=True, default="default"),
        "eventPattern": json_text(),
        "forceDestroy": says(default=False, kept=True),
        "name": says(replaces=True, computed=True),
        "state": says(default="ENABLED"),
    },
    unserved=("isEnabled", "namePrefix"),
)
_SENT = RULE.without("forceDestroy")


def _put_rule(aws: Aws, new: Values) -> str:
    events, wanted = aws.client("events"), to_api(_SENT, new)
    aws.retry(lambda: events.put_rule(**wanted), {"ValidationException"}, "assumed")
    return _on_bus(new["eventBusName"], new["name"])


def _tag_rule(aws: Aws, identity: str, new: Values) -> None:
    events, tags = aws.client("events"), tagging.wanted(new)
    if tags:
        bus, name = parts(identity, 2)
        arn = events.describe_rule(Name=name, EventBusName=bus)["Arn"]
        events.tag_resource(ResourceARN=arn, Tags=tagging.pairs(tags))


def _read_rule(aws: Aws, identity: str, state: Values) -> Values:
    events = aws.client("events")
    bus, name = parts(identity, 2)
    found = events.describe_rule(Name=name, EventBusName=bus)
    return {
        **from_api(_SENT, found),
        "eventBusName": bus,
        "arn": found["Arn"],
        "region": aws.region,
        **tagging.read(aws, state, _tags(events, found["Arn"])),
    }


def _update_rule(aws: Aws, identity: str, change: Change) -> None:
    _put_rule(aws, change.new)
    _retag(aws.client("events"), change)


def _delete_rule(aws: Aws, identity: str, state: Values) -> None:
    bus, name = parts(identity, 2)
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


def _on_bus(bus: str, name: str) -> str:
    return name if bus == "default" else f"{bus}/{name}"


def parts(identity: str, count: int) -> list[str]:
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
        token=BUS.token,
        props=BUS,
        outputs=BUS.outputs,
        create=_create_bus,
        read=_read_bus,
        update=_update_bus,
        delete=_delete_bus,
        naming=Naming(longest=256),
        tagged=True,
    ),
    ResourceType(
        token=RULE.token,
        props=RULE,
        outputs=RULE.outputs,
        create=_put_rule,
        settle=_tag_rule,
        read=_read_rule,
        update=_update_rule,
        delete=_delete_rule,
        check=cross_field.rule,
        naming=Naming(longest=64),
        tagged=True,
    ),
)
