"""Binds an artifact's digest to what it was made from, as an in-toto statement.

Statement: https://github.com/in-toto/attestation/blob/main/spec/v1/statement.md
Predicate: https://slsa.dev/spec/v1.0/provenance
"""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from packager.errors import GateError, PackagingError
from packager.inputs.keys import key_of
from packager.store.manifest import BuiltArtifact

STATEMENT = "https://in-toto.io/Statement/v1"
PREDICATE = "https://slsa.dev/provenance/v1"
BUILD_TYPE = "urn:packager:layer-or-function:v1"


@dataclass(frozen=True, kw_only=True, slots=True)
class Origin:
    """Where and from what a build was made."""

    commit: str
    """Of the checkout; empty where there is no repository."""
    clean: bool
    """Whether the checkout was exactly that commit."""
    builder: str
    """URI of what ran the build: a workflow's on a forge, else `urn:packager:workstation`."""


def origin_of(root: Path, environment: Mapping[str, str]) -> Origin:
    """Read the commit from git, and the builder from the variables that a forge's runner sets.

    https://docs.github.com/en/actions/reference/workflows-and-actions/variables
    """
    commit = _git(root, "rev-parse", "HEAD")
    forge = environment.get("GITHUB_SERVER_URL")
    workflow = environment.get("GITHUB_WORKFLOW_REF")
    return Origin(
        commit=commit,
        clean=bool(commit) and not _git(root, "status", "--porcelain"),
        builder=f"{forge}/{workflow}" if forge and workflow else "urn:packager:workstation",
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


def check_statement(content: bytes, artifact: BuiltArtifact) -> None:
    """Refuse a statement that is not about these bytes, or not about these inputs."""
    faults = list(_faults(content, artifact))
    if faults:
        raise GateError(
            f"the provenance of {artifact.name} {artifact.key[:12]}: {'; '.join(faults)}. Do not "
            "promote it: build and deploy it again where it came from."
        )


class Statements(Protocol):
    """Where artifacts are kept with what they were made from, as ArtifactBucket keeps them."""

    def find_layer(self, name: str, key: str, path: Path) -> BuiltArtifact | None:
        """Return what is said of a layer."""

    def find_statement(self, name: str, key: str) -> bytes | None:
        """Return the statement beside it."""


def require_attested(kept: Statements, layers: Mapping[str, str]) -> None:
    """Hold each layer, by its key, to the statement beside it; GateError names all that fail."""
    faults = []
    for name, key in layers.items():
        what = f"layer {name} {key[:12]}"
        artifact, statement = kept.find_layer(name, key, Path()), kept.find_statement(name, key)
        if artifact is None:
            faults.append(f"{what}: expected its layer in the bucket, found none")
        elif statement is None:
            faults.append(f"{what}: expected its provenance in the bucket, found none")
        else:
            faults += [f"{what}: {fault}" for fault in _faults(statement, artifact)]
    if faults:
        raise GateError(
            "what would be promoted cannot be traced to where it was built:\n  "
            + "\n  ".join(faults)
            + "\nDeploy it again where it came from, then promote."
        )


def _faults(content: bytes, artifact: BuiltArtifact) -> Iterator[str]:
    try:
        statement = json.loads(content)
        (subject,) = statement["subject"]
        said, about = subject["digest"]["sha256"], statement["predicate"]["buildDefinition"]
        key, inputs = about["externalParameters"]["key"], about["internalParameters"]
    except (ValueError, KeyError, TypeError):
        yield "expected an in-toto statement with SLSA provenance, found something else"
        return
    if (statement.get("_type"), statement.get("predicateType")) != (STATEMENT, PREDICATE):
        yield f"expected {STATEMENT} with {PREDICATE}, found another kind of statement"
    if said != artifact.sha256:
        yield f"expected it to be about SHA-256 {artifact.sha256}, found {said}"
    if key != artifact.key or key_of(artifact.inputs) != artifact.key:
        yield f"expected the key {artifact.key}, found {key}"
    for name in ("lock", "locks"):
        if inputs.get(name) != artifact.inputs.get(name):
            yield "expected the digest of its lock to be that of this checkout, found another"


def _git(root: Path, *arguments: str) -> str:
    try:
        done = subprocess.run(
            ["git", *arguments], cwd=root, capture_output=True, text=True, check=False
        )
    except OSError as error:
        raise PackagingError(f"expected git on PATH, to name the commit: {error}") from None
    return done.stdout.strip() if done.returncode == 0 else ""
