"""AWS's errors become ours: later, or never."""

from __future__ import annotations

from typing import Any

import pytest
from botocore.exceptions import (
    ClientError,
    EndpointConnectionError,
    NoCredentialsError,
    ReadTimeoutError,
)

from tests.cloud import Cloud
from the_alchemiser.shared.aws import ATTEMPTS, aws_errors, client
from the_alchemiser.shared.errors import (
    AlchemiserError,
    ConfigurationError,
    PermanentError,
    TransientError,
)
from the_alchemiser.shared.secrets import read_secret


def refused(code: str, status: int = 400, reasons: list[str] | None = None) -> ClientError:
    response: dict[str, Any] = {
        "Error": {"Code": code, "Message": "because"},
        "ResponseMetadata": {"HTTPStatusCode": status},
    }
    if reasons is not None:
        response["CancellationReasons"] = [{"Code": reason} for reason in reasons]
    return ClientError(response, "Op")  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("error", "expected"),
    [
        (refused("ThrottlingException"), TransientError),
        (refused("ProvisionedThroughputExceededException"), TransientError),
        (refused("SlowDown", 503), TransientError),
        (refused("Whatever", 500), TransientError),
        (refused("AccessDeniedException", 403), PermanentError),
        (refused("ValidationException"), PermanentError),
        (
            refused("TransactionCanceledException", 400, ["None", "TransactionConflict"]),
            TransientError,
        ),
        (
            refused(
                "TransactionCanceledException",
                400,
                ["ConditionalCheckFailed", "TransactionConflict"],
            ),
            PermanentError,
        ),
        (refused("TransactionCanceledException", 400, ["None"]), PermanentError),
        (EndpointConnectionError(endpoint_url="http://x"), TransientError),
        (ReadTimeoutError(endpoint_url="http://x"), TransientError),
        (NoCredentialsError(), ConfigurationError),
    ],
)
def test_every_error_is_ours(error: Exception, expected: type[AlchemiserError]) -> None:
    with pytest.raises(AlchemiserError, match="could not try it") as caught, aws_errors("try it"):
        raise error
    assert type(caught.value) is expected
    assert caught.value.__cause__ is error


def test_other_errors_pass() -> None:
    with pytest.raises(ZeroDivisionError), aws_errors("try it"):
        raise ZeroDivisionError


def test_clients_are_made_once_and_wait_within_bounds(cloud: Cloud) -> None:
    made = client("sqs")
    assert client("sqs") is made
    assert made.meta.config.retries["total_max_attempts"] == ATTEMPTS
    assert made.meta.config.read_timeout == 10


def test_clients_follow_the_endpoint_in_the_environment(
    cloud: Cloud, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:4566")
    assert client("events").meta.endpoint_url == "http://127.0.0.1:4566"


class TestSecrets:
    def secret(self, cloud: Cloud, text: str) -> str:
        read_secret.cache_clear()
        made = cloud.client("secretsmanager").create_secret(Name="broker", SecretString=text)
        return str(made["ARN"])

    def test_are_read_once(self, cloud: Cloud) -> None:
        arn = self.secret(cloud, '{"key": "PKFROMVAULT", "secret": "SKFROMVAULT"}')
        assert read_secret(arn) == {"key": "PKFROMVAULT", "secret": "SKFROMVAULT"}
        cloud.client("secretsmanager").delete_secret(SecretId=arn)
        assert read_secret(arn)["key"] == "PKFROMVAULT"

    @pytest.mark.parametrize("text", ["plain", "[]", '{"key": 7}'])
    def test_that_are_no_object_of_texts_are_refused_without_showing_them(
        self, cloud: Cloud, text: str
    ) -> None:
        with pytest.raises(ConfigurationError) as caught:
            read_secret(self.secret(cloud, text))
        assert text not in str(caught.value)

    def test_without_a_field_that_is_asked_for_tell_which_there_are(self, cloud: Cloud) -> None:
        arn = self.secret(cloud, '{"key": "PKFROMVAULT", "sekret": "SKFROMVAULT", "secret": ""}')
        told = r"expected the fields key, secret in the secret, found key, sekret$"
        with pytest.raises(ConfigurationError, match=told):
            read_secret(arn, "key", "secret")

    def test_that_are_missing_are_an_error_that_names_them(self, cloud: Cloud) -> None:
        read_secret.cache_clear()
        with pytest.raises(PermanentError, match="could not read the secret nowhere"):
            read_secret("nowhere")
