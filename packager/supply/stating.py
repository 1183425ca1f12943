"""Keeps in the artifact bucket who built what; a better statement takes a worse one's place."""

from __future__ import annotations

import json
import os
from pathlib import Path

from packager.store.bucket import ArtifactBucket
from packager.store.manifest import BuiltArtifact
from packager.store.output import Slot
from packager.supply.provenance import origin_of, written_statement


def state_layer(kept: ArtifactBucket, artifact: BuiltArtifact, slot: Slot, root: Path) -> None:
    """Keep beside a layer who built it: whoever it was fetched from, or else this machine."""
    said = kept.find_statement(artifact.name, artifact.key)
    try:
        statement = slot.statement.read_bytes()
    except FileNotFoundError:
        statement = written_statement(artifact, origin_of(root, os.environ))
    if _is_better(statement, said):
        kept.store_statement(artifact, statement)


def state_function(kept: ArtifactBucket, artifact: BuiltArtifact, root: Path) -> None:
    """Keep from what this machine has built a function's zip."""
    said = kept.find_function_statement(artifact.name, artifact.sha256)
    if said is None or not is_of_a_commit(said):
        statement = written_statement(artifact, origin_of(root, os.environ))
        if _is_better(statement, said):
            kept.store_function_statement(artifact, statement)


def may_be_bettered(statement: bytes | None, root: Path) -> bool:
    """Tell whether this checkout could say of a layer what nobody has said yet."""
    if statement is None:
        return True
    return not is_of_a_commit(statement) and origin_of(root, os.environ).clean


def is_of_a_commit(statement: bytes) -> bool:
    """Tell whether a statement is of exactly the files of a commit."""
    try:
        about = json.loads(statement)["predicate"]["buildDefinition"]
        return bool(about["internalParameters"]["clean"])
    except (ValueError, KeyError, TypeError):
        return False


def _is_better(statement: bytes, than: bytes | None) -> bool:
    return than is None or (is_of_a_commit(statement) and not is_of_a_commit(than))
