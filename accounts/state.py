"""Who may read and write the state of a stack, and use the key to the secrets in it.

Each stack has its own objects in the one bucket, as the CLI's file backend lays them out; none may
write another's: https://www.pulumi.com/docs/iac/concepts/state-and-backends/
"""

from __future__ import annotations

from collections.abc import Iterator

from accounts.names import Names
from accounts.permissions import Statement

META = ".pulumi/meta.yaml"
"""Says how the objects are laid out; the CLI reads it before all else."""

META_TEXT = "version: 1\n"

READING = ["s3:GetObject"]
WRITING = ["s3:DeleteObject", "s3:GetObject", "s3:PutObject"]
"""Before it writes a file anew, the CLI moves the old one aside, and so deletes it."""

WRITING_DUTIES = ("deploy", "operate")
"""Who moves an alias corrects the record of it."""

KEY_USES = ["kms:Decrypt", "kms:Encrypt"]


def own_objects(system: str, stage: str) -> tuple[str, ...]:
    """Name the objects of one stack, as patterns."""
    return (
        f".pulumi/stacks/{system}/{stage}.json*",
        f".pulumi/locks/organization/{system}/{stage}/*",
        f".pulumi/history/{system}/{stage}/*",
        f".pulumi/backups/{system}/{stage}/*",
    )


def state_statements(own: Names, *, writes: bool, stage: str | None = None) -> Iterator[Statement]:
    """Allow to read a stack's state, this one's or another's, or to write it too."""
    objects = own_objects(own.system, stage or own.stage)
    paths = [own.s3(f"{own.state_bucket}/{path}") for path in objects]
    yield {"Effect": "Allow", "Action": ["s3:ListBucket"], "Resource": [own.s3(own.state_bucket)]}
    meta = own.s3(f"{own.state_bucket}/{META}")
    yield {"Effect": "Allow", "Action": READING, "Resource": [meta]}
    yield {"Effect": "Allow", "Action": WRITING if writes else READING, "Resource": paths}


def key_statement(own: Names, *, encrypts: bool) -> Statement:
    """Allow to use the key to this stack's secrets, which is known by its alias."""
    return {
        "Effect": "Allow",
        "Action": KEY_USES if encrypts else ["kms:Decrypt"],
        "Resource": [own.arn("kms", "key/*")],
        "Condition": {"ForAnyValue:StringEquals": {"kms:ResourceAliases": own.key_alias}},
    }


def state_bucket_policy(own: Names, others: tuple[Names, ...]) -> dict[str, object]:
    """Keep the state bucket to TLS, and admit the roles of other accounts to their own objects."""
    bucket = own.s3(own.state_bucket)
    tls_only = {
        "Sid": "TlsOnly",
        "Effect": "Deny",
        "Principal": "*",
        "Action": "s3:*",
        "Resource": [bucket, f"{bucket}/*"],
        "Condition": {"Bool": {"aws:SecureTransport": "false"}},
    }
    admitted = [statement for other in others for statement in _admitted(other)]
    return {"Version": "2012-10-17", "Statement": [tls_only, *admitted]}


def _admitted(other: Names) -> Iterator[Statement]:
    for duty in (*WRITING_DUTIES, "drift", "review"):
        # By the account and a condition: a principal that is named must be there already.
        who = {
            "Principal": {"AWS": other.iam("root")},
            "Condition": {"ArnEquals": {"aws:PrincipalArn": other.role_arn(duty)}},
        }
        for statement in state_statements(other, writes=duty in WRITING_DUTIES):
            yield {**statement, **who}
