"""IAM policy documents as plain data, and the statements that every resource policy shares."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence

Statement = Mapping[str, object]


def document(statements: Sequence[Statement]) -> str:
    """Write a policy document, always in the same spelling."""
    return json.dumps({"Version": "2012-10-17", "Statement": list(statements)}, sort_keys=True)


def trust(service: str, account_id: str) -> str:
    """Let one AWS service assume a role, on behalf of this account only.

    That Scheduler tells the account is documented; that Lambda does, AWS only shows, in a policy of
    its own (https://github.com/aws/agent-toolkit-for-aws, deploying-custom-domain-rest-api). It is
    on the list of what only an account can prove (docs/operations.md).
    """
    return document(
        [
            {
                "Effect": "Allow",
                "Principal": {"Service": service},
                "Action": "sts:AssumeRole",
                "Condition": {"StringEquals": {"aws:SourceAccount": account_id}},
            }
        ]
    )


def tls_only(actions: str | Sequence[str], resources: str | Sequence[str]) -> Statement:
    """Deny whatever does not come over TLS."""
    return {
        "Sid": "TlsOnly",
        "Effect": "Deny",
        "Principal": "*",
        "Action": actions,
        "Resource": resources,
        "Condition": {"Bool": {"aws:SecureTransport": "false"}},
    }


def service_may(
    sid: str,
    service: str,
    action: str,
    resource: str,
    *,
    source_arn: str,
    account_id: str | None = None,
) -> Statement:
    """Let one AWS service act on a resource, for sources that match an ARN.

    The account is asked for as well where AWS says that the service tells it; a service that does
    not would otherwise be refused. An ARN without an account (a bucket's) needs it.
    """
    account = {"StringEquals": {"aws:SourceAccount": account_id}} if account_id else {}
    return {
        "Sid": sid,
        "Effect": "Allow",
        "Principal": {"Service": service},
        "Action": action,
        "Resource": resource,
        "Condition": {**account, "ArnLike": {"aws:SourceArn": source_arn}},
    }
