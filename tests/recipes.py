"""The recipes of docs/how-to.md, as its readers would take them."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Mapping
from pathlib import Path

PAGE = Path(__file__).parents[1] / "docs/how-to.md"
_RECIPE = re.compile(r"^## (.+?)\n.*?```diff\n(.*?)```", re.MULTILINE | re.DOTALL)


def recipes() -> Mapping[str, str]:
    """Give each recipe's diff by its title."""
    sections = PAGE.read_text(encoding="utf-8").split("\n## ")
    found = (_RECIPE.match(f"## {section}") for section in sections)
    return {match[1]: match[2] for match in found if match}


def apply(diff: str, root: Path, *options: str) -> str:
    """Change a checkout as a diff says; what git says of one that does not fit."""
    done = subprocess.run(
        ["git", "apply", *options],
        input=diff,
        cwd=root,
        capture_output=True,
        text=True,
        check=False,
    )
    return done.stderr
