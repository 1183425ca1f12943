"""Checkov over the program's plan: what it finds is what docs/controls.md waives, with a reason."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from policies.model import Resource
from tests.policies.terraform_plan import terraform_plan
from tests.recorded_program import recorded

pytestmark = [pytest.mark.integration, pytest.mark.timeout(600)]

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs/controls.md").read_text(encoding="utf-8")
LOCKED = Path(__file__).parent / "checkov"
IDENTIFIER = re.compile(r"\bCKV2?_AWS_\d+\b")
SWITCHES = (
    "--framework",
    "terraform_plan",
    "-o",
    "json",
    "--compact",
    "--quiet",
    "--skip-download",
)


@pytest.fixture(scope="module")
def checkov() -> Path:
    """Give the locked program, in an environment of its own: it pins boto3 otherwise than we do."""
    home = Path(os.environ.get("ALCHEMISER_HOME", ROOT / ".alchemiser")) / "tools/checkov"
    subprocess.run(
        [ROOT / ".venv/bin/uv", "sync", "--frozen", "--quiet", "--python", sys.executable],
        cwd=LOCKED,
        env={**os.environ, "UV_PROJECT_ENVIRONMENT": str(home), "VIRTUAL_ENV": ""},
        check=True,
    )
    return home / "bin/checkov"


def findings(
    checkov: Path, resources: Iterable[Resource], folder: Path
) -> Iterator[tuple[str, str]]:
    plan = folder / "plan.json"
    plan.write_text(json.dumps(terraform_plan(resources)))
    answer = subprocess.run(
        [checkov, "-f", plan, *SWITCHES], capture_output=True, text=True, check=False
    )
    report: dict[str, Any] = json.loads(answer.stdout)
    assert report["summary"]["resource_count"] > 200
    assert report["summary"]["passed"] > 400
    for failure in report["results"]["failed_checks"]:
        yield failure["check_id"], failure["resource"]


def waived() -> dict[str, str]:
    """Read the identifiers on the page's list of waivers, each with its reason."""
    section = PAGE.partition("## Waived")[2].partition("\n## ")[0]
    rows = [line.strip("|").split("|") for line in section.splitlines() if line.startswith("| ")]
    return {name: row[1].strip() for row in rows for name in IDENTIFIER.findall(row[0])}


def test_whatever_fails_is_waived_and_whatever_is_waived_fails(
    checkov: Path, tmp_path: Path
) -> None:
    found = {
        name
        for stack in ("dev", "prod")
        for name, _ in findings(checkov, recorded(stack).resources.all, tmp_path)
    }

    assert found == set(waived())


def test_a_planted_fault_is_found_where_it_was_planted(checkov: Path, tmp_path: Path) -> None:
    planted = [
        replace(item, inputs={**item.inputs, "enableKeyRotation": False})
        if item.name == "topics-key"
        else item
        for item in recorded("prod").resources.all
    ]

    found = set(findings(checkov, planted, tmp_path))
    assert ("CKV_AWS_7", "aws_kms_key.topics_key") in found


def test_no_control_is_both_applied_and_waived() -> None:
    applied = set(IDENTIFIER.findall(PAGE.partition("## Applied")[2].partition("## Waived")[0]))

    assert applied & set(waived()) == set()


def test_every_waiver_has_a_reason() -> None:
    assert all(len(reason) > 40 for reason in waived().values())
