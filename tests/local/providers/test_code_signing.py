"""Code signing configurations through their life, against answers that Lambda documents."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from attached_providers.aws.configuration import ENDPOINTS
from attached_providers.aws.provider import AwsProvider
from tests.local.providers.code_signing_service import code_signing_service
from tests.local.providers.engine import Engine, RefusedError, plain
from tests.local.providers.lifecycles import ONLY_AGAINST_A_STAND_IN, PROFILE, World

(LIFE,) = ONLY_AGAINST_A_STAND_IN
PUBLISHED = {"allowedPublishers": {"signingProfileVersionArns": [f"{PROFILE}/1"]}}


@pytest.fixture
def there() -> Iterator[World]:
    with code_signing_service() as endpoint:
        engine = Engine(AwsProvider())
        engine.configure(
            region="us-east-1",
            accessKey="000000000001",
            secretKey="emulated",
            endpoints=[dict.fromkeys(ENDPOINTS, endpoint)],
            defaultTags={"tags": {"system": "test"}},
        )
        yield World(engine)


def test_a_life_leaves_no_difference_at_any_stage(there: World) -> None:
    engine = there.engine
    made = engine.create(LIFE.token, LIFE.inputs(there))
    assert made["policies"] == {"untrustedArtifactOnDeployment": "Warn"}
    assert engine.changes(made, LIFE.inputs(there)) == {}
    refreshed = engine.refresh(made)
    assert refreshed is not None
    assert (refreshed.id, plain(refreshed.inputs)) == (made.id, made.inputs)
    assert not list(engine.diff(made, LIFE.changed(there)).replaces)

    last = engine.update(made, LIFE.changed(there))

    assert engine.changes(last, LIFE.changed(there)) == {}
    assert last["policies"] == {"untrustedArtifactOnDeployment": "Enforce"}
    again = engine.refresh(last)
    assert again is not None
    assert engine.changes(again, LIFE.changed(there)) == {}
    engine.delete(last)
    assert engine.refresh(last) is None
    engine.delete(last)


def test_order_of_publishers_is_no_change(there: World) -> None:
    made = there.engine.create(LIFE.token, LIFE.changed(there))
    turned = LIFE.changed(there)
    turned["allowedPublishers"]["signingProfileVersionArns"].reverse()
    assert there.engine.changes(made, turned) == {}


def test_tags_are_turned(there: World) -> None:
    tagged = {**LIFE.inputs(there), "tags": {"one": "1"}}
    made = there.engine.create(LIFE.token, tagged)
    updated = there.engine.update(made, {**tagged, "tags": {"two": "2"}})
    assert updated["tagsAll"] == {"system": "test", "two": "2"}


@pytest.mark.parametrize(
    "wrong",
    [
        {"allowedPublishers": {"signingProfileVersionArns": ["ours"]}},
        {**PUBLISHED, "policies": {"untrustedArtifactOnDeployment": "No"}},
        {},
    ],
)
def test_what_lambda_would_refuse_is_refused(there: World, wrong: dict[str, object]) -> None:
    assert there.engine.failures(LIFE.token, wrong)


def test_an_aws_without_the_call_is_named(monkeypatch: pytest.MonkeyPatch, there: World) -> None:
    monkeypatch.setattr(
        "botocore.client.BaseClient._make_api_call", lambda *_: {"FunctionName": ""}
    )
    with pytest.raises(RefusedError, match="this AWS has no such call"):
        there.engine.create(LIFE.token, LIFE.inputs(there))
