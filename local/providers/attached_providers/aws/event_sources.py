"""Lambda event source mappings: what Lambda polls for a function; the id is the mapping's UUID."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from attached_providers.aws import tagging
from attached_providers.aws.errors import ABSENT
from attached_providers.aws.functions import retag
from attached_providers.aws.limits import contents, pairings
from attached_providers.aws.limits.cross_field import is_fifo
from attached_providers.aws.session import Aws
from attached_providers.aws.shapes import from_api, to_api
from attached_providers.failures import ProviderError
from attached_providers.properties import Properties
from attached_providers.resource import Change, ResourceType
from attached_providers.schema import says
from attached_providers.wire import Values


def _same_function(old: Any, new: Any) -> bool:
    """Treat a function's name and its ARN as one, as Lambda does."""
    return bool(old == new or str(old).endswith(f":function:{new}"))


MAPPING = Properties(
    "aws:lambda/eventSourceMapping:EventSourceMapping",
    {
        "batchSize": says(computed=True, left_out=10),
        "destinationConfig": says(
            fields={"onFailure": says(fields={"destinationArn": says(api="Destination")})}
        ),
        "enabled": says(default=True),
        "eventSourceArn": says(replaces=True),
        "filterCriteria": says(fields={"filters": says(ordered=False)}),
        "functionName": says(equal=_same_function),
        "functionResponseTypes": says(ordered=False),
        "kmsKeyArn": says(api="KMSKeyArn"),
        "maximumBatchingWindowInSeconds": says(computed=True),
        "maximumRecordAgeInSeconds": says(computed=True),
        "maximumRetryAttempts": says(computed=True),
        "metricsConfig": says(fields={"metrics": says(ordered=False)}),
        "parallelizationFactor": says(computed=True),
        "startingPosition": says(replaces=True),
        "startingPositionTimestamp": says(replaces=True),
    },
    unserved=(
        "amazonManagedKafkaEventSourceConfig",
        "documentDbEventSourceConfig",
        "provisionedPollerConfig",
        "queues",
        "selfManagedEventSource",
        "selfManagedKafkaEventSourceConfig",
        "sourceAccessConfigurations",
        "topics",
        "useResourceTimeoutForPropagation",
    ),
)
_CREATE_ONLY = ("eventSourceArn", "startingPosition", "startingPositionTimestamp")
_WINDOW = ("maximumBatchingWindowInSeconds",)
_STREAMS_ONLY = (
    "bisectBatchOnFunctionError",
    "destinationConfig",
    "maximumRecordAgeInSeconds",
    "maximumRetryAttempts",
    "parallelizationFactor",
    "startingPosition",
    "startingPositionTimestamp",
    "tumblingWindowInSeconds",
)
_PASSING = frozenset({"InvalidParameterValueException", "ResourceConflictException"})


def create(aws: Aws, new: Values) -> str:
    """Make a mapping; the function's role may not be seen yet."""
    client = aws.client("lambda")
    _outlast(aws, new)
    wanted = {**to_api(MAPPING, new), "Tags": tagging.wanted(new)}
    if not wanted["Tags"]:
        del wanted["Tags"]
    return str(
        aws.retry(
            lambda: client.create_event_source_mapping(**wanted),
            {"InvalidParameterValueException"},
            "role",
        )["UUID"]
    )


def _outlast(aws: Aws, new: Values) -> None:
    """Refuse, as Lambda does, a queue that shows a message anew while it is worked on."""
    from botocore.exceptions import ClientError

    queue = str(new.get("eventSourceArn") or "").split(":")
    if queue[2:3] != ["sqs"]:
        return
    sqs = aws.client("sqs")
    try:
        url = sqs.get_queue_url(QueueName=queue[5])["QueueUrl"]
        found = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["VisibilityTimeout"])
        function = aws.client("lambda").get_function_configuration(FunctionName=new["functionName"])
    except ClientError as error:
        if error.response["Error"]["Code"] in ABSENT:
            # What is not there is for Lambda itself to miss.
            return
        raise
    hidden_s, runs_s = int(found["Attributes"]["VisibilityTimeout"]), int(function["Timeout"])
    if hidden_s < runs_s:
        raise ProviderError(
            "CreateEventSourceMapping: InvalidParameterValueException: Queue visibility timeout: "
            f"{hidden_s} seconds is less than Function timeout: {runs_s} seconds"
        )


