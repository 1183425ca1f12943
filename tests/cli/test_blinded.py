"""A pull request's preview sees the stack's state and none of its secrets."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import boto3
import pytest
import yaml

from cli.blinded import SECRET, SIGNATURE, STAND_IN, VALUES, Backend, blind_state, blinded_engine
from cli.engine.stack_file import SALT
from operations.errors import OperationError
from tests.cli.programs import program
from tests.quick_moto import mock_aws
from tests.stack_files import PROVIDERS, as_cloned, filled

ROOT = Path(__file__).parents[2]
CIPHERTEXT = "AQICAHh0aGUgYnJva2VyJ3Mga2V5"
SEALED = {SIGNATURE: SECRET, "ciphertext": CIPHERTEXT}
STATE: dict[str, Any] = {
    "version": 3,
    "checkpoint": {
        "stack": "organization/alchemiser/dev",
        "latest": {
            "secrets_providers": {"type": "cloud", "state": {"encryptedkey": CIPHERTEXT}},
            "resources": [
                {"urn": "urn:a", "type": "aws:sqs/queue:Queue", "inputs": {"name": "a"}},
                {"urn": "urn:b", "type": VALUES, "inputs": {"secretStringWo": SEALED}},
                {"urn": "urn:c", "type": "x:y:Z", "outputs": {"deep": [{"it": SEALED}]}},
            ],
        },
    },
}


def written(folder: Path) -> str:
    return "\n".join(path.read_text() for path in folder.rglob("*") if path.is_file())


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    root = tmp_path / "checkout"
    root.mkdir()
    text = as_cloned((ROOT / "Pulumi.dev.yaml").read_text(), "dev")
    (root / "Pulumi.dev.yaml").write_text(filled(text, "awskms"))
    return root


def test_nothing_that_is_encrypted_is_in_the_copy(checkout: Path, tmp_path: Path) -> None:
    real, copy = tmp_path / "real", tmp_path / "copy"
    (real / ".pulumi/stacks/alchemiser").mkdir(parents=True)
    (real / ".pulumi/stacks/alchemiser/dev.json").write_text(json.dumps(STATE))
    backend = Backend(url=f"file://{real}", s3=None)  # type: ignore[arg-type]

    blinded_engine("dev", backend, checkout, copy)

    assert CIPHERTEXT in written(real)
    assert CIPHERTEXT not in written(copy)
    assert PROVIDERS["awskms"]["encryptedkey"] not in written(copy)
    assert "secret_values" not in written(copy)


def test_all_that_is_no_secret_is_in_the_copy_as_it_was() -> None:
    latest = blind_state(STATE)["checkpoint"]["latest"]

    assert latest["secrets_providers"] == {"type": "passphrase", "state": {"salt": SALT}}
    queue, other = latest["resources"]
    assert queue == STATE["checkpoint"]["latest"]["resources"][0]
    assert other["outputs"] == {"deep": [{"it": {SIGNATURE: SECRET, "ciphertext": STAND_IN}}]}


def test_a_bucket_is_read_where_the_stacks_objects_are() -> None:
    with mock_aws():
        s3 = boto3.client("s3", region_name="us-east-1")
        s3.create_bucket(Bucket="alchemiser-state-1")
        key = "team/.pulumi/stacks/alchemiser/dev.json"
        s3.put_object(Bucket="alchemiser-state-1", Key=key, Body=json.dumps(STATE).encode())

        backend = Backend(url="s3://alchemiser-state-1/team?region=us-east-1", s3=s3)
        assert backend.state("dev") == STATE


def test_a_backend_that_is_no_file_is_refused_by_its_url() -> None:
    backend = Backend(url="https://api.pulumi.com", s3=None)  # type: ignore[arg-type]

    with pytest.raises(OperationError, match="expected to be s3"):
        backend.state("dev")


def test_the_preview_runs_on_the_copy(
    checkout: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real, copy = tmp_path / "real", tmp_path / "copy"
    (real / ".pulumi/stacks/alchemiser").mkdir(parents=True)
    (real / ".pulumi/stacks/alchemiser/dev.json").write_text(json.dumps(STATE))
    asked = tmp_path / "asked"
    script = f'echo "$PULUMI_BACKEND_URL $*" > {asked}; echo \'{{"steps": []}}\''
    path = program(tmp_path / "bin/pulumi", script)
    monkeypatch.setenv("PATH", str(path.parent), prepend=":")
    monkeypatch.setenv("PULUMI_BACKEND_URL", "s3://the-real-one")

    engine = blinded_engine("dev", Backend(url=f"file://{real}", s3=None), checkout, copy)  # type: ignore[arg-type]
    engine.plan("preview")

    said = asked.read_text()
    assert said.startswith(f"file://{copy} preview --json")
    assert f"--config-file {copy}/Pulumi.dev.yaml --stack dev" in said
    config = yaml.safe_load((copy / "Pulumi.dev.yaml").read_text())["config"]
    assert config["alchemiser:account_id"] == "111111111111"
