"""All rules."""

from __future__ import annotations

from collections.abc import Iterable

from policies import iam_rules, lambda_rules, messaging_rules, storage_rules, watching_rules
from policies.model import Resource, Resources, Rule, Violation

RULES: tuple[Rule, ...] = (
    *lambda_rules.RULES,
    *iam_rules.RULES,
    *messaging_rules.RULES,
    *storage_rules.RULES,
    *watching_rules.RULES,
)


def violations(resources: Iterable[Resource]) -> list[Violation]:
    """Hold resources against every rule."""
    found = Resources(tuple(resources))
    return [violation for rule in RULES for violation in rule.violations(found)]
