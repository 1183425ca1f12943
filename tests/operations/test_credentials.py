"""Who is not let into AWS is told what to do, and a fault of the program shows where it arose."""

from __future__ import annotations

from pathlib import Path

import boto3
import botocore.exceptions as botocore
import pytest
from botocore.exceptions import ClientError

from cli.entry import run
from local.workfolder import WorkFolder
from operations.credentials import refused_access

ROOT = Path(__file__).parents[2]


@pytest.fixture(autouse=True)
def stranger(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Know no credentials, and ask nobody for any."""
    for name in ("ACCESS_KEY_ID", "SECRET_ACCESS_KEY", "SESSION_TOKEN", "PROFILE", "ENDPOINT_URL"):
        monkeypatch.delenv(f"AWS_{name}", raising=False)
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "config"))
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(tmp_path / "credentials"))


@pytest.mark.parametrize(
    ("name", "value"),
    [("REGION", "us-east-1"), ("PROFILE", "nobody"), ("ACCESS_KEY_ID", "half of them")],
)
def test_without_credentials_one_is_told_to_sign_in(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    monkeypatch.setenv(f"AWS_{name}", value)
    with pytest.raises(botocore.BotoCoreError) as failure:
        boto3.Session().client("sts", region_name="us-east-1").get_caller_identity()

    assert "REHEARSE=1" in (refused_access(failure.value) or "")


def answer(code: str) -> ClientError:
    return ClientError({"Error": {"Code": code, "Message": "no"}}, "GetObject")


@pytest.mark.parametrize("code", ["ExpiredToken", "InvalidClientTokenId", "SignatureDoesNotMatch"])
def test_credentials_that_are_not_valid_are_named(code: str) -> None:
    assert "valid now" in (refused_access(answer(code)) or "")


def test_a_right_that_is_missing_is_looked_for_in_the_account() -> None:
    assert "bootstrap-account" in (refused_access(answer("AccessDenied")) or "")


@pytest.mark.parametrize(
    "fault",
    [answer("ValidationException"), KeyError("it"), botocore.ParamValidationError(report="")],
)
def test_a_fault_of_the_program_is_none_of_these(fault: Exception) -> None:
    assert refused_access(fault) is None


def test_a_command_for_a_stack_on_aws_ends_in_one_message(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert run(WorkFolder.of(ROOT), ["status", "--stack", "dev"]) == 1

    said = capsys.readouterr().err
    assert said.startswith("error: AWS credentials were expected")
    assert "Traceback" not in said
