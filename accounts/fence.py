"""The permissions boundary around every role that the program makes."""

from __future__ import annotations

from accounts.names import Names
from accounts.permissions import Document, Statement, document
from accounts.resources import PATTERNS

INSIDE = {
    "dynamodb/table": ["dynamodb:*Item", "dynamodb:Query", "dynamodb:Scan"],
    "events/event-bus": ["events:PutEvents"],
    "lambda/function": ["lambda:GetAlias", "lambda:GetFunction", "lambda:InvokeFunction"],
    "logs/log-group": ["logs:CreateLogStream", "logs:PutLogEvents"],
    "s3/bucket": ["s3:ListBucket"],
    "secretsmanager/secret": ["secretsmanager:GetSecretValue"],
    "sns/topic": ["sns:Publish"],
    "sqs/queue": ["sqs:*Message*", "sqs:GetQueue*"],
}
"""The most that code of this stack may ever do, by kind of the stack's own resources."""


def fence(own: Names) -> Document:
    """Hold the program's roles to the data of their own stack, and keep them from IAM altogether.

    A role has what its policy and this allow: whoever may write the policy, a deployment or a pull
    request that was let through, reaches no other stack and no role.
    """
    inside: list[Statement] = [
        {"Effect": "Allow", "Action": actions, "Resource": _reach(kind, own)}
        for kind, actions in INSIDE.items()
    ]
    objects = own.s3(f"{own.prefix}*-{own.account_id}/*")
    return document(
        [
            *inside,
            {"Effect": "Allow", "Action": ["s3:*Object"], "Resource": [objects]},
            {
                "Effect": "Allow",
                "Action": [
                    "cloudwatch:PutMetricData",
                    "xray:PutTelemetryRecords",
                    "xray:PutTraceSegments",
                ],
                "Resource": ["*"],
            },
            {
                "Effect": "Allow",
                "Action": ["kms:Decrypt", "kms:GenerateDataKey"],
                "Resource": [PATTERNS["kms/key"](own)],
                "Condition": {
                    "StringEquals": {"kms:ViaService": f"sns.{own.region}.amazonaws.com"}
                },
            },
        ]
    )


def _reach(kind: str, own: Names) -> list[str]:
    return [PATTERNS[kind](own)]
