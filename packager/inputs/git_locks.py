"""What is committed of a git layer: which commit it is, and which wheel that becomes."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from packager.errors import LockError

if TYPE_CHECKING:
    from blueprint import LayerSpec

LAYERS_FOLDER = "layers"


@dataclass(frozen=True, kw_only=True, slots=True)
class GitLock:
    """One package at one commit."""

    package: str
    version: str
    repository: str
    commit: str
    subdirectory: str
    wheel: str
    sha256: str


def git_lock_path(root: Path, layer: str) -> Path:
    """Say where the commit and the wheel of a git layer are committed."""
    return root / LAYERS_FOLDER / layer / "git.json"


def read_git_lock(content: bytes | str, spec: LayerSpec) -> GitLock:
    """Read a git layer's lock, which must be for what the catalogue names now."""
    try:
        lock = GitLock(**json.loads(content))
    except (ValueError, TypeError):
        raise _refusal(spec, "is damaged") from None
    source = spec.git
    wanted = None if source is None else (source.repository, source.commit, source.subdirectory)
    if (lock.repository, lock.commit, lock.subdirectory) != wanted:
        raise _refusal(spec, f"is for commit {lock.commit} and not for what the catalogue names")
    return lock


def is_current(root: Path, spec: LayerSpec) -> bool:
    """Tell whether a layer's lock is whole and for what the catalogue names now."""
    try:
        read_git_lock(git_lock_path(root, spec.name).read_bytes(), spec)
    except (LockError, FileNotFoundError):
        return False
    return True


def written_form(lock: GitLock) -> str:
    """Spell a lock as it is committed."""
    return json.dumps(asdict(lock), indent=2) + "\n"


def _refusal(spec: LayerSpec, what: str) -> LockError:
    return LockError(
        f"layer {spec.name}: layers/{spec.name}/git.json {what}. Run `python -m packager lock` and "
        "commit what it writes."
    )
