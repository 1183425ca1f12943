"""Builds an earlier commit by its own packager, and reads what came of it."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
import tarfile
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from packager.answers import HOME_VARIABLE
from packager.errors import GitError, PackagingError
from packager.secrets import mask
from packager.store.manifest import BuiltArtifact, artifact_from
from packager.store.output import FUNCTIONS, LAYERS
from packager.store.wheels import LENDER_VARIABLE


@dataclass(frozen=True, kw_only=True, slots=True)
class BaseBuild:
    """All that an earlier commit shipped."""

    layers: Mapping[str, BuiltArtifact]
    functions: Mapping[str, BuiltArtifact]
    total_unzipped_bytes: Mapping[str, int]
    """Of each function with its layers."""


def build_base(
    root: Path, revision: str, options: Iterable[str], wheels: Path, work: Path
) -> BaseBuild:
    """Lay a commit out in a workspace and build it there.

    `options` are those of its command line; `wheels` lends what it needs of them.
    """
    tree, home = work / "tree", work / "home"
    done = subprocess.run(
        ["git", "archive", "--format=tar", "--end-of-options", f"{revision}^{{commit}}"],
        cwd=root,
        capture_output=True,
        check=False,
    )
    if done.returncode != 0:
        said = mask(done.stderr.decode("utf-8", "replace").strip())
        raise GitError(f"report: {revision!r} is no commit of this repository: {said}")
    with tarfile.open(fileobj=io.BytesIO(done.stdout)) as archive:
        archive.extractall(tree, filter="data")
    built = subprocess.run(
        [sys.executable, "-m", "packager", "all", *options],
        cwd=tree,
        env={
            **os.environ,
            # A project may have its packager from elsewhere.
            "PYTHONPATH": os.pathsep.join([str(tree), str(Path(__file__).parents[2])]),
            HOME_VARIABLE: str(home),
            LENDER_VARIABLE: str(wheels),
        },
        capture_output=True,
        text=True,
        check=False,
    )
    if built.returncode != 0:
        raise PackagingError(f"report: {revision} cannot be built:\n{mask(built.stderr.strip())}")
    return BaseBuild(
        layers=_artifacts(home, LAYERS),
        functions=_artifacts(home, FUNCTIONS),
        total_unzipped_bytes=_totals(built.stderr),
    )


def _artifacts(home: Path, kind: str) -> dict[str, BuiltArtifact]:
    found = sorted((home / "build" / kind).glob("*/*.json"))
    return {
        it.parent.name: artifact_from(
            json.loads(it.read_bytes()), it.parent.name, it.with_suffix(".zip")
        )
        for it in found
        if it.with_suffix(".zip").exists()
    }


def _totals(said: str) -> dict[str, int]:
    """Read the table that `all` prints; the sum with layers is its fifth column."""
    rows = (line.split() for line in said.splitlines())
    return {row[1]: int(row[4].replace(",", "")) for row in rows if row[:1] == ["function"]}
