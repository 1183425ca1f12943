"""Policy documents as IAM's grammar has them.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

VERSIONS = ("2012-10-17", "2008-10-17")
ACTION = re.compile(r"\*|[a-z0-9-]+:[A-Za-z0-9*?]+")


def policy_faults(document: Mapping[str, Any]) -> Iterator[str]:
    """Name what is wrong with a policy that an identity has."""
    yield from _frame(document)
    for statement in _statements(document):
        yield from _effect(statement)
        yield from _actions(statement)
        if not statement.get("Resource") and not statement.get("NotResource"):
            yield "Policy statement must contain resources."


def trust_faults(document: Mapping[str, Any]) -> Iterator[str]:
    """Name what is wrong with a policy that says who may assume a role."""
    yield from _frame(document)
    for statement in _statements(document):
        yield from _effect(statement)
        yield from _actions(statement)
        for field in ("Resource", "NotResource"):
            if field in statement:
                yield f"Has prohibited field {field}"


def _frame(document: Mapping[str, Any]) -> Iterator[str]:
    version = document.get("Version", VERSIONS[-1])
    if version not in VERSIONS:
        yield f"The policy must contain a valid version string, found {version}"
    if not document.get("Statement"):
        yield "Missing required field Statement"


def _statements(document: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    found = document.get("Statement") or []
    return [item for item in (found if isinstance(found, list) else [found])]


def _effect(statement: Mapping[str, Any]) -> Iterator[str]:
    effect = statement.get("Effect")
    if effect not in ("Allow", "Deny"):
        yield f"Invalid effect: {effect}" if effect else "Missing required field Effect"


def _actions(statement: Mapping[str, Any]) -> Iterator[str]:
    named = statement.get("Action") or statement.get("NotAction")
    if not named:
        yield "Policy statement must contain actions."
        return
    for action in named if isinstance(named, list) else [named]:
        if not ACTION.fullmatch(str(action)):
            yield f"Actions/Conditions must be prefaced by a vendor, e.g., iam, found {action}"
