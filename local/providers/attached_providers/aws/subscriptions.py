"""SNS subscriptions; the id is the ARN."""

from __future__ import annotations

from attached_providers.aws.limits import cross_field
from attached_providers.aws.session import Aws
from attached_providers.aws.sns_attributes import api_name, inward, outward
from attached_providers.properties import Properties
from attached_providers.resource import Change, ResourceType
from attached_providers.schema import json_text, says
from attached_providers.wire import Values

SUBSCRIPTION = Properties(
    "aws:sns/topicSubscription:TopicSubscription",
    {
        "topic": says(replaces=True),
        "protocol": says(replaces=True),
        "endpoint": says(replaces=True),
        "confirmationTimeoutInMinutes": says(default=1, kept=True),
        "endpointAutoConfirms": says(default=False, kept=True),
        "deliveryPolicy": json_text(),
        "filterPolicy": json_text(),
        "filterPolicyScope": says(computed=True),
        "rawMessageDelivery": says(default=False),
        "redrivePolicy": json_text(),
        "replayPolicy": json_text(),
    },
)
_ATTRIBUTES = SUBSCRIPTION.without(
    "topic", "protocol", "endpoint", "confirmationTimeoutInMinutes", "endpointAutoConfirms"
)


def create(aws: Aws, new: Values) -> str:
    """Subscribe; the ARN is given at once, confirmed or not."""
    answer = aws.client("sns").subscribe(
        TopicArn=new["topic"],
        Protocol=new["protocol"],
        Endpoint=new["endpoint"],
        Attributes=outward(_ATTRIBUTES, new, list(_ATTRIBUTES)),
        ReturnSubscriptionArn=True,
    )
    return str(answer["SubscriptionArn"])


def read(aws: Aws, identity: str, state: Values) -> Values:
    """Read a subscription."""
    found = aws.client("sns").get_subscription_attributes(SubscriptionArn=identity)["Attributes"]
    return {
        **inward(_ATTRIBUTES, found),
        "topic": found["TopicArn"],
        "protocol": found["Protocol"],
        "endpoint": found["Endpoint"],
        "arn": identity,
        "ownerId": found.get("Owner", ""),
        "pendingConfirmation": found.get("PendingConfirmation") == "true",
        "confirmationWasAuthenticated": found.get("ConfirmationWasAuthenticated") == "true",
        "region": aws.region,
    }


def update(aws: Aws, identity: str, change: Change) -> None:
    """Set what changed."""
    sns = aws.client("sns")
    for name in _ATTRIBUTES:
        if name in change.names:
            value = outward(_ATTRIBUTES, change.new, [name]).get(api_name(name), "")
            sns.set_subscription_attributes(
                SubscriptionArn=identity, AttributeName=api_name(name), AttributeValue=value
            )


def delete(aws: Aws, identity: str, state: Values) -> None:
    """Unsubscribe."""
    # SNS itself forgets a subscription that was never confirmed, and refuses to remove it.
    if not state.get("pendingConfirmation"):
        aws.client("sns").unsubscribe(SubscriptionArn=identity)


ROWS = (
    ResourceType(
        token=SUBSCRIPTION.token,
        props=SUBSCRIPTION,
        outputs=SUBSCRIPTION.outputs,
        create=create,
        read=read,
        update=update,
        delete=delete,
        check=cross_field.subscription,
    ),
)
