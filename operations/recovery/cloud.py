"""Questions to AWS, or to its emulator, whose answer may be that there is no such thing."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Protocol

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError

ABSENT = ("NotFound", "NoSuch", "NonExistent", "DoesNotExist", "ResourceNotFoundException", "404")


class Cloud(Protocol):
    """What recovery needs to ask."""

    def ask(self, service: str, operation: str, **arguments: Any) -> dict[str, Any] | None:
        """Give an answer, or None when the thing asked about does not exist."""

    def pages(
        self, service: str, operation: str, key: str, **arguments: Any
    ) -> Iterator[dict[str, Any]]:
        """Give every entry of a list, none when what it belongs to does not exist."""


class AwsCloud:
    """Asks with the credentials, region and endpoint of an environment."""

    def __init__(self, environment: Mapping[str, str]) -> None:
        self._session = boto3.Session(
            aws_access_key_id=environment.get("AWS_ACCESS_KEY_ID"),
            aws_secret_access_key=environment.get("AWS_SECRET_ACCESS_KEY"),
            aws_session_token=environment.get("AWS_SESSION_TOKEN"),
            region_name=environment.get("AWS_REGION"),
        )
        self._endpoint = environment.get("AWS_ENDPOINT_URL")
        self._clients: dict[str, Any] = {}

    def ask(self, service: str, operation: str, **arguments: Any) -> dict[str, Any] | None:
        """Give an answer, or None when the thing asked about does not exist."""
        try:
            answer: dict[str, Any] = getattr(self._client(service), operation)(**arguments)
        except ClientError as error:
            if is_absence(error):
                return None
            raise
        return answer

    def pages(
        self, service: str, operation: str, key: str, **arguments: Any
    ) -> Iterator[dict[str, Any]]:
        """Give every entry of a list, none when what it belongs to does not exist."""
        paginator = self._client(service).get_paginator(operation)
        try:
            for page in paginator.paginate(**arguments):
                yield from page.get(key) or []
        except ClientError as error:
            if not is_absence(error):
                raise

    def _client(self, service: str) -> Any:
        if service not in self._clients:
            settings = Config(connect_timeout=5, read_timeout=30, retries={"total_max_attempts": 3})
            self._clients[service] = self._session.client(  # type: ignore[call-overload]
                service, endpoint_url=self._endpoint, config=settings
            )
        return self._clients[service]


def is_absence(error: ClientError) -> bool:
    """Tell "there is none" from refusals and failures, which must not pass for it."""
    code = error.response.get("Error", {}).get("Code", "")
    return any(word in code for word in ABSENT)
