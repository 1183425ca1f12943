"""SQS queues and their policies; a queue's id is its URL."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from attached_providers.aws import tagging
from attached_providers.aws.limits import cross_field
from attached_providers.aws.session import Aws
from attached_providers.properties import Properties
from attached_providers.resource import Change, Naming, ResourceType
from attached_providers.schema import FLAG, INTEGER, policy_text, says
from attached_providers.wire import Values

QUEUE = Properties(
    "aws:sqs/queue:Queue",
    {
        "name": says(replaces=True, computed=True),
        "contentBasedDeduplication": says(default=False),
        "deduplicationScope": says(computed=True),
        "delaySeconds": says(default=0),
        "fifoQueue": says(replaces=True, default=False),
        "fifoThroughputLimit": says(computed=True),
        "kmsDataKeyReusePeriodSeconds": says(computed=True),
        "maxMessageSize": says(computed=True, api="MaximumMessageSize"),
        "messageRetentionSeconds": says(default=345600, api="MessageRetentionPeriod"),
        "policy": policy_text(computed=True),
        "receiveWaitTimeSeconds": says(default=0, api="ReceiveMessageWaitTimeSeconds"),
        "redriveAllowPolicy": policy_text(computed=True),
        "redrivePolicy": policy_text(computed=True),
        "sqsManagedSseEnabled": says(computed=True),
        "visibilityTimeoutSeconds": says(default=30, api="VisibilityTimeout"),
    },
    unserved=("namePrefix",),
)
ATTRIBUTES = QUEUE.without("name")
QUEUE_POLICY = Properties(
    "aws:sqs/queuePolicy:QueuePolicy",
    {
        "queueUrl": says(replaces=True),
        "policy": policy_text(),
    },
)
_FIFO_ONLY = ("fifoQueue", "contentBasedDeduplication", "deduplicationScope", "fifoThroughputLimit")


def create(aws: Aws, new: Values) -> str:
    """Make a queue; SQS itself gives the same queue back for the same name and attributes."""
    sqs = aws.client("sqs")
    names = [name for name in ATTRIBUTES if not (name in _FIFO_ONLY and not new.get("fifoQueue"))]
    attributes = _outward(new, names)
    # A queue of the same name that was deleted less than a minute ago must be waited out.
    answer = aws.retry(
        lambda: sqs.create_queue(
            QueueName=new["name"], Attributes=attributes, tags=tagging.wanted(new)
        ),
        {"AWS.SimpleQueueService.QueueDeletedRecently", "QueueDeletedRecently"},
    )
    return str(answer["QueueUrl"])


def read(aws: Aws, identity: str, state: Values) -> Values:
    """Read a queue's attributes and tags."""
    sqs = aws.client("sqs")
    found = sqs.get_queue_attributes(QueueUrl=identity, AttributeNames=["All"])["Attributes"]
    tags = sqs.list_queue_tags(QueueUrl=identity).get("Tags")
    return {
        "name": identity.rpartition("/")[2],
        "url": identity,
        "arn": found["QueueArn"],
        "region": aws.region,
        **_inward(found),
        **tagging.read(aws, state, tags),
    }


def update(aws: Aws, identity: str, change: Change) -> None:
    """Set what changed."""
    sqs = aws.client("sqs")
    names = [name for name in ATTRIBUTES if name in change.names and name != "fifoQueue"]
    attributes = _outward(change.new, names)
    for name in names:
        attributes.setdefault(_api_name(name), "")
    if attributes:
        sqs.set_queue_attributes(QueueUrl=identity, Attributes=attributes)
    if change.touches("tagsAll"):
        put, gone = tagging.turn(change)
        if gone:
            sqs.untag_queue(QueueUrl=identity, TagKeys=gone)
        if put:
            sqs.tag_queue(QueueUrl=identity, Tags=put)


def delete(aws: Aws, identity: str, state: Values) -> None:
    """Remove the queue."""
    aws.client("sqs").delete_queue(QueueUrl=identity)


def check(new: Values) -> Iterator[tuple[str, str]]:
    """Refuse a name that does not say whether the queue is first-in-first-out."""
    name = new.get("name")
    if isinstance(name, str) and name.endswith(".fifo") != bool(new.get("fifoQueue")):
        yield (
            "name",
            f"expected a name ending in .fifo exactly when fifoQueue is true, found {name}",
        )
    yield from cross_field.queue(new)


def _api_name(name: str) -> str:
    return ATTRIBUTES[name].api or name[0].upper() + name[1:]


def _outward(new: Values, names: list[str]) -> dict[str, str]:
    found = {name: new[name] for name in names if new.get(name) not in (None, "")}
    return {_api_name(name): _as_text(item) for name, item in found.items()}


def _as_text(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _inward(found: dict[str, str]) -> dict[str, Any]:
    out: dict[str, Any] = {}
    for name, prop in ATTRIBUTES.items():
        value = found.get(_api_name(name))
        if value is None or value == "":
            continue
        out[name] = int(value) if prop.kind is INTEGER else value
        if prop.kind is FLAG:
            out[name] = value.lower() == "true"
    return out


def _put_policy(aws: Aws, new: Values) -> str:
    url = str(new["queueUrl"])
    _set(aws, url, new["policy"])
    return url


def _set(aws: Aws, url: str, policy: str) -> None:
    sqs = aws.client("sqs")
    sqs.set_queue_attributes(QueueUrl=url, Attributes={"Policy": policy})


def _read_policy(aws: Aws, identity: str, state: Values) -> Values | None:
    sqs = aws.client("sqs")
    answer = sqs.get_queue_attributes(QueueUrl=identity, AttributeNames=["Policy"])
    policy = answer.get("Attributes", {}).get("Policy")
    return {"queueUrl": identity, "policy": policy, "region": aws.region} if policy else None


ROWS = (
    ResourceType(
        token=QUEUE.token,
        props=QUEUE,
        outputs=QUEUE.outputs,
        create=create,
        read=read,
        update=update,
        delete=delete,
        check=check,
        naming=Naming(longest=80, suffix=lambda new: ".fifo" if new.get("fifoQueue") else ""),
        tagged=True,
    ),
    ResourceType(
        token=QUEUE_POLICY.token,
        props=QUEUE_POLICY,
        create=_put_policy,
        read=_read_policy,
        update=lambda aws, identity, change: _set(aws, identity, change.new["policy"]),
        delete=lambda aws, identity, state: _set(aws, identity, ""),
        check=lambda new: cross_field.policy(
            new, "sqs", cross_field.QUEUE_POLICY_BYTES, "OverLimit: Policy"
        ),
        unique_by=("queueUrl",),
    ),
)
