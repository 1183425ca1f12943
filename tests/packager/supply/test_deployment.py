"""What goes to AWS is tried first, on the Python that it is for; elsewhere that may be left out."""

from __future__ import annotations

import json
from dataclasses import replace

import boto3
import pytest

from blueprint import System
from packager.check import built
from packager.check.interpreters import Unavailable
from packager.errors import GateError
from packager.store.bucket import ArtifactBucket
from packager.supply.deployment import DeploymentGate
from packager.target import Target
from tests.packager.projects import Project, sources_layer

REASON = "no Python 3.12 is here, and uv could not install one"


def gate(project: Project, told: list[str], *, insists: bool) -> DeploymentGate:
    return DeploymentGate(
        root=project.root,
        system=System(name="sample", functions=(project.handler(),), layers=()),
        output_dir=project.output_dir,
        bucket=None,
        budget_bytes=1_000_000,
        warn=told.append,
        insists=insists,
    )


def test_what_a_function_was_made_from_is_kept_for_whoever_promotes_it(
    project: Project, emulated_s3: None
) -> None:
    boto3.client("s3").create_bucket(Bucket="artifacts")
    project.write("the_alchemiser/shared/money.py", "A = 1\n")
    spec = replace(project.handler(), layers=("shared",))
    system = System(name="sample", functions=(spec,), layers=(sources_layer(),))
    checked = replace(gate(project, [], insists=False), system=system, bucket="artifacts")

    checked("greet")

    built = project.build_function(spec, Target.of(system, spec.architecture))
    statement = ArtifactBucket.connect("artifacts").find_function_statement("greet", built.sha256)
    assert statement is not None
    assert json.loads(statement)["subject"][0]["digest"]["sha256"] == built.sha256


@pytest.fixture
def without_python(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(built, "find_interpreter", lambda target: Unavailable(REASON))


@pytest.mark.usefixtures("without_python")
def test_untried_imports_are_refused_on_their_way_to_aws(project: Project) -> None:
    told: list[str] = []

    with pytest.raises(GateError, match=r"uv python install 3\.12") as refused:
        gate(project, told, insists=True)("greet")

    assert REASON in str(refused.value)
    assert told == []


@pytest.mark.usefixtures("without_python")
def test_untried_imports_are_told_of_where_nothing_reaches_aws(project: Project) -> None:
    told: list[str] = []

    gate(project, told, insists=False)("greet")

    assert told == [f"function greet: its imports were not tried: not run: {REASON}"]
