"""`python -m packager lock [--check]`: keep each layer's requirements and uv.lock together."""

from __future__ import annotations

from argparse import Namespace
from pathlib import Path
from typing import TYPE_CHECKING

from packager.inputs.locks import check_locks, write_locks
from packager.progress import say

if TYPE_CHECKING:
    from blueprint import System


def run(root: Path, system: System, options: Namespace) -> int:
    """Export the locks, or refuse when they differ."""
    layers = system.layers
    if options.check:
        check_locks(root, layers)
        say("locks: every layer's requirements.txt is what uv.lock gives")
        return 0
    changed = write_locks(root, layers)
    say(f"locks: wrote {', '.join(changed)}" if changed else "locks: nothing changed")
    return 0
