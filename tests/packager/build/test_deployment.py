"""What goes to AWS is tried first, on the Python that it is for; elsewhere that may be left out."""

from __future__ import annotations

import pytest

from blueprint import System
from packager.build.deployment import DeploymentGate
from packager.check import built
from packager.check.interpreters import Unavailable
from packager.errors import GateError
from tests.packager.projects import Project

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
