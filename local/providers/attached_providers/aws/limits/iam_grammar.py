"""Policy documents as IAM's grammar has them.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

VERSIONS = ("2012-10-17", "2008-10-17")
FIELDS = frozenset({"Id", "Statement", "Version"})
STATEMENT_FIELDS = frozenset(
    f"{no}{name}" for no in ("", "Not") for name in ("Action", "Principal", "Resource")
) | {"Condition", "Effect", "Sid"}
PRINCIPALS = frozenset({"AWS", "CanonicalUser", "Federated", "Service"})
SID = re.compile(r"[A-Za-z0-9]*")
RESOURCE = re.compile(r"\*|arn:[^:]*:[^:]*:[^:]*:[^:]*:.+", re.DOTALL)
OPERATOR = re.compile(
    r"Null|((ForAllValues|ForAnyValue):)?("
    r"String(Not)?(Equals|Like)|String(Not)?EqualsIgnoreCase|Bool|BinaryEquals|(Not)?IpAddress|"
    r"Numeric(NotEquals|Equals|(Less|Greater)Than(Equals)?)|"
    r"Date(NotEquals|Equals|(Less|Greater)Than(Equals)?)|Arn(Not)?(Equals|Like)"
    r")(IfExists)?"
)
"""https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html"""
ACTION = re.compile(r"\*|[a-z0-9-]+:[A-Za-z0-9*?]+")


def policy_faults(document: Mapping[str, Any]) -> Iterator[str]:
    """Name what is wrong with a policy that an identity has."""
    yield from _frame(document)
    for statement in _statements(document):
        yield from _effect(statement)
        yield from _actions(statement)
        yield from _sid(statement)
        yield from _resources(statement)
    yield from _repeated(document)


def trust_faults(document: Mapping[str, Any]) -> Iterator[str]:
    """Name what is wrong with a policy that says who may assume a role."""
    yield from _frame(document)
    for statement in _statements(document):
        yield from _effect(statement)
        yield from _actions(statement)
        for field in ("Resource", "NotResource"):
            if field in statement:
                yield f"Has prohibited field {field}"
        foreign = [it for it in _listed(statement.get("Action")) if not str(it).startswith("sts:")]
        if foreign and foreign != ["*"]:
            yield f"AssumeRole policy may only specify STS AssumeRole actions, found {foreign[0]}"


def resource_faults(document: Mapping[str, Any]) -> Iterator[str]:
    """Name what is wrong with a policy that stands on a resource."""
    yield from _frame(document)
    for statement in _statements(document):
        yield from _effect(statement)
        yield from _actions(statement)
        if "Principal" not in statement and "NotPrincipal" not in statement:
            yield "Missing required field Principal"


def _frame(document: Mapping[str, Any]) -> Iterator[str]:
    version = document.get("Version", VERSIONS[-1])
    if version not in VERSIONS:
        yield f"The policy must contain a valid version string, found {version}"
    if not document.get("Statement"):
        yield "Missing required field Statement"
    if any(not isinstance(it, Mapping) for it in _listed(document.get("Statement"))):
        yield "Syntax errors in policy: a statement is an object"
    for unknown in sorted(document.keys() - FIELDS):
        yield f"Syntax errors in policy: unknown field {unknown}"
    for statement in _statements(document):
        yield from _fields(statement)


def _fields(statement: Mapping[str, Any]) -> Iterator[str]:
    for unknown in sorted(statement.keys() - STATEMENT_FIELDS):
        yield f"Syntax errors in policy: unknown field {unknown} of a statement"
    for name in ("Action", "Principal", "Resource"):
        if name in statement and f"Not{name}" in statement:
            yield f"Syntax errors in policy: {name} and Not{name} in one statement"
    yield from _conditions(statement.get("Condition") or {})
    if "Principal" in statement:
        yield from _principal(statement["Principal"])


def _conditions(given: Any) -> Iterator[str]:
    if not isinstance(given, Mapping):
        yield "Syntax errors in policy: Condition is an object"
        return
    for operator, tests in given.items():
        if not OPERATOR.fullmatch(operator):
            yield f"Invalid Condition type : {operator}."
        if not isinstance(tests, Mapping):
            yield f"Syntax errors in policy: {operator} is about keys"
        elif any(isinstance(it, Mapping) for it in tests.values()):
            yield f"Syntax errors in policy: {operator} holds keys against values"


def _principal(given: Any) -> Iterator[str]:
    if given == "*":
        return
    if not isinstance(given, Mapping) or not given or any(not it for it in given.values()):
        yield f"Invalid principal in policy: {given}"
        return
    for unknown in sorted(given.keys() - PRINCIPALS):
        yield f"Invalid principal in policy: {unknown}"
    for account in _listed(given.get("AWS")):
        if not re.fullmatch(r"\*|\d{12}|arn:[^:]+:(iam|sts)::.+|A[A-Z0-9]{15,}", str(account)):
            yield f'Invalid principal in policy: "AWS":"{account}"'


def _sid(statement: Mapping[str, Any]) -> Iterator[str]:
    if not SID.fullmatch(str(statement.get("Sid", ""))):
        yield f"Statement IDs (SID) must be alpha-numeric, found {statement['Sid']}"


def _repeated(document: Mapping[str, Any]) -> Iterator[str]:
    named = [str(it["Sid"]) for it in _statements(document) if it.get("Sid")]
    for sid in sorted({it for it in named if named.count(it) > 1}):
        yield f"Statement IDs (SID) in a single policy must be unique, found {sid} twice"


def _resources(statement: Mapping[str, Any]) -> Iterator[str]:
    named = _listed(statement.get("Resource") or statement.get("NotResource"))
    if not named:
        yield "Policy statement must contain resources."
    for resource in named:
        if not RESOURCE.fullmatch(str(resource)):
            yield f'Resource {resource} must be in ARN format or "*".'


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value] if value else []


def _statements(document: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    return [it for it in _listed(document.get("Statement")) if isinstance(it, Mapping)]


def _effect(statement: Mapping[str, Any]) -> Iterator[str]:
    effect = statement.get("Effect")
    if effect not in ("Allow", "Deny"):
        yield f"Invalid effect: {effect}" if effect else "Missing required field Effect"


def _actions(statement: Mapping[str, Any]) -> Iterator[str]:
    named = _listed(statement.get("Action") or statement.get("NotAction"))
    if not named:
        yield "Policy statement must contain actions."
    for action in named:
        if not ACTION.fullmatch(str(action)):
            yield f"Actions/Conditions must be prefaced by a vendor, e.g., iam, found {action}"
