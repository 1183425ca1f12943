"""SSM parameters; the id is the name."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from attached_providers.aws import tagging
from attached_providers.aws.limits import contents
from attached_providers.aws.session import Aws
from attached_providers.aws.shapes import from_api, to_api
from attached_providers.properties import Properties
from attached_providers.resource import Change, Naming, ResourceType
from attached_providers.schema import says
from attached_providers.wire import Values

PARAMETER = Properties(
    "aws:ssm/parameter:Parameter",
    {
        "dataType": says(computed=True),
        "insecureValue": says(computed=True),
        "keyId": says(computed=True),
        "name": says(replaces=True, computed=True),
        "overwrite": says(kept=True),
        "tier": says(computed=True),
        "value": says(computed=True, secret=True),
    },
    unserved=("arn", "valueWo", "valueWoVersion"),
    also_given=("arn",),
)
_SENT = ("allowedPattern", "dataType", "description", "keyId", "name", "tier", "type")


def _create(aws: Aws, new: Values) -> str:
    _put(aws, new, overwrite=bool(new.get("overwrite")))
    return str(new["name"])


def _put(aws: Aws, new: Values, *, overwrite: bool) -> None:
    value = new.get("value") or new.get("insecureValue")
    wanted = {**to_api(PARAMETER, new, _SENT), "Value": value, "Overwrite": overwrite}
    aws.client("ssm").put_parameter(**wanted)


def _settle(aws: Aws, identity: str, new: Values) -> None:
    """Bring the tags to what is wanted."""
    ssm, tags = aws.client("ssm"), tagging.wanted(new)
    stray = [key for key in _tags(aws, identity) if key not in tags]
    where = {"ResourceType": "Parameter", "ResourceId": identity}
    if stray:
        ssm.remove_tags_from_resource(**where, TagKeys=stray)
    if tags:
        ssm.add_tags_to_resource(**where, Tags=tagging.pairs(tags))


def _read(aws: Aws, identity: str, state: Values) -> Values | None:
    ssm = aws.client("ssm")
    found = ssm.get_parameter(Name=identity, WithDecryption=True)["Parameter"]
    filters = [{"Key": "Name", "Option": "Equals", "Values": [identity]}]
    described = ssm.describe_parameters(ParameterFilters=filters)["Parameters"]
    about = described[0] if described else {}
    plain = state.get("insecureValue") is not None and not state.get("value")
    return {
        **from_api(PARAMETER, {**about, **found}, _SENT),
        "value": found["Value"],
        "insecureValue": found["Value"] if plain else None,
        "arn": found["ARN"],
        "version": found["Version"],
        "hasValueWo": False,
        "region": aws.region,
        **tagging.read(aws, state, _tags(aws, identity)),
    }


def _update(aws: Aws, identity: str, change: Change) -> None:
    if change.touches(*_SENT, "value", "insecureValue"):
        _put(aws, change.new, overwrite=True)


def _delete(aws: Aws, identity: str, state: Values) -> None:
    aws.client("ssm").delete_parameter(Name=identity)


def _tags(aws: Aws, name: str) -> dict[str, str]:
    answer = aws.client("ssm").list_tags_for_resource(ResourceType="Parameter", ResourceId=name)
    return tagging.unpaired(answer.get("TagList"))


def _check(new: Values) -> Iterator[tuple[str, str]]:
    """Refuse a parameter without a value and one with two."""
    if (new.get("value") is None) == (new.get("insecureValue") is None):
        yield "value", "expected exactly one of value, insecureValue"
    yield from contents.parameter(new)


def _volatile(changed: frozenset[str], new: Values) -> Iterable[str]:
    """Name the version, which counts every put."""
    return () if changed <= {"tags", "tagsAll", "overwrite"} else ("version",)


ROWS = (
    ResourceType(
        token=PARAMETER.token,
        props=PARAMETER,
        outputs=PARAMETER.outputs,
        create=_create,
        settle=_settle,
        read=_read,
        update=_update,
        delete=_delete,
        check=_check,
        volatile=_volatile,
        naming=Naming(longest=2048),
        tagged=True,
        gone=frozenset({"ParameterNotFound", "InvalidResourceId"}),
    ),
)
