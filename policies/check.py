"""Runs the rules over a preview, where a policy pack cannot run.

`pulumi preview --json --show-sames | python -m policies.check`
"""

from __future__ import annotations

import sys

from policies.preview import PartialPreviewError, read_preview
from policies.rules import RULES, violations


def main(text: str) -> int:
    """Print every violation; 0 only when there is none and something was looked at."""
    try:
        resources = read_preview(text)
    except (PartialPreviewError, ValueError) as error:
        print(f"not the JSON of a whole preview: {error}", file=sys.stderr)
        return 2
    found = violations(resources)
    for violation in found:
        print(violation)
    print(f"{len(RULES)} rules, {len(resources)} resources, {len(found)} violations")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(sys.stdin.read()))
