"""The deployed local stack, as a trading day needs it: names, clients, calls."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError

from blueprint.outputs import StackOutputs
from local.problems import LocalProblem
from the_alchemiser.shared.table import Table

LONGEST_CALL_S = 930
"""A little more than the longest time that any function has."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Answer:
    """What a function gave back."""

    status: int
    body: Mapping[str, Any]
    error: str | None = None
    """What it raised."""

    @property
    def is_good(self) -> bool:
        """Whether it did its work."""
        return self.error is None and self.status == 200

    @property
    def reason(self) -> str:
        """Why it did not."""
        return self.error or str(self.body.get("reason") or self.body.get("status") or self.body)


@dataclass(frozen=True, kw_only=True, slots=True)
class LocalStack:
    """One stack on MiniStack."""

    endpoint: str
    environment: Mapping[str, str]
    """Credentials and region."""
    outputs: StackOutputs
    clients: dict[str, Any] = field(default_factory=dict)

    def client(self, service: str) -> Any:
        """Give the one client for a service."""
        if service not in self.clients:
            session = boto3.Session(
                aws_access_key_id=self.environment["AWS_ACCESS_KEY_ID"],
                aws_secret_access_key=self.environment["AWS_SECRET_ACCESS_KEY"],
                region_name=self.environment["AWS_REGION"],
            )
            # Repeating a call by itself would hide a fault, and start a run twice.
            settings = Config(
                read_timeout=LONGEST_CALL_S,
                retries={"total_max_attempts": 1},
                max_pool_connections=32,
            )
            self.clients[service] = session.client(  # type: ignore[call-overload]
                service, endpoint_url=self.endpoint, config=settings
            )
        return self.clients[service]

    @property
    def functions(self) -> tuple[str, ...]:
        """Names of the functions as the catalogue has them."""
        return tuple(self.outputs.functions)

    @property
    def log_groups(self) -> dict[str, str]:
        """Log group of each function."""
        made = self.outputs.functions.items()
        return {name: f"/aws/lambda/{facts.name}" for name, facts in made}

    @property
    def bus(self) -> str:
        """Deployed name of the bus; LocalProblem where the stack has none."""
        if self.outputs.bus is None:
            raise LocalProblem("The stack was expected to have a bus.", "Run `make local`.")
        return self.outputs.bus.name

    def queue_url(self, name: str) -> str:
        """Give a queue's URL."""
        return self.outputs.queues[name].url

    def bucket(self, name: str) -> str:
        """Give a bucket's physical name."""
        return self.outputs.buckets[name]

    def topic(self, name: str) -> str:
        """Give a topic's ARN."""
        return self.outputs.topics[name]

    def table(self, name: str) -> Table:
        """Open a table by its name in the catalogue."""
        return Table(self.client("dynamodb"), self.outputs.tables[name])

    def is_idle(self) -> bool:
        """Tell whether no trade is queued or being placed."""
        names = ("ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible")
        counts = self.client("sqs").get_queue_attributes(
            QueueUrl=self.queue_url("execution"), AttributeNames=list(names)
        )["Attributes"]
        return not any(int(counts[name]) for name in names)

    def call(self, function: str, payload: Mapping[str, Any]) -> Answer:
        """Invoke a function as its schedule does, and wait for the answer."""
        answer = self.client("lambda").invoke(
            FunctionName=self.outputs.functions[function].alias_arn,
            Payload=json.dumps(payload).encode(),
        )
        return _answer(answer["Payload"].read(), is_error="FunctionError" in answer)

    def require_deployed(self) -> None:
        """Raise LocalProblem when the stack on record is not what MiniStack holds."""
        first = next(iter(self.outputs.functions.values()))
        try:
            self.client("lambda").get_function_configuration(FunctionName=first.alias_arn)
        except ClientError as error:
            raise LocalProblem(
                f"The local stack is on record, and MiniStack holds no {first.name}: "
                "MiniStack was started anew and keeps nothing on disk.",
                "Run `make local`: it makes the stack again and trades a day.",
            ) from error


def _answer(content: bytes, *, is_error: bool) -> Answer:
    try:
        document = json.loads(content or b"null")
    except ValueError:
        document = {"errorMessage": content.decode(errors="replace")}
    if not isinstance(document, dict):
        return Answer(status=0, body={}, error=f"an answer that is no object: {document!r:.200}")
    if is_error:
        kind = document.get("errorType", "error")
        return Answer(status=0, body={}, error=f"{kind}: {document.get('errorMessage', document)}")
    body = document.get("body")
    return Answer(
        status=int(document.get("statusCode", 0)), body=body if isinstance(body, dict) else {}
    )
