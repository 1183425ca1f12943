"""Lambda aliases: names that point at published versions; the id is the alias's ARN."""

from __future__ import annotations

from attached_providers.aws.functions import invoke_arn
from attached_providers.aws.identities import in_two
from attached_providers.aws.session import Aws
from attached_providers.aws.shapes import from_api, to_api
from attached_providers.properties import Properties
from attached_providers.resource import Change, Naming, ResourceType
from attached_providers.schema import says
from attached_providers.wire import Values

ALIAS = Properties(
    "aws:lambda/alias:Alias",
    {
        "functionName": says(replaces=True),
        "name": says(replaces=True, computed=True),
    },
)


def create(aws: Aws, new: Values) -> str:
    """Make an alias; its id is its ARN."""
    _require_version(aws, new)
    return str(aws.client("lambda").create_alias(**to_api(ALIAS, new))["AliasArn"])


def read(aws: Aws, identity: str, state: Values) -> Values:
    """Read an alias, named by its ARN or, on import, by function/alias."""
    function, name = _parts(identity)
    found = aws.client("lambda").get_alias(FunctionName=function, Name=name)
    arn = found["AliasArn"]
    return {
        **from_api(ALIAS, found, ["description", "functionVersion", "name", "routingConfig"]),
        "functionName": state.get("functionName") or function,
        "id": arn,
        "arn": arn,
        "invokeArn": invoke_arn(aws, arn),
        "region": aws.region,
    }


def update(aws: Aws, identity: str, change: Change) -> None:
    """Point the alias elsewhere, or describe it anew."""
    _require_version(aws, change.new)
    wanted = to_api(ALIAS, {"description": "", "routingConfig": {}, **change.new})
    aws.client("lambda").update_alias(**wanted)


def _require_version(aws: Aws, new: Values) -> None:
    """Miss a version that is not there, as Lambda does and the emulator does not."""
    asked = {"FunctionName": new["functionName"], "Qualifier": new["functionVersion"]}
    aws.client("lambda").get_function_configuration(**asked)


def delete(aws: Aws, identity: str, state: Values) -> None:
    """Remove the alias."""
    function, name = _parts(identity)
    aws.client("lambda").delete_alias(FunctionName=function, Name=name)


def _parts(identity: str) -> tuple[str, str]:
    if identity.startswith("arn:"):
        return identity.split(":")[6], identity.split(":")[7]
    return in_two(identity, "an alias", "function/alias")


ROWS = (
    ResourceType(
        token=ALIAS.token,
        props=ALIAS,
        outputs=ALIAS.outputs,
        create=create,
        read=read,
        update=update,
        delete=delete,
        naming=Naming(longest=128),
    ),
)
