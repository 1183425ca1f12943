"""Holds what an update would make against the rules of policies/, and stops what breaks one."""

from __future__ import annotations

from operations.errors import OperationError
from policies.preview import PartialPreviewError, read_preview
from policies.rules import violations

PACK = ("--policy-pack", "policies")
"""How the official CLI is told to run the rules itself, while it plans and again while it makes."""

HELD = frozenset({"preview", "up"})
"""Verbs that plan what a stack would be."""

WHOLE = ("--json", "--show-sames")
"""How a preview is told to leave nothing out, for the rules look at all of a stack."""


def broken_rules(document: str) -> tuple[str, ...]:
    """Name every rule that a whole preview breaks, and where."""
    try:
        return tuple(str(violation) for violation in violations(read_preview(document)))
    except (PartialPreviewError, ValueError) as error:
        raise OperationError(f"the rules could not look at the preview: {error}") from error


def require_rules(document: str, stack: str) -> None:
    """Raise where a rule is broken, before anything is made."""
    if found := broken_rules(document):
        listed = "\n".join(f"  {line}" for line in found)
        raise OperationError(
            f"{stack} was not touched: {len(found)} violations of the rules in docs/controls.md:\n"
            f"{listed}\nMend what they name; a rule that is wrong is changed in policies/."
        )
