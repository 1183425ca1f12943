"""How Lambda invokes a function on its own: after asynchronous events, and in loops."""

from __future__ import annotations

from attached_providers.aws.limits import cross_field
from attached_providers.aws.session import Aws
from attached_providers.aws.shapes import from_api, to_api
from attached_providers.properties import Properties
from attached_providers.resource import Change, ResourceType
from attached_providers.schema import says
from attached_providers.wire import Values

LONGEST_AGE_S = 21600
"""How old an event may get where nobody says otherwise (Lambda's quotas)."""
INVOKE = Properties(
    "aws:lambda/functionEventInvokeConfig:FunctionEventInvokeConfig",
    {
        "functionName": says(replaces=True),
        "maximumRetryAttempts": says(default=2),
        "qualifier": says(replaces=True),
    },
)


def _put_invoke(aws: Aws, new: Values) -> str:
    client, wanted = aws.client("lambda"), to_api(INVOKE, new)
    if not wanted.get("MaximumEventAgeInSeconds"):
        wanted.pop("MaximumEventAgeInSeconds", None)
    aws.retry(
        lambda: client.put_function_event_invoke_config(**wanted),
        {"InvalidParameterValueException"},
        "role",
    )
    function, qualifier = new["functionName"], new.get("qualifier")
    return f"{function}:{qualifier}" if qualifier else str(function)


def _read_invoke(aws: Aws, identity: str, state: Values) -> Values:
    function, qualifier = _invoke_parts(identity, state)
    options = {"Qualifier": qualifier} if qualifier else {}
    found = aws.client("lambda").get_function_event_invoke_config(FunctionName=function, **options)
    names = ["destinationConfig", "maximumEventAgeInSeconds", "maximumRetryAttempts"]
    if found.get("MaximumEventAgeInSeconds") == LONGEST_AGE_S:
        # What holds where nothing was said may be told or left out.
        found = {**found, "MaximumEventAgeInSeconds": state.get("maximumEventAgeInSeconds")}
    return {
        **from_api(INVOKE, found, names),
        "functionName": function,
        "qualifier": qualifier,
        "region": aws.region,
    }


def _delete_invoke(aws: Aws, identity: str, state: Values) -> None:
    function, qualifier = _invoke_parts(identity, state)
    options = {"Qualifier": qualifier} if qualifier else {}
    aws.client("lambda").delete_function_event_invoke_config(FunctionName=function, **options)


def _invoke_parts(identity: str, state: Values) -> tuple[str, str | None]:
    if state.get("functionName"):
        return str(state["functionName"]), state.get("qualifier")
    fields = identity.split(":")
    ends = 7 if identity.startswith("arn:") else 1
    return ":".join(fields[:ends]), fields[ends] if len(fields) > ends else None


def _update_invoke(aws: Aws, identity: str, change: Change) -> None:
    _put_invoke(aws, change.new)


RECURSION = Properties(
    "aws:lambda/functionRecursionConfig:FunctionRecursionConfig",
    {
        "functionName": says(replaces=True),
    },
)


def _put_recursion(aws: Aws, new: Values) -> str:
    aws.client("lambda").put_function_recursion_config(**to_api(RECURSION, new))
    return str(new["functionName"])


def _read_recursion(aws: Aws, identity: str, state: Values) -> Values:
    found = aws.client("lambda").get_function_recursion_config(FunctionName=identity)
    return {
        "functionName": identity,
        "recursiveLoop": found["RecursiveLoop"],
        "region": aws.region,
    }


def _reset_recursion(aws: Aws, identity: str, state: Values) -> None:
    aws.client("lambda").put_function_recursion_config(
        FunctionName=identity, RecursiveLoop="Terminate"
    )


def _update_recursion(aws: Aws, identity: str, change: Change) -> None:
    _put_recursion(aws, change.new)


ROWS = (
    ResourceType(
        token=INVOKE.token,
        props=INVOKE,
        create=_put_invoke,
        read=_read_invoke,
        update=_update_invoke,
        delete=_delete_invoke,
        check=lambda new: cross_field.standard(
            new, "destinationConfig", "onFailure", "destination"
        ),
        unique_by=("functionName", "qualifier"),
    ),
    ResourceType(
        token=RECURSION.token,
        props=RECURSION,
        create=_put_recursion,
        read=_read_recursion,
        update=_update_recursion,
        delete=_reset_recursion,
        unique_by=("functionName",),
    ),
)
