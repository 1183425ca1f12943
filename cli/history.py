"""What the last run of a stack changed, as the backend recorded it."""

from __future__ import annotations

import json

from cli.engine.backend import backend_url
from cli.engine.stack_file import PROJECT
from local.workfolder import WorkFolder
from operations.recovery.file_backend import backend_folder


def last_changes(work: WorkFolder, stack: str) -> dict[str, int]:
    """Give the number of resources by what was done with them; "same" is among them."""
    folder = backend_folder(backend_url(work)) / ".pulumi/history" / PROJECT / stack
    newest = max(folder.glob("*.history.json"), default=None)
    if newest is None:
        return {}
    changes: dict[str, int] = json.loads(newest.read_text()).get("resourceChanges") or {}
    return changes
