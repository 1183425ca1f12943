"""Reads a stack's settings and says everything that is wrong with them at once."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pulumi
from pulumi.runtime.config import CONFIG, is_config_secret
from pydantic import ValidationError
from pydantic_core import ErrorDetails

from blueprint import Stage, System
from components.settings import StackSettings
from components.settings_checks import catalogue_problems, safety_problems
from components.settings_problems import Problem, SettingsError

FROM_ELSEWHERE = frozenset({"stage", "emulated", "promoted_from", "endpoint", "rehearsal"})
"""What the environment and the system say, never the stack's file."""
OBJECTS = frozenset(
    {
        *("builders", "code_signing", "functions", "held", "application", "subscribers"),
        "secret_values",
    }
)
VARIABLE = re.compile(r"\$\{([A-Z][A-Z0-9_]*)(?::-([^}]*))?\}")
"""`${NAME}` or `${NAME:-default}`, which values of a stack on the emulator may contain."""


@dataclass(frozen=True, kw_only=True, slots=True)
class StackConfig:
    """A stack's configuration as found, before any of it is believed."""

    stack: str
    project: str
    values: Mapping[str, str]
    """Key with its namespace -> text, as Pulumi hands it to the program."""
    encrypted: frozenset[str] = frozenset()
    environ: Mapping[str, str]

    @classmethod
    def from_pulumi(cls) -> StackConfig:
        """Take what the engine gave this run of the program."""
        values = {key: str(value) for key, value in CONFIG.get().items()}
        return cls(
            stack=pulumi.get_stack(),
            project=pulumi.get_project(),
            values=values,
            encrypted=frozenset(key for key in values if is_config_secret(key)),
            environ=os.environ,
        )

    @property
    def file(self) -> str:
        """Name of the file that a reader of an error must edit."""
        return f"Pulumi.{self.stack}.yaml"

    def secret(self, field: str) -> bool:
        """Whether a key must not be shown."""
        return field == "secret_values" or f"{self.project}:{field}" in self.encrypted


def stack_settings(config: StackConfig, system: System) -> StackSettings:
    """Turn configuration into settings, or raise one error that lists every problem."""
    try:
        stage = system.stage(config.stack)
    except KeyError:
        names = ", ".join(stage.name for stage in system.stages)
        problem = Problem("name of the stack", f"one of {names}", repr(config.stack))
        raise SettingsError(config.stack, config.file, [problem]) from None
    raw, problems = _decode(config, stage)
    settings = None
    try:
        settings = StackSettings.model_validate(raw)
    except ValidationError as error:
        undecoded = {problem.key for problem in problems}
        found = [_field_problem(details, config) for details in error.errors()]
        problems += [problem for problem in found if problem.key not in undecoded]
    problems += safety_problems(
        raw, config.environ, values_encrypted=f"{config.project}:secret_values" in config.encrypted
    )
    problems += catalogue_problems(raw, system)
    if settings is None or problems:
        raise SettingsError(config.stack, config.file, problems)
    return settings


def _decode(config: StackConfig, stage: Stage) -> tuple[dict[str, Any], list[Problem]]:
    raw: dict[str, Any] = {
        "stage": stage.name,
        "emulated": stage.emulated,
        "promoted_from": stage.promoted_from,
        "endpoint": config.environ.get("EMULATOR_ENDPOINT") or None,
        "rehearsal": config.environ.get("EMULATOR_REHEARSAL") == "1",
    }
    problems: list[Problem] = []
    for key, text in config.values.items():
        namespace, _, field = key.partition(":")
        if namespace == "pulumi":
            continue
        if namespace != config.project or field in FROM_ELSEWHERE:
            problems.append(Problem(key, "no such key", repr(text)))
            continue
        try:
            raw[field] = _value(field, text, config, stage)
        except ValueError:
            found = "a secret" if config.secret(field) else repr(text)
            problems.append(Problem(field, "a mapping", found))
        except KeyError as missing:
            problems.append(Problem(field, f"${missing.args[0]} in the environment", "nothing"))
    return raw, problems


def _value(field: str, text: str, config: StackConfig, stage: Stage) -> object:
    value = json.loads(text) if field in OBJECTS else text
    # Only a stack on the emulator depends on the machine that it runs on.
    return _expand(value, config.environ) if stage.emulated else value


def _expand(value: object, environ: Mapping[str, str]) -> object:
    if isinstance(value, str):
        return VARIABLE.sub(lambda match: _variable(match, environ), value)
    if isinstance(value, dict):
        return {key: _expand(item, environ) for key, item in value.items()}
    return value


def _variable(match: re.Match[str], environ: Mapping[str, str]) -> str:
    name, default = match.groups()
    return environ[name] if default is None else environ.get(name) or default


def _field_problem(details: ErrorDetails, config: StackConfig) -> Problem:
    path = ".".join(str(part) for part in details["loc"])
    if details["type"] == "missing":
        return Problem(path, "a value", "nothing")
    if details["type"] == "extra_forbidden":
        return Problem(path, "no such key", _shown(details, config))
    expected = details["msg"].removeprefix("Input should be ").removeprefix("Value error, ")
    return Problem(path, expected, _shown(details, config))


def _shown(details: ErrorDetails, config: StackConfig) -> str:
    return "a secret" if config.secret(str(details["loc"][0])) else repr(details["input"])
