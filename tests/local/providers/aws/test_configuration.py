"""The provider's own settings."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from pulumi.runtime.proto import provider_pb2 as pb

from attached_providers.aws import configuration
from attached_providers.aws.provider import AwsProvider
from attached_providers.wire import Secret, dump
from tests.local.providers.engine import Engine, RefusedError
from tests.quick_moto import mock_aws

ACCOUNT = "123456789012"
KEYS = {"region": "us-east-1", "accessKey": "testing", "secretKey": "testing"}


@pytest.fixture
def fresh() -> Iterator[Engine]:
    with mock_aws():
        yield Engine(AwsProvider())


def failures(**settings: object) -> dict[str, str]:
    return dict(configuration.failures(settings))


def test_settings_that_the_sdk_sends_as_text_are_read() -> None:
    settings = configuration.read(
        {
            "region": "eu-west-1",
            "secretKey": Secret("hidden"),
            "endpoints": '[{"lambda": "http://one", "eventbridge": "http://two"}]',
            "defaultTags": '{"tags": {"a": "1"}}',
            "allowedAccountIds": '["1"]',
            "s3UsePathStyle": "true",
            "skipCredentialsValidation": "false",
        }
    )
    assert settings.endpoints == {"lambda": "http://one", "events": "http://two"}
    assert settings.default_tags == {"a": "1"}
    assert settings.allowed_account_ids == ("1",)
    assert (settings.s3_use_path_style, settings.skip_credentials_validation) == (True, False)
    assert settings.secret_key == "hidden"
    assert "hidden" not in repr(settings)


def test_unknown_settings_and_services_are_refused_by_name() -> None:
    assert "httpProxy is not supported" in failures(httpProxy="x")["httpProxy"]
    assert failures(endpoints='[{"ec2": "http://one"}]') == {
        "endpoints": "endpoint of unknown service ec2"
    }
    assert "allowedAccountIds cannot be 'x'" in failures(allowedAccountIds="x")["allowedAccountIds"]
    assert failures(region="eu-west-1", s3UsePathStyle="true") == {}


def test_a_foreign_account_is_refused(fresh: Engine) -> None:
    with pytest.raises(RefusedError, match=f"AWS account {ACCOUNT} is not allowed: .* 999"):
        fresh.configure(**KEYS, allowedAccountIds='["999"]')
    with pytest.raises(RefusedError, match=f"AWS account {ACCOUNT} is not allowed"):
        fresh.configure(
            **KEYS, forbiddenAccountIds=f'["{ACCOUNT}"]', skipCredentialsValidation="true"
        )
    fresh.configure(**KEYS, allowedAccountIds=f'["{ACCOUNT}"]')


def test_missing_credentials_are_told_before_anything_is_touched(
    fresh: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", "/nowhere")
    monkeypatch.setenv("AWS_CONFIG_FILE", "/nowhere")
    with pytest.raises(RefusedError, match="no valid AWS credentials: NoCredentialsError"):
        fresh.configure(region="us-east-1")


def test_a_missing_region_is_told(fresh: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("AWS_REGION", "AWS_DEFAULT_REGION"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_CONFIG_FILE", "/nowhere")
    with pytest.raises(RefusedError, match="no AWS region: expected aws:region"):
        fresh.configure(accessKey="testing", secretKey="testing")


def test_a_call_before_the_configuration_is_refused(fresh: Engine) -> None:
    with pytest.raises(RefusedError, match="asked before it was configured"):
        fresh.create("aws:sqs/queue:Queue", {"name": "first"})


def test_the_account_region_and_partition_are_told(fresh: Engine) -> None:
    fresh.configure(**KEYS)
    identity = fresh.invoke("aws:index/getCallerIdentity:getCallerIdentity")
    assert (identity["accountId"], identity["id"]) == (ACCOUNT, ACCOUNT)
    region = fresh.invoke("aws:index/getRegion:getRegion")
    assert (region["name"], region["description"]) == ("us-east-1", "US East (N. Virginia)")
    assert fresh.invoke("aws:index/getPartition:getPartition")["dnsSuffix"] == "amazonaws.com"
    with pytest.raises(RefusedError, match="getAmi is unknown"):
        fresh.invoke("aws:ec2/getAmi:getAmi")


def test_a_changed_setting_makes_no_resource_anew(fresh: Engine) -> None:
    request = pb.DiffRequest(
        old_inputs=dump({"region": "us-east-1", "endpoints": "[]"}),
        news=dump({"region": "us-east-1", "endpoints": "[1]"}),
    )
    answer = fresh.provider.DiffConfig(request, fresh.connection)
    assert (list(answer.diffs), list(answer.replaces)) == (["endpoints"], [])
