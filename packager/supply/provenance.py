"""Binds an artifact's digest to what it was made from, as an in-toto statement.

Statement: https://github.com/in-toto/attestation/blob/main/spec/v1/statement.md
Predicate: https://slsa.dev/spec/v1.0/provenance
"""

from __future__ import annotations

import json
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from packager.errors import PackagingError
from packager.store.manifest import BuiltArtifact

STATEMENT = "https://in-toto.io/Statement/v1"
PREDICATE = "https://slsa.dev/provenance/v1"
WORKSTATION = "urn:packager:workstation"
"""Builder where no runner of GitHub says that it is one."""
BUILD_TYPE = "urn:packager:layer-or-function:v1"


@dataclass(frozen=True, kw_only=True, slots=True)
class Origin:
    """Where and from what a build was made."""

    commit: str
    """Of the checkout; empty where there is no repository."""
    clean: bool
    """Whether the checkout was exactly that commit."""
    builder: str
    """URI of what ran the build: a workflow's on GitHub, else WORKSTATION."""


def origin_of(root: Path, environment: Mapping[str, str]) -> Origin:
    """Read the commit from git, and the builder from the variables that a runner of GitHub sets.

    https://docs.github.com/en/actions/reference/workflows-and-actions/variables
    """
    commit = _git(root, "rev-parse", "HEAD")
    github = environment.get("GITHUB_SERVER_URL")
    workflow = environment.get("GITHUB_WORKFLOW_REF")
    return Origin(
        commit=commit,
        clean=bool(commit) and not _git(root, "status", "--porcelain"),
        builder=f"{github}/{workflow}" if github and workflow else WORKSTATION,
    )


def statement_of(artifact: BuiltArtifact, origin: Origin) -> Mapping[str, Any]:
    """Say of an artifact what it was made from."""
    inputs = dict(artifact.inputs)
    locks = {name: inputs[name] for name in ("lock", "locks") if name in inputs}
    material = [{"uri": f"git+commit:{origin.commit}", "digest": {"gitCommit": origin.commit}}]
    return {
        "_type": STATEMENT,
        "subject": [{"name": f"{artifact.name}.zip", "digest": {"sha256": artifact.sha256}}],
        "predicateType": PREDICATE,
        "predicate": {
            "buildDefinition": {
                "buildType": BUILD_TYPE,
                "externalParameters": {"name": artifact.name, "key": artifact.key},
                "internalParameters": {
                    **{name: inputs[name] for name in ("kind", "rules", "python", "platform")},
                    **locks,
                    "clean": origin.clean,
                },
                "resolvedDependencies": material if origin.commit else [],
            },
            "runDetails": {"builder": {"id": origin.builder}},
        },
    }


def written_statement(artifact: BuiltArtifact, origin: Origin) -> bytes:
    """Spell a statement as it is kept beside the artifact."""
    return json.dumps(statement_of(artifact, origin), indent=1, sort_keys=True).encode()


def _git(root: Path, *arguments: str) -> str:
    try:
        done = subprocess.run(
            ["git", *arguments], cwd=root, capture_output=True, text=True, check=False
        )
    except OSError as error:
        raise PackagingError(f"expected git on PATH, to name the commit: {error}") from None
    return done.stdout.strip() if done.returncode == 0 else ""
