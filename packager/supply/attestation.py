"""Holds what is to be promoted to the statements of those who built it."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Any

from packager.errors import GateError
from packager.inputs.keys import key_of
from packager.store.manifest import BuiltArtifact
from packager.supply.provenance import BUILD_TYPE, PREDICATE, STATEMENT


@dataclass(frozen=True, kw_only=True, slots=True)
class Trust:
    """Whose word counts."""

    knows_commit: Callable[[str], bool]
    """Whether a build from this commit may be promoted."""
    builders: tuple[str, ...] = ()
    """Ids of builders, with `*` for any part; none for whoever has built it."""
    accepts_dirty: bool = False
    """Whether files may have differed from the commit."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Claim:
    """What is to be promoted, and what is said of it."""

    what: str
    """As messages name it: `layer numbers`."""
    artifact: BuiltArtifact | None
    """What is kept or was built; None where nothing is."""
    statement: bytes | None


def require_attested(claims: Iterable[Claim], trust: Trust, remedy: str) -> None:
    """Raise one GateError with every claim that no statement bears out, and its remedy."""
    faults = [f"{claim.what}: {fault}" for claim in claims for fault in _claim_faults(claim, trust)]
    if faults:
        listed = "\n  ".join(faults)
        raise GateError(
            f"what would be promoted cannot be traced to where it was built:\n  {listed}\n{remedy}"
        )


def _claim_faults(claim: Claim, trust: Trust) -> Iterator[str]:
    if claim.artifact is None:
        yield "expected its zip in the bucket, found none"
        return
    if claim.statement is None:
        yield "expected its provenance in the bucket, found none"
        return
    try:
        statement = json.loads(claim.statement)
        faults = [
            *_subject_faults(statement, claim.artifact),
            *_origin_faults(statement["predicate"], trust),
        ]
    except (ValueError, KeyError, TypeError, AttributeError):
        yield "expected an in-toto statement with SLSA provenance, found something else"
        return
    yield from faults


def _subject_faults(statement: Mapping[str, Any], artifact: BuiltArtifact) -> Iterator[str]:
    """Compare digest, key and locks with what is there."""
    if (statement.get("_type"), statement.get("predicateType")) != (STATEMENT, PREDICATE):
        yield f"expected {STATEMENT} with {PREDICATE}, found another kind of statement"
    (subject,) = statement["subject"]
    about = statement["predicate"]["buildDefinition"]
    said, key = subject["digest"]["sha256"], about["externalParameters"]["key"]
    if about["buildType"] != BUILD_TYPE:
        yield f"expected a build of the kind {BUILD_TYPE}, found {about['buildType']}"
    if said != artifact.sha256:
        yield f"expected its provenance to be of SHA-256 {artifact.sha256}, found {said}"
    if key != artifact.key or key_of(artifact.inputs) != artifact.key:
        yield f"expected its provenance to be of the key {artifact.key}, found {key}"
    for name in ("lock", "locks"):
        expected, found = artifact.inputs.get(name), about["internalParameters"].get(name)
        if found != expected:
            yield f"expected the digest of its lock to be {expected}, found {found}"


def _origin_faults(predicate: Mapping[str, Any], trust: Trust) -> Iterator[str]:
    """Hold commit and builder to those whose word counts."""
    about = predicate["buildDefinition"]
    commits = [str(it["digest"]["gitCommit"]) for it in about["resolvedDependencies"]]
    builder = str(predicate["runDetails"]["builder"]["id"])
    if not trust.knows_commit(commit := commits[0] if commits else ""):
        yield f"expected a commit that was deployed or is part of this one, found {commit or None}"
    if not about["internalParameters"]["clean"] and not trust.accepts_dirty:
        yield f"expected the files of commit {commit[:12]}, found that some differed"
    if trust.builders and not any(fnmatchcase(builder, it) for it in trust.builders):
        yield f"expected a builder out of {', '.join(trust.builders)}, found {builder}"
