"""What rules look at, what they say, and how one is declared."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9"
"""How the engine writes a value that a preview cannot know; it is there, so it counts as given."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Resource:
    """One resource with its inputs, named as the engine names them (camelCase)."""

    type: str
    name: str
    stack: str
    inputs: Mapping[str, Any]

    def document(self, key: str) -> Mapping[str, Any]:
        """Read an input that holds JSON; empty where it is missing or not yet known."""
        text = self.inputs.get(key)
        if not text or text == UNKNOWN:
            return {}
        document: Mapping[str, Any] = json.loads(text)
        return document


@dataclass(frozen=True, slots=True)
class Resources:
    """All resources of a stack."""

    all: tuple[Resource, ...]

    def of(self, type_token: str) -> tuple[Resource, ...]:
        """List the resources of one type."""
        return tuple(resource for resource in self.all if resource.type == type_token)


@dataclass(frozen=True, slots=True)
class Violation:
    """One resource that breaks one rule."""

    rule: str
    resource: str
    message: str

    def __str__(self) -> str:
        """Show it on one line."""
        return f"{self.rule}: {self.resource}: {self.message}"


Finding = tuple[Resource, str]
Check = Callable[[Resources], Iterable[Finding]]


@dataclass(frozen=True, kw_only=True, slots=True)
class Rule:
    """One rule, with the published controls that it enforces."""

    name: str
    controls: tuple[str, ...]
    meaning: str
    check: Check

    def violations(self, resources: Resources) -> Iterator[Violation]:
        """List what breaks the rule."""
        for resource, message in self.check(resources):
            yield Violation(self.name, resource.name, message)


def rule(name: str, *controls: str) -> Callable[[Check], Rule]:
    """Declare a rule; the function's docstring says what it demands."""

    def declare(check: Check) -> Rule:
        meaning = (check.__doc__ or "").strip()
        return Rule(name=name, controls=controls, meaning=meaning, check=check)

    return declare


def each(type_token: str, name: str, *controls: str) -> Callable[..., Rule]:
    """Declare a rule on each resource of a type; the function says what is wrong, or None."""

    def declare(check: Callable[[Resource], str | None]) -> Rule:
        def run(resources: Resources) -> Iterator[Finding]:
            for resource in resources.of(type_token):
                message = check(resource)
                if message is not None:
                    yield resource, message

        run.__doc__ = check.__doc__
        return rule(name, *controls)(run)

    return declare


def statements(document: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """List the statements of a policy document."""
    found = document.get("Statement", [])
    return [found] if isinstance(found, Mapping) else list(found)


def denies_plain_text(statement: Mapping[str, Any]) -> bool:
    """Say whether a statement denies everybody what comes without TLS."""
    condition = statement.get("Condition", {}).get("Bool", {})
    return (
        statement.get("Effect") == "Deny"
        and statement.get("Principal") == "*"
        and str(condition.get("aws:SecureTransport")).lower() == "false"
    )


def listed(value: object) -> list[Any]:
    """Read what may be one value or a list of them."""
    return list(value) if isinstance(value, list | tuple) else [value]


def account(arn: object) -> str:
    """Read the account out of arn:aws:SERVICE:REGION:ACCOUNT:RESOURCE; a bucket's has none."""
    parts = str(arn).split(":")
    return parts[4] if len(parts) > 4 else ""
