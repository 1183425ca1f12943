"""`local/pulumi preview --json | python -m policies.check`: the rules without a policy pack."""

from __future__ import annotations

import sys

from policies.preview import read_preview
from policies.rules import RULES, violations


def main(text: str) -> int:
    """Print every violation; 0 only when there is none and something was looked at."""
    resources = read_preview(text)
    if not resources:
        print("expected the JSON of a preview with resources, found none", file=sys.stderr)
        return 2
    found = violations(resources)
    for violation in found:
        print(violation)
    print(f"{len(RULES)} rules, {len(resources)} resources, {len(found)} violations")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(sys.stdin.read()))
