from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from packager.errors import GateError
from packager.store.manifest import BuiltArtifact
from packager.supply.attestation import Claim, Trust, require_attested
from packager.supply.provenance import Origin, statement_of, written_statement
from tests.packager.supply.shipped import artifact

ORIGIN = Origin(commit="c" * 40, clean=True, builder="urn:packager:workstation")
TRUST = Trust(knows_commit=lambda it: it == ORIGIN.commit)


@pytest.fixture
def zipped(tmp_path: Path) -> BuiltArtifact:
    return artifact(tmp_path, {"a.py": ""})


def hold(zipped: BuiltArtifact | None, statement: bytes | None, trust: Trust = TRUST) -> None:
    claim = Claim(what="layer numbers", artifact=zipped, statement=statement)
    require_attested([claim], trust, "Build it again.")


def test_an_artifact_with_its_own_statement_is_attested(zipped: BuiltArtifact) -> None:
    hold(zipped, written_statement(zipped, ORIGIN))


def test_bytes_that_a_statement_is_not_of_are_refused(zipped: BuiltArtifact) -> None:
    statement = written_statement(zipped, ORIGIN)
    with pytest.raises(GateError, match=r"expected its provenance to be of SHA-256 0{64}, found"):
        hold(replace(zipped, sha256="0" * 64), statement)


def test_a_statement_of_another_lock_is_refused(zipped: BuiltArtifact) -> None:
    moved = replace(zipped, inputs={**zipped.inputs, "lock": "bb"})
    with pytest.raises(GateError, match="digest of its lock to be bb, found aa"):
        hold(moved, written_statement(zipped, ORIGIN))


def test_a_statement_of_another_key_is_refused(zipped: BuiltArtifact) -> None:
    statement = written_statement(replace(zipped, key="f" * 64), ORIGIN)
    with pytest.raises(GateError, match=f"of the key {zipped.key}, found f{{64}}"):
        hold(zipped, statement)


@pytest.mark.parametrize(
    ("origin", "fault"),
    [
        (replace(ORIGIN, commit="d" * 40), f"part of this one, found {'d' * 40}"),
        (Origin(commit="", clean=False, builder="b"), "part of this one, found None"),
        (replace(ORIGIN, clean=False), "expected the files of commit cccccccccccc, found"),
    ],
)
def test_a_statement_of_a_commit_that_does_not_count_is_refused(
    zipped: BuiltArtifact, origin: Origin, fault: str
) -> None:
    statement = written_statement(zipped, origin)
    with pytest.raises(GateError, match=fault):
        hold(zipped, statement)
    hold(zipped, statement, Trust(knows_commit=lambda _: True, accepts_dirty=True))


def test_only_builders_that_are_named_count_where_any_are(zipped: BuiltArtifact) -> None:
    github = "https://github.example/us/it/.github/workflows/main.yml@refs/heads/"
    trust = replace(TRUST, builders=("urn:packager:workstation", f"{github}main"))
    hold(zipped, written_statement(zipped, replace(ORIGIN, builder=f"{github}main")), trust)
    with pytest.raises(GateError, match=r"expected a builder out of .*, found .*heads/other"):
        hold(zipped, written_statement(zipped, replace(ORIGIN, builder=f"{github}other")), trust)


@pytest.mark.parametrize(
    "content", [b"", b"[]", b'"text"', b'{"subject": []}', b'{"predicate": {}}', b"\xff"]
)
def test_what_is_no_statement_is_refused(zipped: BuiltArtifact, content: bytes) -> None:
    with pytest.raises(GateError, match="expected an in-toto statement"):
        hold(zipped, content)


@pytest.mark.parametrize(
    "change",
    [
        lambda it: {**it, "predicateType": "https://example.com/vulns"},
        lambda it: {**it, "_type": "https://example.com/Statement"},
    ],
)
def test_another_kind_of_statement_is_refused(
    zipped: BuiltArtifact, change: Callable[[Any], Any]
) -> None:
    other = change(statement_of(zipped, ORIGIN))
    with pytest.raises(GateError, match="found another kind"):
        hold(zipped, json.dumps(other).encode())


def test_what_nothing_vouches_for_is_named_all_at_once(zipped: BuiltArtifact) -> None:
    claims = [
        Claim(what="layer a", artifact=zipped, statement=None),
        Claim(what="layer b", artifact=None, statement=b"{}"),
    ]
    with pytest.raises(GateError) as refusal:
        require_attested(claims, TRUST, "Build it again.")
    assert str(refusal.value).splitlines() == [
        "what would be promoted cannot be traced to where it was built:",
        "  layer a: expected its provenance in the bucket, found none",
        "  layer b: expected its zip in the bucket, found none",
        "Build it again.",
    ]
