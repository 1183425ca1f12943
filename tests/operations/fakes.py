from __future__ import annotations

import base64
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from blueprint.outputs import StackOutputs
from operations.errors import NeverDeployedError, OperationError
from operations.history import Version
from operations.live import Answer
from operations.preview import Preview

HEALTHY = Answer(status=200, payload=b'{"status": "healthy", "touched": []}')


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
    history: Sequence[Mapping[str, object]] = ()
    """What `stack history --json` prints."""
    ran: list[tuple[str, ...]] = field(default_factory=list)
    stack: str = "dev"

    def outputs(self) -> StackOutputs:
        if self.deployed is None:
            raise NeverDeployedError("never deployed")
        return self.deployed

    def run(self, *arguments: str) -> None:
        self.ran.append(arguments)
        if self.failing in arguments:
            raise OperationError(f"{arguments[0]} failed")
        match arguments:
            case ("stack", "import", "--file", file):
                self.state = json.loads(Path(file).read_text())
            case ("config", "set-all", "--path", *pairs):
                self.settings = set_all(self.settings, pairs)
            case ("config", "rm-all", "--path", *keys) | ("config", "rm", *keys):
                self.settings = {k: v for k, v in self.settings.items() if k not in keys}
            case ("config", "set", key, value, "--plaintext"):
                self.settings = {**self.settings, key: {"value": value}}

    def read(self, *arguments: str) -> str:
        if "history" in arguments:
            return json.dumps(list(self.history))
        return json.dumps(self.settings if arguments[0] == "config" else self.state)

    def plan(self, *arguments: str) -> Preview:
        return self.planned


def set_all(settings: Mapping[str, object], pairs: Iterable[str]) -> Mapping[str, object]:
    """Do what `pulumi config set-all --path` does, as far as operations use it."""
    changed: dict[str, Any] = json.loads(json.dumps(settings))
    for pair in pairs:
        if pair != "--plaintext":
            path, _, value = pair.partition("=")
            key, *steps = path.split(".")
            place = changed.setdefault(key, {"objectValue": {}})["objectValue"]
            for step in steps[:-1]:
                place = place.setdefault(step, {})
            # https://www.pulumi.com/docs/iac/cli/commands/pulumi_config_set-all/: numbers by --path
            place[steps[-1]] = int(value) if value.isdecimal() else value
    return changed


@dataclass
class FakeLive:
    codes: dict[tuple[str, str], str] = field(default_factory=dict)
    aliases: dict[str, str] = field(default_factory=dict)
    layers: dict[str, str] = field(default_factory=dict)
    keys: dict[str, str] = field(default_factory=dict)
    """Key of each layer version, by its ARN."""
    published: dict[str, tuple[Version, ...]] = field(default_factory=dict)
    answers: dict[tuple[str, str], Answer] = field(default_factory=dict)
    """By deployed name and qualifier."""
    asked: list[tuple[str, str, Any]] = field(default_factory=list)
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

    def layer_key(self, layer_version_arn: str) -> str | None:
        return self.keys.get(layer_version_arn)

    def version(self, function: str, number: str) -> Version | None:
        return next((it for it in self.versions(function) if it.number == number), None)

    def versions(self, function: str) -> tuple[Version, ...]:
        return self.published.get(function, ())

    def answer(self, function: str, qualifier: str, event: bytes) -> Answer:
        self.asked.append((function, qualifier, json.loads(event)))
        return self.answers.get((function, qualifier), HEALTHY)

    def layer_versions(self, layer_arn: str) -> tuple[str, ...]:
        own = (arn.rsplit(":", 1) for arn in self.layers)
        return tuple(sorted(number for place, number in own if place == layer_arn))

    def delete_version(self, function: str, number: str) -> None:
        assert self.aliases.get(function) != number
        kept = (it for it in self.versions(function) if it.number != number)
        self.published[function] = tuple(kept)

    def delete_layer_version(self, layer_arn: str, number: str) -> None:
        del self.layers[f"{layer_arn}:{number}"]
