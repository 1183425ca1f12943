"""Turns the rules into policies that Pulumi runs itself."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from pulumi_policy import Policy, ReportViolation, StackValidationArgs, StackValidationPolicy
from pulumi_policy.proxy import UnknownValueError

from policies.model import UNKNOWN, Resource, Resources, Rule
from policies.rules import RULES


def policies() -> list[Policy]:
    """Make one policy of each rule; every rule sees the whole stack."""
    return [
        StackValidationPolicy(
            name=rule.name,
            description=f"{rule.meaning} ({', '.join(rule.controls)})",
            validate=_validation(rule),
        )
        for rule in RULES
    ]


def _validation(rule: Rule) -> Callable[[StackValidationArgs, ReportViolation], None]:
    def validate(args: StackValidationArgs, report: ReportViolation) -> None:
        by_resource = {item.urn: item for item in args.resources}
        resources = Resources(
            tuple(
                Resource(
                    type=item.resource_type,
                    name=urn,
                    stack=urn.removeprefix("urn:pulumi:").split("::", 1)[0],
                    inputs=plain(item.props),
                )
                for urn, item in by_resource.items()
            )
        )
        for violation in rule.violations(resources):
            report(violation.message, violation.resource)

    return validate


def plain(value: Any) -> Any:
    """Copy inputs out of the pack's proxies, which raise at whatever a preview cannot know.

    A raise would turn the whole rule into a mere advice, so unknowns become their sentinel.
    """
    if isinstance(value, Mapping):
        return {key: _known(value, key) for key in value}
    if isinstance(value, Sequence) and not isinstance(value, str | bytes):
        return [_known(value, index) for index in range(len(value))]
    return value


def _known(container: Any, key: Any) -> Any:
    try:
        return plain(container[key])
    except UnknownValueError:
        return UNKNOWN
