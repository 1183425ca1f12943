"""Rules on functions and on what starts them."""

from __future__ import annotations

import re
from collections.abc import Iterator

from blueprint.limits import LAYERS_PER_FUNCTION_LIMIT
from policies.model import UNKNOWN, Finding, Resource, Resources, Rule, account, each, rule

FUNCTION = "aws:lambda/function:Function"
MAPPING = "aws:lambda/eventSourceMapping:EventSourceMapping"
PERMISSION = "aws:lambda/permission:Permission"
LAYER = "aws:lambda/layerVersion:LayerVersion"
SIGNING = "aws:lambda/codeSigningConfig:CodeSigningConfig"
LIVE = ":live"
RUNTIMES = frozenset({"python3.11", "python3.12", "python3.13", "python3.14"})
SECRET_NAME = re.compile(r"SECRET|PASSWORD|TOKEN|API_?KEY|(^|_)KEY($|_)", re.IGNORECASE)
SECRET_VALUE = re.compile(r"AKIA[0-9A-Z]{16}|-----BEGIN")


@each(FUNCTION, "lambda-runtime", "AwsSolutions-L1", "CKV_AWS_363")
def runtime(function: Resource) -> str | None:
    """A function runs on a Python that Lambda still supports."""
    if function.inputs.get("packageType") == "Image":
        return None  # its Python is in the base image, which is pinned by digest
    found = function.inputs.get("runtime")
    return None if found in RUNTIMES else f"runtime {found!r} is none of {sorted(RUNTIMES)}"


@each(
    FUNCTION,
    "lambda-sizes",
    "Serverless-LambdaDefaultMemorySize",
    "Serverless-LambdaDefaultTimeout",
)
def sizes(function: Resource) -> str | None:
    """Memory and timeout are chosen, not left to a default."""
    missing = [key for key in ("memorySize", "timeout") if not function.inputs.get(key)]
    return f"{' and '.join(missing)} not set" if missing else None


@each(FUNCTION, "lambda-tracing", "Serverless-LambdaTracing", "CKV_AWS_50")
def tracing(function: Resource) -> str | None:
    """Calls are traced."""
    mode = function.inputs.get("tracingConfig", {}).get("mode")
    return None if mode == "Active" else f"tracing is {mode!r}, not Active"


@each(FUNCTION, "lambda-published", "Canary")
def published(function: Resource) -> str | None:
    """Every change is published as a version that can be gone back to."""
    return None if function.inputs.get("publish") is True else "publish is not set"


@each(FUNCTION, "lambda-layers", "Lambda quota")
def layers(function: Resource) -> str | None:
    """A function carries at most five layers."""
    count = len(function.inputs.get("layers") or ())
    return (
        f"{count} layers, more than {LAYERS_PER_FUNCTION_LIMIT}"
        if count > LAYERS_PER_FUNCTION_LIMIT
        else None
    )


@each(FUNCTION, "lambda-no-plain-secrets", "CKV_AWS_45")
def no_plain_secrets(function: Resource) -> str | None:
    """No variable holds a credential; one may hold the ARN of a secret."""
    variables = function.inputs.get("environment", {}).get("variables", {})
    suspects = sorted(
        name
        for name, value in variables.items()
        if (SECRET_NAME.search(name) and not name.endswith("_ARN"))
        or SECRET_VALUE.search(str(value))
    )
    return f"{', '.join(suspects)}: keep it in Secrets Manager" if suspects else None


@each(LAYER, "layer-by-content", "Lambda quota")
def layer_by_content(layer: Resource) -> str | None:
    """A layer is taken from an object that is named by what is in it."""
    digest = layer.inputs.get("sourceCodeHash")
    known = digest and digest in layer.inputs.get("s3Key", "")
    return None if known else "s3Key does not contain sourceCodeHash"


@each(PERMISSION, "lambda-permission-scoped", "CKV_AWS_364", "CKV_AWS_301", "CKV_AWS_258")
def permission_scoped(permission: Resource) -> str | None:
    """Only named sources of this account may start a function, and only its alias."""
    if permission.inputs.get("principal") == "*":
        return "principal is *"
    missing = [key for key in ("sourceArn", "qualifier") if not permission.inputs.get(key)]
    if missing:
        return f"{', '.join(missing)} not set"
    source = permission.inputs["sourceArn"]
    named = source == UNKNOWN or account(source) or permission.inputs.get("sourceAccount")
    return None if named else "names no account"


@rule(
    "lambda-async-failures", "Serverless-LambdaDLQ", "CKV_AWS_116", "LambdaAsyncFailureDestination"
)
def async_failures(resources: Resources) -> Iterator[Finding]:
    """An asynchronous call that fails for good is kept."""
    kept = {
        config.inputs.get("functionName")
        for config in resources.of("aws:lambda/functionEventInvokeConfig:FunctionEventInvokeConfig")
        if config.inputs.get("destinationConfig", {}).get("onFailure", {}).get("destination")
    }
    for function in resources.of(FUNCTION):
        if function.inputs.get("name") not in kept:
            yield function, "no destination for asynchronous calls that fail"


