"""SNS topics and their policies; each id is the topic's ARN."""

from __future__ import annotations

import json

from attached_providers.aws import tagging
from attached_providers.aws.limits import cross_field
from attached_providers.aws.session import Aws
from attached_providers.aws.sns_attributes import api_name, inward, outward
from attached_providers.properties import Properties
from attached_providers.resource import Change, Naming, ResourceType
from attached_providers.schema import json_text, policy_text, says
from attached_providers.wire import Values

TOPIC = Properties(
    "aws:sns/topic:Topic",
    {
        "name": says(replaces=True, computed=True),
        "archivePolicy": json_text(),
        "contentBasedDeduplication": says(default=False),
        "deliveryPolicy": json_text(),
        "fifoThroughputScope": says(computed=True),
        "fifoTopic": says(replaces=True, default=False),
        "policy": policy_text(computed=True),
        "signatureVersion": says(computed=True),
        "tracingConfig": says(computed=True),
    },
    unserved=("maximumMessageSize", "namePrefix"),
)
_ATTRIBUTES = TOPIC.without("name")
TOPIC_POLICY = Properties(
    "aws:sns/topicPolicy:TopicPolicy",
    {
        "arn": says(replaces=True),
        "policy": policy_text(),
    },
)
_FIFO_ONLY = ("archivePolicy", "contentBasedDeduplication", "fifoThroughputScope", "fifoTopic")


def _create_topic(aws: Aws, new: Values) -> str:
    names = [name for name in _ATTRIBUTES if new.get("fifoTopic") or name not in _FIFO_ONLY]
    tags = tagging.pairs(tagging.wanted(new))
    answer = aws.client("sns").create_topic(
        Name=new["name"],
        Attributes=outward(_ATTRIBUTES, new, names),
        **({"Tags": tags} if tags else {}),
    )
    return str(answer["TopicArn"])


def _read_topic(aws: Aws, identity: str, state: Values) -> Values:
    sns = aws.client("sns")
    found = sns.get_topic_attributes(TopicArn=identity)["Attributes"]
    tags = sns.list_tags_for_resource(ResourceArn=identity).get("Tags")
    return {
        **inward(_ATTRIBUTES, found),
        "name": identity.rpartition(":")[2],
        "arn": identity,
        "owner": found.get("Owner", aws.account),
        "beginningArchiveTime": found.get("BeginningArchiveTime", ""),
        "region": aws.region,
        **tagging.read(aws, state, tagging.unpaired(tags)),
    }


def _update_topic(aws: Aws, identity: str, change: Change) -> None:
    sns = aws.client("sns")
    for name in _ATTRIBUTES:
        if name in change.names and name != "fifoTopic":
            value = outward(_ATTRIBUTES, change.new, [name]).get(api_name(name), "")
            sns.set_topic_attributes(
                TopicArn=identity, AttributeName=api_name(name), AttributeValue=value
            )
    if change.touches("tagsAll"):
        put, gone = tagging.turn(change)
        if gone:
            sns.untag_resource(ResourceArn=identity, TagKeys=gone)
        if put:
            sns.tag_resource(ResourceArn=identity, Tags=tagging.pairs(put))


def _delete_topic(aws: Aws, identity: str, state: Values) -> None:
    aws.client("sns").delete_topic(TopicArn=identity)


def _put_policy(aws: Aws, new: Values) -> str:
    sns = aws.client("sns")
    aws.retry(
        lambda: sns.set_topic_attributes(
            TopicArn=new["arn"], AttributeName="Policy", AttributeValue=new["policy"]
        ),
        {"InvalidParameter"},
        "PrincipalNotFound",
    )
    return str(new["arn"])


def _update_policy(aws: Aws, identity: str, change: Change) -> None:
    _put_policy(aws, change.new)


def _read_policy(aws: Aws, identity: str, state: Values) -> Values | None:
    found = aws.client("sns").get_topic_attributes(TopicArn=identity)["Attributes"]
    if not found.get("Policy"):
        return None
    owner = found.get("Owner", aws.account)
    return {"arn": identity, "policy": found["Policy"], "owner": owner, "region": aws.region}


def _reset_policy(aws: Aws, identity: str, state: Values) -> None:
    """Go back to the policy that SNS gives every new topic: only the owner may use it."""
    actions = (
        "GetTopicAttributes SetTopicAttributes AddPermission RemovePermission DeleteTopic "
        "Subscribe ListSubscriptionsByTopic Publish"
    )
    statement = {
        "Sid": "__default_statement_ID",
        "Effect": "Allow",
        "Principal": {"AWS": "*"},
        "Action": [f"SNS:{action}" for action in actions.split()],
        "Resource": identity,
        "Condition": {"StringEquals": {"AWS:SourceOwner": aws.account}},
    }
    policy = {"Version": "2008-10-17", "Id": "__default_policy_ID", "Statement": [statement]}
    aws.client("sns").set_topic_attributes(
        TopicArn=identity, AttributeName="Policy", AttributeValue=json.dumps(policy)
    )


ROWS = (
    ResourceType(
        token=TOPIC.token,
        props=TOPIC,
        outputs=TOPIC.outputs,
        create=_create_topic,
        read=_read_topic,
        update=_update_topic,
        delete=_delete_topic,
        check=cross_field.topic,
        naming=Naming(longest=256, suffix=lambda new: ".fifo" if new.get("fifoTopic") else ""),
        tagged=True,
    ),
    ResourceType(
        token=TOPIC_POLICY.token,
        props=TOPIC_POLICY,
        outputs=TOPIC_POLICY.outputs,
        create=_put_policy,
        read=_read_policy,
        update=_update_policy,
        delete=_reset_policy,
        check=lambda new: cross_field.policy(
            new, "sns", cross_field.TOPIC_POLICY_BYTES, "InvalidParameter: Policy"
        ),
        unique_by=("arn",),
    ),
)
