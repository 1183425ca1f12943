"""`python -m packager lock [--check]`: keep each layer's requirements and uv.lock together."""

from __future__ import annotations

from argparse import Namespace
from pathlib import Path

from packager.inputs.locks import check_locks, write_locks
from packager.progress import say
from packager.system import load_system
from packager.target import Target


def run(root: Path, target: Target, options: Namespace) -> int:
    """Export the locks, or refuse when they differ."""
    layers = load_system(root).layers
    if options.check:
        check_locks(root, layers)
        say("locks: every layer's requirements.txt is what uv.lock gives")
        return 0
    changed = write_locks(root, layers)
    say(f"locks: wrote {', '.join(changed)}" if changed else "locks: nothing changed")
    return 0
