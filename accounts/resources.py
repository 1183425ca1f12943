"""How the ARNs of a stack's own resources look, by the kinds that IAM tells apart."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from accounts.names import Names

ANYTHING = "*"
"""What an action names that knows no resource:
https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html"""

PATTERNS: Mapping[str, Callable[[Names], str]] = {
    "cloudwatch/alarm": lambda own: own.arn("cloudwatch", f"alarm:{own.prefix}*"),
    "cloudwatch/alarms": lambda own: own.arn("cloudwatch", "alarm:*"),
    # A dashboard's ARN has no region.
    "cloudwatch/dashboard": lambda own: own.arn("cloudwatch", f"dashboard/{own.prefix}*").replace(
        f":{own.region}:", "::"
    ),
    "dynamodb/table": lambda own: own.arn("dynamodb", f"table/{own.prefix}*"),
    "ecr/repository": lambda own: own.arn("ecr", f"repository/{own.prefix}*"),
    "events/event-bus": lambda own: own.arn("events", f"event-bus/{own.prefix}*"),
    "events/rule": lambda own: own.arn("events", f"rule/{own.prefix}*"),
    "iam/role": lambda own: own.iam(f"role/{own.prefix}*"),
    "kms/alias": lambda own: own.arn("kms", f"alias/{own.prefix}*"),
    "kms/key": lambda own: own.arn("kms", "key/*"),
    # It gets its name from Lambda.
    "lambda/code-signing-config": lambda own: own.arn("lambda", "code-signing-config:*"),
    "lambda/event-source-mapping": lambda own: own.arn("lambda", "event-source-mapping:*"),
    "lambda/function": lambda own: own.arn("lambda", f"function:{own.prefix}*"),
    "lambda/layer": lambda own: own.arn("lambda", f"layer:{own.prefix}*"),
    "lambda/layer-version": lambda own: own.arn("lambda", f"layer:{own.prefix}*:*"),
    "logs/log-group": lambda own: own.arn("logs", f"log-group:/aws/lambda/{own.prefix}*"),
    "s3/bucket": lambda own: own.s3(f"{own.prefix}*-{own.account_id}"),
    "s3/object": lambda own: own.s3(f"{own.artifact_bucket}/*"),
    "scheduler/schedule": lambda own: own.arn("scheduler", f"schedule/{own.prefix}*/*"),
    "scheduler/schedule-group": lambda own: own.arn("scheduler", f"schedule-group/{own.prefix}*"),
    "secretsmanager/secret": lambda own: own.arn("secretsmanager", f"secret:{own.prefix}*"),
    "sns/topic": lambda own: own.arn("sns", f"{own.prefix}*"),
    "sqs/queue": lambda own: own.arn("sqs", f"{own.prefix}*"),
}
"""The pattern of each kind; what else an action may name, the program has none of."""


def patterns(kinds: tuple[str, ...], own: Names) -> tuple[str, ...]:
    """Give what a statement must name for an action on these kinds of resources."""
    return tuple(PATTERNS[kind](own) for kind in kinds) or (ANYTHING,)
