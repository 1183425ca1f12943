from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from dataclasses import dataclass, field

from blueprint.outputs import StackOutputs
from operations.errors import OperationError
from operations.history import Version
from operations.preview import Preview


def lambda_digest(text: str) -> str:
    return base64.b64encode(text.encode().ljust(32, b".")).decode()


@dataclass
class FakeEngine:
    deployed: StackOutputs | None
    state: Mapping[str, object] = field(default_factory=lambda: {"deployment": {"resources": []}})
    settings: Mapping[str, object] = field(default_factory=dict)
    """What `config --json` prints."""
    failing: str | None = None
    planned: Preview = field(default_factory=Preview)
    ran: list[tuple[str, ...]] = field(default_factory=list)

    def outputs(self) -> StackOutputs:
        if self.deployed is None:
            raise OperationError("never deployed")
        return self.deployed

    def run(self, *arguments: str) -> None:
        self.ran.append(arguments)
        if arguments[0] == self.failing:
            raise OperationError(f"{arguments[0]} failed")

    def read(self, *arguments: str) -> str:
        return json.dumps(self.settings if arguments[0] == "config" else self.state)

    def plan(self, *arguments: str) -> Preview:
        return self.planned


@dataclass
class FakeLive:
    codes: dict[tuple[str, str], str] = field(default_factory=dict)
    aliases: dict[str, str] = field(default_factory=dict)
    layers: dict[str, str] = field(default_factory=dict)
    published: dict[str, tuple[Version, ...]] = field(default_factory=dict)
    answers: dict[str, tuple[int, bytes]] = field(default_factory=dict)
    stuck: str | None = None
    """Function whose alias cannot be moved."""

    def code_digest(self, function: str, qualifier: str) -> str | None:
        return self.codes.get((function, qualifier))

    def alias_version(self, function: str, alias: str) -> str | None:
        return self.aliases.get(function)

    def move_alias(self, function: str, alias: str, version: str) -> None:
        if function == self.stuck:
            raise OperationError(f"{function} is stuck")
        self.aliases[function] = version

    def layer_digest(self, layer_version_arn: str) -> str | None:
        return self.layers.get(layer_version_arn)

    def versions(self, function: str) -> tuple[Version, ...]:
        return self.published.get(function, ())

    def answer(self, function: str, qualifier: str, event: bytes) -> tuple[int, bytes]:
        return self.answers[function]
