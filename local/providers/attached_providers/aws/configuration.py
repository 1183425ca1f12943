"""Reads the provider's own settings: where AWS is, who asks, what every resource is tagged with."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from attached_providers.checking import Failure
from attached_providers.schema import (
    FLAG,
    INTEGER,
    NUMBER,
    TEXT,
    ListOf,
    Prop,
    block,
    blocks,
    integer,
    text,
    text_map,
    texts,
)
from attached_providers.schema import flag as _flag
from attached_providers.wire import Values, has_unknown, reveal

# The official provider's name of a service's endpoint -> boto3's name of the service.
ENDPOINTS: Mapping[str, str] = {
    "cloudwatch": "cloudwatch",
    "cloudwatchevents": "events",
    "cloudwatchlog": "logs",
    "cloudwatchlogs": "logs",
    "dynamodb": "dynamodb",
    "eventbridge": "events",
    "events": "events",
    "iam": "iam",
    "kms": "kms",
    "lambda": "lambda",
    "logs": "logs",
    "s3": "s3",
    "s3api": "s3",
    "scheduler": "scheduler",
    "secretsmanager": "secretsmanager",
    "sns": "sns",
    "sqs": "sqs",
    "ssm": "ssm",
    "sts": "sts",
}

SETTINGS: Mapping[str, Prop] = {
    "accessKey": text(secret=True),
    "allowedAccountIds": texts(),
    "defaultTags": block({"tags": text_map()}),
    "endpoints": blocks({}),
    "forbiddenAccountIds": texts(),
    "maxRetries": integer(),
    "profile": text(),
    "region": text(),
    "retryMode": text(),
    "s3UsePathStyle": _flag(),
    "secretKey": text(secret=True),
    "skipCredentialsValidation": _flag(),
    "skipMetadataApiCheck": _flag(),
    "skipRegionValidation": _flag(),
    "skipRequestingAccountId": _flag(),
    "token": text(secret=True),
    "version": text(),
}


MAX_RETRIES = 25
"""The official provider's default."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Configuration:
    """The provider's settings."""

    region: str | None = None
    access_key: str | None = field(default=None, repr=False)
    secret_key: str | None = field(default=None, repr=False)
    token: str | None = field(default=None, repr=False)
    profile: str | None = None
    endpoints: Mapping[str, str] = field(default_factory=dict)
    default_tags: Mapping[str, str] = field(default_factory=dict)
    allowed_account_ids: tuple[str, ...] = ()
    forbidden_account_ids: tuple[str, ...] = ()
    skip_credentials_validation: bool = False
    s3_use_path_style: bool = False
    max_retries: int = MAX_RETRIES
    retry_mode: str | None = None


def decode(settings: Values) -> dict[str, Any]:
    """Undo the engine's habit of sending every setting as text."""
    return {key: _decoded(key, reveal(item)) for key, item in settings.items()}


def failures(settings: Values) -> list[Failure]:
    """Name every setting that is unknown to this provider or not of its type."""
    found: list[Failure] = []
    for key, value in decode(settings).items():
        if key not in SETTINGS:
            found.append((key, f"aws provider setting {key} is not supported when attached"))
        elif value is not None and not has_unknown(value) and not _fits(SETTINGS[key], value):
            found.append((key, f"aws provider setting {key} cannot be {value!r}"))
    endpoints = decode(settings).get("endpoints")
    for group in endpoints if isinstance(endpoints, list) else []:
        unknown = sorted(set(group) - set(ENDPOINTS))
        found += [("endpoints", f"endpoint of unknown service {name}") for name in unknown]
    return found


def read(settings: Values) -> Configuration:
    """Read checked settings."""
    said = {key: item for key, item in decode(settings).items() if item is not None}
    return Configuration(
        region=said.get("region"),
        access_key=said.get("accessKey"),
        secret_key=said.get("secretKey"),
        token=said.get("token"),
        profile=said.get("profile"),
        endpoints=_endpoints(said.get("endpoints") or []),
        default_tags=(said.get("defaultTags") or {}).get("tags") or {},
        allowed_account_ids=tuple(said.get("allowedAccountIds") or ()),
        forbidden_account_ids=tuple(said.get("forbiddenAccountIds") or ()),
        skip_credentials_validation=bool(said.get("skipCredentialsValidation")),
        s3_use_path_style=bool(said.get("s3UsePathStyle")),
        max_retries=int(said.get("maxRetries") or MAX_RETRIES),
        retry_mode=said.get("retryMode"),
    )


def _endpoints(groups: list[Mapping[str, str]]) -> dict[str, str]:
    return {ENDPOINTS[name]: url for group in groups for name, url in group.items() if url}


def _decoded(key: str, value: Any) -> Any:
    prop = SETTINGS.get(key)
    if prop is None or not isinstance(value, str) or prop.kind is TEXT:
        return value
    try:
        return json.loads(value)
    except ValueError:
        return value


def _fits(prop: Prop, value: Any) -> bool:
    if isinstance(prop.kind, ListOf):
        return isinstance(value, list)
    if prop.kind in (TEXT, FLAG, INTEGER, NUMBER):
        return isinstance(value, prop.kind.accepts)
    return isinstance(value, Mapping)
