"""Lambda permissions: statements of a function's policy; the id is the statement's."""

from __future__ import annotations

import json
import uuid
from typing import Any

from attached_providers.aws.session import Aws
from attached_providers.aws.shapes import to_api
from attached_providers.failures import ProviderError
from attached_providers.properties import Properties
from attached_providers.resource import ResourceType
from attached_providers.schema import says
from attached_providers.wire import Values

PERMISSION = Properties(
    "aws:lambda/permission:Permission",
    {
        "action": says(replaces=True),
        "eventSourceToken": says(replaces=True),
        "function": says(replaces=True, api="FunctionName"),
        "functionUrlAuthType": says(replaces=True),
        "principal": says(replaces=True),
        "principalOrgId": says(replaces=True, api="PrincipalOrgID"),
        "qualifier": says(replaces=True),
        "sourceAccount": says(replaces=True),
        "sourceArn": says(replaces=True),
        "statementId": says(replaces=True, computed=True),
    },
    unserved=("invokedViaFunctionUrl", "statementIdPrefix"),
)


def create(aws: Aws, new: Values) -> str:
    """Allow someone to invoke a function; the id is the statement's."""
    statement = new.get("statementId") or f"pulumi-{uuid.uuid4().hex}"
    client = aws.client("lambda")
    wanted = to_api(PERMISSION, {**new, "statementId": statement})
    aws.retry(lambda: client.add_permission(**wanted), {"ResourceConflictException"}, "in progress")
    return str(statement)


def read(aws: Aws, identity: str, state: Values) -> Values | None:
    """Find the statement; an import names it as function[:qualifier]/statement."""
    function, qualifier, statement = _parts(identity, state)
    options = {"Qualifier": qualifier} if qualifier else {}
    answer = aws.client("lambda").get_policy(FunctionName=function, **options)
    found = next(
        (item for item in json.loads(answer["Policy"])["Statement"] if item["Sid"] == statement),
        None,
    )
    return None if found is None else _said(found, aws, function, qualifier, state)


def _said(
    found: dict[str, Any], aws: Aws, function: str, qualifier: str | None, state: Values
) -> Values:
    principal = found["Principal"]
    if isinstance(principal, dict):
        principal = principal.get("Service") or principal.get("AWS")
    condition = found.get("Condition", {})
    equal, like = condition.get("StringEquals", {}), condition.get("ArnLike", {})
    return {
        "action": found["Action"],
        "function": state.get("function") or function,
        "principal": _principal(principal, state),
        "qualifier": qualifier,
        "sourceAccount": equal.get("AWS:SourceAccount"),
        "sourceArn": like.get("AWS:SourceArn"),
        "principalOrgId": equal.get("aws:PrincipalOrgID"),
        "functionUrlAuthType": equal.get("lambda:FunctionUrlAuthType"),
        "eventSourceToken": equal.get("lambda:EventSourceToken"),
        "id": found["Sid"],
        "statementId": found["Sid"],
        "region": aws.region,
    }


def _principal(found: str, state: Values) -> str:
    """Give an account as the program wrote it; AWS turns it into the account's root ARN."""
    said = str(state.get("principal") or "")
    return said if said and found.endswith(f":{said}:root") else found


def delete(aws: Aws, identity: str, state: Values) -> None:
    """Take the permission back."""
    function, qualifier, statement = _parts(identity, state)
    options = {"Qualifier": qualifier} if qualifier else {}
    aws.client("lambda").remove_permission(FunctionName=function, StatementId=statement, **options)


def _parts(identity: str, state: Values) -> tuple[str, str | None, str]:
    if state.get("function"):
        return str(state["function"]), state.get("qualifier"), identity.rpartition("/")[2]
    where, slash, statement = identity.rpartition("/")
    if not slash:
        raise ProviderError(f"expected the id as function[:qualifier]/statement, found {identity}")
    function, _, qualifier = where.partition(":") if ":function:" not in where else (where, "", "")
    return function, qualifier or None, statement


ROWS = (
    ResourceType(
        token=PERMISSION.token,
        props=PERMISSION,
        create=create,
        read=read,
        delete=delete,
    ),
)
