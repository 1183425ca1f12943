"""An AWS in this process, and an engine whose provider is configured for it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from attached_providers.aws.provider import AwsProvider
from tests.local.providers.engine import Engine
from tests.local.providers.lifecycles import World
from tests.quick_moto import mock_aws


@pytest.fixture(scope="session")
def aws_engine() -> Iterator[Engine]:
    # Making boto3's clients takes longer than most tests, so all share one provider.
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("AWS_DEFAULT_REGION", "us-east-1")
        patch.setenv("AWS_ACCESS_KEY_ID", "testing")
        patch.setenv("AWS_SECRET_ACCESS_KEY", "testing")
        patch.delenv("AWS_ENDPOINT_URL", raising=False)
        engine = Engine(AwsProvider())
        with mock_aws():
            engine.configure(
                region="us-east-1",
                accessKey="testing",
                secretKey="testing",
                defaultTags='{"tags": {"system": "test"}}',
            )
        yield engine


@pytest.fixture
def world(aws_engine: Engine) -> Iterator[World]:
    with mock_aws():
        yield World(aws_engine)


@pytest.fixture
def engine(world: World) -> Engine:
    return world.engine