@rule("lambda-recursion", "AWS recursion guard")
def recursion(resources: Resources) -> Iterator[Finding]:
    """A loop of functions that start each other is ended."""
    guarded = {
        config.inputs.get("functionName")
        for config in resources.of("aws:lambda/functionRecursionConfig:FunctionRecursionConfig")
        if config.inputs.get("recursiveLoop") == "Terminate"
    }
    for function in resources.of(FUNCTION):
        if function.inputs.get("name") not in guarded:
            yield function, "recursion is not terminated"


@rule("lambda-signed", "CKV_AWS_272")
def signed(resources: Resources) -> Iterator[Finding]:
    """Where a stack says whose code it runs, that holds for every zip."""
    if not resources.of(SIGNING):
        return
    for function in resources.of(FUNCTION):
        zipped = function.inputs.get("packageType") != "Image"
        if zipped and not function.inputs.get("codeSigningConfigArn"):
            yield function, "takes code that nobody signed"


@rule("lambda-log-group", "CKV_AWS_66", "LogGroupRetention")
def log_group(resources: Resources) -> Iterator[Finding]:
    """A function writes to a log group that this stack makes."""
    made = {group.inputs.get("name") for group in resources.of("aws:cloudwatch/logGroup:LogGroup")}
    for function in resources.of(FUNCTION):
        found = function.inputs.get("loggingConfig", {}).get("logGroup")
        if found != UNKNOWN and found not in made:
            yield function, f"log group {found!r} is not made by this stack"


@rule("trigger-alias", "Canary")
def trigger_alias(resources: Resources) -> Iterator[Finding]:
    """Whatever starts a function starts its alias, so that going back needs no rewiring."""
    targets = [
        *((mapping, mapping.inputs.get("functionName")) for mapping in resources.of(MAPPING)),
        *(
            (target, target.inputs.get("arn"))
            for target in resources.of("aws:cloudwatch/eventTarget:EventTarget")
        ),
        *(
            (schedule, schedule.inputs.get("target", {}).get("arn"))
            for schedule in resources.of("aws:scheduler/schedule:Schedule")
        ),
    ]
    for resource, arn in targets:
        if arn != UNKNOWN and not str(arn).endswith(LIVE):
            yield resource, f"starts {arn}, which is not an alias"


@rule("queue-visibility", "LambdaEventSourceSQSVisibilityTimeout")
def queue_visibility(resources: Resources) -> Iterator[Finding]:
    """A queue hides a message for six times as long as its function may take."""
    functions = {item.inputs.get("name"): item for item in resources.of(FUNCTION)}
    queues = {item.inputs.get("name"): item for item in resources.of("aws:sqs/queue:Queue")}
    for mapping in resources.of(MAPPING):
        function = functions.get(_function_name(mapping))
        queue = queues.get(str(mapping.inputs.get("eventSourceArn")).rpartition(":")[2])
        if function is None or queue is None:
            yield mapping, "its queue or its function is not in this stack"
            continue
        needed = 6 * int(function.inputs.get("timeout") or 0)
        found = int(queue.inputs.get("visibilityTimeoutSeconds") or 30)
        if found < needed:
            yield queue, f"hidden for {found} s, less than {needed} s"


@rule("queue-concurrency", "CKV_AWS_115")
def queue_concurrency(resources: Resources) -> Iterator[Finding]:
    """A queue starts no more at once than its function has reserved."""
    functions = {item.inputs.get("name"): item for item in resources.of(FUNCTION)}
    for mapping in resources.of(MAPPING):
        limit = (mapping.inputs.get("scalingConfig") or {}).get("maximumConcurrency")
        function = functions.get(_function_name(mapping))
        reserved = function and function.inputs.get("reservedConcurrentExecutions")
        if not limit:
            yield mapping, "no limit on how many it starts at once"
        elif reserved and limit > reserved:
            yield mapping, f"starts {limit:g} at once, more than the {reserved:g} reserved"


def _function_name(mapping: Resource) -> str:
    """Take the name out of an alias ARN: arn:aws:lambda:REGION:ACCOUNT:function:NAME:ALIAS."""
    parts = str(mapping.inputs.get("functionName")).split(":")
    return parts[6] if len(parts) > 6 else parts[-1]


RULES: tuple[Rule, ...] = (
    runtime, sizes, tracing, published, layers, no_plain_secrets, layer_by_content,
    permission_scoped, async_failures, recursion, signed, log_group, trigger_alias,
    queue_visibility, queue_concurrency,
)  # fmt: skip
