"""Lambda code signing configurations; the id is the ARN.

https://docs.aws.amazon.com/lambda/latest/api/API_CreateCodeSigningConfig.html
"""

from __future__ import annotations

from collections.abc import Iterable

from attached_providers.aws import tagging
from attached_providers.aws.functions import retag
from attached_providers.aws.session import Aws
from attached_providers.aws.shapes import from_api, to_api
from attached_providers.failures import ProviderError
from attached_providers.properties import Properties
from attached_providers.resource import Change, ResourceType
from attached_providers.schema import says
from attached_providers.wire import Values

CONFIG = Properties(
    "aws:lambda/codeSigningConfig:CodeSigningConfig",
    {
        "allowedPublishers": says(fields={"signingProfileVersionArns": says(ordered=False)}),
        "policies": says(computed=True),
    },
)
_SENT = Properties(CONFIG.token, {**CONFIG.facts, "policies": says(api="CodeSigningPolicies")})


def _create(aws: Aws, new: Values) -> str:
    wanted = {**to_api(_SENT, new), "Tags": tagging.wanted(new)}
    answer = aws.client("lambda").create_code_signing_config(**wanted)
    made = answer.get("CodeSigningConfig")
    if not made:
        raise ProviderError(
            "expected a code signing configuration, found none made: this AWS has no such call"
        )
    return str(made["CodeSigningConfigArn"])


def _read(aws: Aws, identity: str, state: Values) -> Values:
    client = aws.client("lambda")
    found = client.get_code_signing_config(CodeSigningConfigArn=identity)["CodeSigningConfig"]
    return {
        **from_api(_SENT, found),
        "arn": found["CodeSigningConfigArn"],
        "configId": found["CodeSigningConfigId"],
        "lastModified": found["LastModified"],
        "region": aws.region,
        **tagging.read(aws, state, client.list_tags(Resource=identity).get("Tags")),
    }


def _update(aws: Aws, identity: str, change: Change) -> None:
    client = aws.client("lambda")
    names = [name for name in CONFIG if name in change.names]
    if names:
        wanted = {"Description": "", **to_api(_SENT, change.new)}
        client.update_code_signing_config(CodeSigningConfigArn=identity, **wanted)
    if change.touches("tagsAll"):
        retag(client, identity, change)


def _delete(aws: Aws, identity: str, state: Values) -> None:
    aws.client("lambda").delete_code_signing_config(CodeSigningConfigArn=identity)


def _volatile(changed: frozenset[str], new: Values) -> Iterable[str]:
    """Say that whatever is changed of it, but tags, is dated anew."""
    return () if changed <= {"tags", "tagsAll"} else ("lastModified",)


ROWS = (
    ResourceType(
        token=CONFIG.token,
        props=CONFIG,
        outputs=CONFIG.outputs,
        create=_create,
        read=_read,
        update=_update,
        delete=_delete,
        volatile=_volatile,
        tagged=True,
    ),
)
