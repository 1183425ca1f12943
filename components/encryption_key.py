"""The key that encrypts topics."""

from __future__ import annotations

from dataclasses import dataclass

import pulumi
from pulumi_aws import kms

from components.addresses import Addresses
from components.policy_documents import document

DELETION_WINDOW_DAYS = 7
KEEPING = (
    "kms:CreateAlias",
    "kms:DeleteAlias",
    "kms:DescribeKey",
    "kms:DisableKeyRotation",
    "kms:EnableKeyRotation",
    "kms:GetKeyPolicy",
    "kms:GetKeyRotationStatus",
    "kms:ListResourceTags",
    "kms:PutKeyPolicy",
    "kms:ScheduleKeyDeletion",
    "kms:TagResource",
    "kms:UntagResource",
    "kms:UpdateAlias",
    "kms:UpdateKeyDescription",
)
"""What a deployment does with the key that it made."""


@dataclass(frozen=True, kw_only=True, slots=True)
class EncryptionKeyArgs:
    """One key for all topics of a stack."""

    addresses: Addresses
    protect: bool


class EncryptionKey(pulumi.ComponentResource):
    """Encrypts topics so that alarms can still speak to them.

    CloudWatch may not use the key that AWS manages for SNS, hence one of our own:
    https://docs.aws.amazon.com/sns/latest/dg/sns-key-management.html
    """

    id: pulumi.Output[str]
    """Key id."""

    def __init__(
        self, name: str, args: EncryptionKeyArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__(args.addresses.token("EncryptionKey"), name, None, opts)
        key = kms.Key(
            f"{name}-key",
            description=f"Encrypts the topics of {args.addresses.name('*')}",
            policy=_policy(args.addresses),
            enable_key_rotation=True,
            deletion_window_in_days=DELETION_WINDOW_DAYS,
            opts=pulumi.ResourceOptions(parent=self, protect=args.protect),
        )
        kms.Alias(
            f"{name}-alias",
            name=f"alias/{args.addresses.name(name)}",
            target_key_id=key.key_id,
            opts=pulumi.ResourceOptions(parent=self),
        )
        self.id = key.key_id
        self.register_outputs({"id": key.key_id})


def _policy(addresses: Addresses) -> str:
    use = ["kms:Decrypt", "kms:GenerateDataKey"]
    account = addresses.account_id
    return document(
        [
            {
                "Sid": "Administer",
                "Effect": "Allow",
                "Principal": {"AWS": addresses.iam("root")},
                "Action": "kms:*",
                "Resource": "*",
            },
            {
                # Here, and not in the role's own policy: by tags or by aliases it could be any key.
                "Sid": "Deploy",
                "Effect": "Allow",
                "Principal": {"AWS": "*"},
                "Action": list(KEEPING),
                "Resource": "*",
                "Condition": {
                    "StringEquals": {"kms:CallerAccount": account},
                    "ArnEquals": {"aws:PrincipalArn": addresses.deployer_arn},
                },
            },
            {
                "Sid": "PublishThroughSns",
                "Effect": "Allow",
                "Principal": {"AWS": "*"},
                "Action": use,
                "Resource": "*",
                "Condition": {
                    "StringEquals": {
                        "kms:CallerAccount": account,
                        "kms:ViaService": f"sns.{addresses.region}.amazonaws.com",
                    }
                },
            },
            {
                "Sid": "Alarms",
                "Effect": "Allow",
                "Principal": {"Service": "cloudwatch.amazonaws.com"},
                "Action": use,
                "Resource": "*",
                "Condition": {"StringEquals": {"aws:SourceAccount": account}},
            },
        ]
    )
