"""SNS subscriptions; the id is the ARN."""

from __future__ import annotations

from attached_providers.aws.limits import cross_field
from attached_providers.aws.session import Aws
from attached_providers.aws.sns_attributes import api_name, inward, outward
from attached_providers.resource import Change, ResourceType
from attached_providers.schema import Prop, flag, integer, json_text, text
from attached_providers.wire import Values

SUBSCRIPTION: dict[str, Prop] = {
    "deliveryPolicy": json_text(),
    "filterPolicy": json_text(),
    "filterPolicyScope": text(computed=True),
    "rawMessageDelivery": flag(default=False),
    "redrivePolicy": json_text(),
    "replayPolicy": json_text(),
    "subscriptionRoleArn": text(),
}


def create(aws: Aws, new: Values) -> str:
    """Subscribe; the ARN is given at once, confirmed or not."""
    answer = aws.client("sns").subscribe(
        TopicArn=new["topic"],
        Protocol=new["protocol"],
        Endpoint=new["endpoint"],
        Attributes=outward(SUBSCRIPTION, new, list(SUBSCRIPTION)),
        ReturnSubscriptionArn=True,
    )
    return str(answer["SubscriptionArn"])


def read(aws: Aws, identity: str, state: Values) -> Values:
    """Read a subscription."""
    found = aws.client("sns").get_subscription_attributes(SubscriptionArn=identity)["Attributes"]
    return {
        **inward(SUBSCRIPTION, found),
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
    for name in SUBSCRIPTION:
        if name in change.names:
            value = outward(SUBSCRIPTION, change.new, [name]).get(api_name(name), "")
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
        token="aws:sns/topicSubscription:TopicSubscription",
        props={
            "topic": text(required=True, replaces=True),
            "protocol": text(required=True, replaces=True),
            "endpoint": text(required=True, replaces=True),
            "confirmationTimeoutInMinutes": integer(default=1, kept=True),
            "endpointAutoConfirms": flag(default=False, kept=True),
            **SUBSCRIPTION,
        },
        outputs={
            "arn": text(),
            "confirmationWasAuthenticated": flag(),
            "ownerId": text(),
            "pendingConfirmation": flag(),
        },
        create=create,
        read=read,
        update=update,
        delete=delete,
        check=cross_field.subscription,
    ),
)
