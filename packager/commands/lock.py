"""`python -m packager lock [--check]`: keep each layer's requirements and uv.lock together."""

from __future__ import annotations

import click

from packager.commands.in_project import in_project
from packager.inputs.locks import check_locks, write_locks
from packager.progress import say
from packager.project import Project


@click.command("lock")
@click.option("--check", is_flag=True, help="change nothing")
@in_project
def command(project: Project, check: bool) -> int:
    """Export each layer's requirements.txt from uv.lock, or check them."""
    root, layers = project.root, project.system.layers
    if check:
        check_locks(root, layers)
        say("locks: every layer's requirements.txt is what uv.lock gives")
        return 0
    changed = write_locks(root, layers)
    say(f"locks: wrote {', '.join(changed)}" if changed else "locks: nothing changed")
    return 0
