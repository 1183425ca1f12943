"""Gives a rehearsal what its account has on AWS before the first deployment."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

from accounts.fence import fence
from accounts.names import Names
from cli.engine.arguments import Invocation
from cli.engine.stack_file import PROJECT
from local.ministack.client_environment import account_of

MAKING = frozenset({"up", "update"})
"""Verbs that make roles, and so need the fence that goes around them."""


def prepare_account(root: Path, invocation: Invocation, environment: Mapping[str, str]) -> None:
    """Put up the fence of `make bootstrap-account`, which the emulator asks for as AWS does."""
    if not invocation.rehearses or invocation.verb not in MAKING:
        return
    import boto3

    account = account_of(root, invocation.stack)
    own = Names(
        system=PROJECT,
        stage=invocation.stack,
        account_id=account.number,
        region=account.region,
        state_account=account.number,
    )
    iam = boto3.client(
        "iam",
        endpoint_url=environment["AWS_ENDPOINT_URL"],
        region_name=account.region,
        aws_access_key_id=account.number,
        aws_secret_access_key="emulated",
    )
    try:
        iam.create_policy(
            PolicyName=own.boundary_arn.rpartition("/")[2], PolicyDocument=json.dumps(fence(own))
        )
    except iam.exceptions.EntityAlreadyExistsException:
        return
