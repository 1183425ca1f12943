"""Brings an account to what its template says."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError, WaiterError

from accounts.names import AUDIENCE, ISSUER, Names
from accounts.roles import Accounts
from accounts.state import META, META_TEXT
from accounts.template import template

if TYPE_CHECKING:
    from accounts.clients import Clients

POLLED_EVERY_S = 2
UNCHANGED = "No updates are to be performed"
WANTED_ACCOUNT = "expected credentials of account {wanted} ({stage}), found those of {found}"


class AccountError(Exception):
    """An account cannot be brought to what its template says."""


def apply(clients: Clients, accounts: Accounts) -> bool:
    """Make or change what the template names; tell whether anything had to be."""
    own = accounts.own
    require_account(clients, own)
    introduced = _introduce_issuer(clients)
    changed = _deploy(clients, own.early, json.dumps(template(accounts)))
    if own.state_account == own.account_id and accounts.promoted_to is None:
        _lay_out(clients, own)
    return changed or introduced


def require_account(clients: Clients, own: Names) -> None:
    """Raise unless the credentials are of the stack's own account."""
    found = clients.sts.get_caller_identity()["Account"]
    if found != own.account_id:
        wanted = WANTED_ACCOUNT.format(wanted=own.account_id, stage=own.stage, found=found)
        raise AccountError(f"{wanted}. Sign in there, or mend Pulumi.{own.stage}.yaml.")


def _deploy(clients: Clients, stack: str, body: str) -> bool:
    arguments: dict[str, Any] = {
        "StackName": stack,
        "TemplateBody": body,
        "Capabilities": ["CAPABILITY_NAMED_IAM"],
    }
    exists = _status(clients, stack) is not None
    verb = "update" if exists else "create"
    patience: Any = {"Delay": POLLED_EVERY_S, "MaxAttempts": 300}
    api = clients.cloudformation
    try:
        if exists:
            api.update_stack(**arguments)
            api.get_waiter("stack_update_complete").wait(StackName=stack, WaiterConfig=patience)
        else:
            api.create_stack(**arguments, OnFailure="DELETE")
            api.get_waiter("stack_create_complete").wait(StackName=stack, WaiterConfig=patience)
    except ClientError as error:
        if UNCHANGED in str(error):
            return False
        raise AccountError(f"CloudFormation refused to {verb} {stack}: {error}") from error
    except WaiterError as error:
        reasons = "; ".join(_failures(clients, stack)) or str(error)
        raise AccountError(f"{stack} could not be {verb}d: {reasons}") from error
    return True


def _failures(clients: Clients, stack: str) -> Iterator[str]:
    events = clients.cloudformation.describe_stack_events(StackName=stack)["StackEvents"]
    for event in events:
        if event.get("ResourceStatus", "").endswith("FAILED"):
            yield f"{event['LogicalResourceId']}: {event.get('ResourceStatusReason', '')}"


def _status(clients: Clients, stack: str) -> str | None:
    try:
        found = clients.cloudformation.describe_stacks(StackName=stack)["Stacks"]
    except ClientError:
        return None
    return str(found[0]["StackStatus"]) if found else None


def _introduce_issuer(clients: Clients) -> bool:
    if has_issuer(clients):
        return False
    clients.iam.create_open_id_connect_provider(Url=f"https://{ISSUER}", ClientIDList=[AUDIENCE])
    return True


def has_issuer(clients: Clients) -> bool:
    """Tell whether the account knows GitHub's tokens; another stack may have seen to it."""
    found = clients.iam.list_open_id_connect_providers()["OpenIDConnectProviderList"]
    return any(entry["Arn"].endswith(f"/{ISSUER}") for entry in found)


def _lay_out(clients: Clients, own: Names) -> None:
    try:
        clients.s3.put_object(
            Bucket=own.state_bucket, Key=META, Body=META_TEXT.encode(), IfNoneMatch="*"
        )
    except ClientError as error:
        if error.response["Error"]["Code"] != "PreconditionFailed":
            raise AccountError(f"{own.state_bucket} could not be laid out: {error}") from error
