"""Which releases of Pulumi can be pinned."""

from __future__ import annotations

from pathlib import Path

import pytest

from cli.engine.release_lock import lock_release
from local.problems import LocalProblem
from local.workfolder import WorkFolder


@pytest.mark.parametrize("version", ["", "newest", "3.276", "v3.276.0", "3.276.0/../x", "3 2 1"])
def test_what_is_no_version_is_fetched_from_nowhere(tmp_path: Path, version: str) -> None:
    with pytest.raises(LocalProblem, match="Expected a release of Pulumi such as"):
        lock_release(WorkFolder.of(tmp_path, {}), version)
