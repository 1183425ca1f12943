"""Limits of Lambda's resources.

https://docs.aws.amazon.com/lambda/latest/api/ and the schema of the official provider.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from attached_providers.limits import (
    Limits,
    arn,
    at_least,
    between,
    either,
    every,
    filled,
    items,
    long,
    one_of,
    shaped,
)

ARCHITECTURES = one_of("x86_64", "arm64")
RUNTIMES = (
    *("dotnet10", "dotnet5.0", "dotnet6", "dotnet7", "dotnet8", "dotnetcore2.1", "dotnetcore3.1"),
    *("go1.x", "java11", "java17", "java21", "java25", "java8", "java8.al2"),
    *("nodejs10.x", "nodejs12.x", "nodejs14.x", "nodejs16.x", "nodejs18.x", "nodejs20.x"),
    *("nodejs22.x", "nodejs24.x", "provided", "provided.al2", "provided.al2023"),
    *("python2.7", "python3.6", "python3.7", "python3.8", "python3.9", "python3.10"),
    *("python3.11", "python3.12", "python3.13", "python3.14"),
    *("ruby2.5", "ruby2.7", "ruby3.2", "ruby3.3", "ruby3.4"),
)
NAME = every(long(1, 64), shaped(r"[a-zA-Z0-9-_]+", "must be valid function name"))
REFERENCE = every(
    long(1, 170),
    shaped(
        r"(arn:[\w-]+:lambda:)?([a-z]{2}-([a-z]+-){1,2}\d:)?(\d{12}:)?(function:)?[a-zA-Z0-9-_]+"
        r"(:(\$LATEST|[a-zA-Z0-9-_]+))?",
        "must be valid function name or function ARN",
    ),
)
QUALIFIER = every(long(1, 128), shaped(r"[a-zA-Z0-9$_-]+", "must be valid qualifier"))
RETRIES, AGE_S = between(0, 2), between(60, 21_600)
LAYERS_PER_FUNCTION = 5
ENVIRONMENT_BYTES = 4096
RESERVED = frozenset(
    {
        "_HANDLER",
        "_X_AMZN_TRACE_ID",
        "AWS_ACCESS_KEY",
        "AWS_ACCESS_KEY_ID",
        "AWS_DEFAULT_REGION",
        "AWS_EXECUTION_ENV",
        "AWS_LAMBDA_FUNCTION_MEMORY_SIZE",
        "AWS_LAMBDA_FUNCTION_NAME",
        "AWS_LAMBDA_FUNCTION_VERSION",
        "AWS_LAMBDA_INITIALIZATION_TYPE",
        "AWS_LAMBDA_LOG_GROUP_NAME",
        "AWS_LAMBDA_LOG_STREAM_NAME",
        "AWS_LAMBDA_RUNTIME_API",
        "AWS_REGION",
        "AWS_SECRET_ACCESS_KEY",
        "AWS_SESSION_TOKEN",
        "LAMBDA_RUNTIME_DIR",
        "LAMBDA_TASK_ROOT",
    }
)
"""https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html"""
_UNSET = "Lambda was unable to configure your environment variables because the environment "


def environment(path: str, variables: Mapping[str, Any]) -> str | None:
    """Refuse variables that Lambda keeps to itself, and more of them than it has room for."""
    reserved = sorted(RESERVED & set(variables))
    if reserved:
        return (
            f"InvalidParameterValueException: {_UNSET}variables you have provided contains reserved"
            " keys that are currently not supported for modification."
            f" Reserved keys used in this request: {', '.join(reserved)}"
        )
    for name in variables:
        if wrong := _VARIABLE(path, name):
            return wrong
    known = sum(len(f"{name}{value}".encode()) for name, value in variables.items())
    if known <= ENVIRONMENT_BYTES:
        return None
    return (
        f"InvalidParameterValueException: {_UNSET}variables you have provided exceeded the 4KB "
        f"limit. Size measured: {known} bytes"
    )


_VARIABLE = shaped(r"[a-zA-Z]([a-zA-Z0-9_])+", "must be a valid variable name")

LIMITS: Mapping[str, Limits] = {
    "aws:lambda/function:Function": {
        "architectures": items(1),
        "architectures[]": ARCHITECTURES,
        "codeSigningConfigArn": arn,
        "deadLetterConfig.targetArn": every(
            arn, shaped(r"(arn:[^:]+:(sqs|sns):.+)?", "must be a queue or a topic")
        ),
        "description": long(0, 256),
        "environment.variables": environment,
        "ephemeralStorage.size": between(512, 10_240),
        "handler": every(long(1, 128), shaped(r"[^\s]+", "must have no spaces")),
        "kmsKeyArn": arn,
        "layers": items(LAYERS_PER_FUNCTION),
        "layers[]": every(
            arn, shaped(r"arn:[^:]+:lambda:.+:layer:[^:]+:[0-9]+", "must be a layer version")
        ),
        "loggingConfig.applicationLogLevel": one_of(
            "TRACE", "DEBUG", "INFO", "WARN", "ERROR", "FATAL"
        ),
        "loggingConfig.logFormat": one_of("JSON", "Text"),
        "loggingConfig.logGroup": every(
            long(1, 512), shaped(r"[a-zA-Z0-9_/.#-]+", "must be valid log group name")
        ),
        "loggingConfig.systemLogLevel": one_of("DEBUG", "INFO", "WARN"),
        # The official provider goes to 32768, for instances that functions here do not run on.
        "memorySize": between(128, 10_240),
        "name": NAME,
        "packageType": one_of("Zip", "Image"),
        "reservedConcurrentExecutions": at_least(-1),
        "role": every(arn, shaped(r"arn:[^:]+:iam::\d{12}:role/.+", "must be a role")),
        "runtime": one_of(*RUNTIMES),
        "snapStart.applyOn": one_of("PublishedVersions", "None"),
        "timeout": between(1, 900),
        "tracingConfig.mode": one_of("Active", "PassThrough"),
    },
    "aws:lambda/codeSigningConfig:CodeSigningConfig": {
        "allowedPublishers.signingProfileVersionArns": items(20),
        "allowedPublishers.signingProfileVersionArns[]": arn,
        "description": long(0, 256),
        "policies.untrustedArtifactOnDeployment": one_of("Warn", "Enforce"),
    },
    "aws:lambda/layerVersion:LayerVersion": {
        "compatibleArchitectures": items(2),
        "compatibleArchitectures[]": ARCHITECTURES,
        "compatibleRuntimes": items(15),
        "compatibleRuntimes[]": one_of(*RUNTIMES),
        "description": long(0, 256),
        "layerName": every(
            long(1, 140),
            shaped(
                r"(arn:[a-zA-Z0-9-]+:lambda:[a-zA-Z0-9-]+:\d{12}:layer:)?[a-zA-Z0-9-_]+",
                "must be valid layer name",
            ),
        ),
        "licenseInfo": long(0, 512),
    },
    "aws:lambda/alias:Alias": {
        "description": long(0, 256),
        "routingConfig.additionalVersionWeights{}": between(0, 1),
        "functionName": REFERENCE,
        "functionVersion": shaped(r"\$LATEST|[0-9]+", "must be a version"),
        "name": every(
            long(1, 128),
            shaped(r"(?!\d+$)[a-zA-Z0-9-_]+", "must be a name, and not a number alone"),
        ),
    },
    "aws:lambda/permission:Permission": {
        "action": shaped(r"lambda:\*|lambda:[a-zA-Z]+|\*", "must be a valid action"),
        "function": REFERENCE,
        "functionUrlAuthType": one_of("NONE", "AWS_IAM"),
        "eventSourceToken": shaped(r"[a-zA-Z0-9._-]{0,256}", "must be a token of 256 letters"),
        "principalOrgId": shaped(r"o-[a-z0-9]{10,34}", "must be an organisation's id"),
        "principal": shaped(r"[^\s]+", "must be a principal"),
        "qualifier": QUALIFIER,
        "sourceAccount": shaped(r"\d{12}", "must be a twelve-digit account id"),
        "sourceArn": arn,
        "statementId": every(long(1, 100), shaped(r"[a-zA-Z0-9-_]+", "must be a valid id")),
    },
    "aws:lambda/eventSourceMapping:EventSourceMapping": {
        "batchSize": between(1, 10_000),
        "destinationConfig.onFailure.destinationArn": arn,
        "eventSourceArn": arn,
        "filterCriteria.filters": items(10),
        "functionName": REFERENCE,
        "kmsKeyArn": arn,
        "maximumRecordAgeInSeconds": either(one_of(-1), between(60, 604_800)),
        "filterCriteria.filters[].pattern": long(0, 4096),
        "functionResponseTypes[]": one_of("ReportBatchItemFailures"),
        "maximumBatchingWindowInSeconds": between(0, 300),
        "maximumRetryAttempts": between(-1, 10_000),
        "metricsConfig.metrics[]": one_of("EventCount", "ErrorCount", "KafkaMetrics"),
        "parallelizationFactor": between(1, 10),
        "scalingConfig.maximumConcurrency": between(2, 1000),
        "startingPosition": one_of("TRIM_HORIZON", "LATEST", "AT_TIMESTAMP"),
        "tumblingWindowInSeconds": between(0, 900),
    },
    "aws:lambda/functionEventInvokeConfig:FunctionEventInvokeConfig": {
        "destinationConfig.onFailure.destination": every(filled, arn),
        "destinationConfig.onSuccess.destination": every(filled, arn),
        "functionName": REFERENCE,
        "maximumEventAgeInSeconds": AGE_S,
        "maximumRetryAttempts": RETRIES,
        "qualifier": QUALIFIER,
    },
    "aws:lambda/functionRecursionConfig:FunctionRecursionConfig": {
        "functionName": REFERENCE,
        "recursiveLoop": one_of("Allow", "Terminate"),
    },
}