def check(new: Values) -> Iterator[tuple[str, str]]:
    """Refuse what a queue has no use for."""
    yield from contents.event_filters(new)
    yield from pairings.position(new)
    source, batch = new.get("eventSourceArn"), new.get("batchSize")
    if not source:
        told = "one of `event_source_arn,self_managed_event_source` must be specified"
        yield "eventSourceArn", told
    if not isinstance(source, str) or ":sqs:" not in source:
        return
    window = new.get("maximumBatchingWindowInSeconds") or 0
    for name in (*_STREAMS_ONLY, *(_WINDOW if is_fifo(source) and window else ())):
        if new.get(name):
            yield name, f"InvalidParameterValueException: {name} is not supported for {source}"
    most = 10 if is_fifo(source) or not window else 10_000
    if isinstance(batch, int) and batch > most:
        what = "Maximum batch size of a FIFO queue, or without a batching window, is 10"
        yield "batchSize", f"InvalidParameterValueException: {what}, found {batch}"


def settle(aws: Aws, identity: str, new: Values) -> None:
    """Wait until the mapping rests in the state it is to be in."""
    client = aws.client("lambda")

    def resting() -> bool:
        state = client.get_event_source_mapping(UUID=identity)["State"]
        return state in ("Enabled", "Disabled")

    aws.wait(resting, f"event source mapping {identity} to come to rest")


def read(aws: Aws, identity: str, state: Values) -> Values:
    """Read a mapping."""
    client = aws.client("lambda")
    found = client.get_event_source_mapping(UUID=identity)
    arn = found.get("EventSourceMappingArn") or aws.arn(
        "lambda", f"event-source-mapping:{identity}"
    )
    resting = found["State"]
    changed = found.get("LastModified")
    return {
        **from_api(MAPPING, found),
        "functionName": state.get("functionName") or found["FunctionArn"],
        "enabled": resting in ("Enabled", "Enabling", "Updating", "Creating"),
        "startingPositionTimestamp": state.get("startingPositionTimestamp"),
        "arn": arn,
        "functionArn": found["FunctionArn"],
        "lastModified": changed.isoformat() if hasattr(changed, "isoformat") else str(changed),
        "lastProcessingResult": found.get("LastProcessingResult", ""),
        "state": resting,
        "stateTransitionReason": found.get("StateTransitionReason", ""),
        "uuid": identity,
        "region": aws.region,
        **tagging.read(aws, state, client.list_tags(Resource=arn).get("Tags")),
    }


def update(aws: Aws, identity: str, change: Change) -> None:
    """Change the mapping in place; what the program no longer gives is cleared."""
    client = aws.client("lambda")
    names = [name for name in MAPPING if name in change.names and name not in _CREATE_ONLY]
    wanted = {**_cleared(names), **to_api(MAPPING, change.new, names)}
    if wanted:
        aws.retry(
            lambda: client.update_event_source_mapping(UUID=identity, **wanted),
            _PASSING,
            "in use" if "functionName" not in names else "",
        )
    if change.touches("tagsAll"):
        retag(client, change.old["arn"], change)


def delete(aws: Aws, identity: str, state: Values) -> None:
    """Remove the mapping and wait until it is gone: it holds its queue to the end."""
    from botocore.exceptions import ClientError

    client = aws.client("lambda")
    aws.retry(lambda: client.delete_event_source_mapping(UUID=identity), {"ResourceInUseException"})

    def gone() -> bool:
        try:
            client.get_event_source_mapping(UUID=identity)
        except ClientError as error:
            if error.response["Error"]["Code"] == "ResourceNotFoundException":
                return True
            raise ProviderError(f"event source mapping {identity}: {error}") from error
        return False

    aws.wait(gone, f"event source mapping {identity} to be removed")


def _cleared(names: list[str]) -> dict[str, Any]:
    empty: dict[str, Any] = {
        "batchSize": MAPPING["batchSize"].left_out,
        "destinationConfig": {},
        "filterCriteria": {},
        "functionResponseTypes": [],
        "scalingConfig": {},
        "metricsConfig": {"Metrics": []},
    }
    return {name[0].upper() + name[1:]: empty[name] for name in names if name in empty}


ROWS = (
    ResourceType(
        token=MAPPING.token,
        props=MAPPING,
        outputs=MAPPING.outputs,
        create=create,
        settle=settle,
        read=read,
        update=update,
        delete=delete,
        check=check,
        tagged=True,
    ),
)
