"""What stands already is told from what is on record, and whose it is."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import pytest
from botocore.exceptions import ClientError

from local.problems import LocalProblem
from operations.recovery.adoption import adopt_standing, with_adopted
from operations.recovery.deployment import UNREAD, Deployment
from operations.recovery.identities import DERIVED, SEARCHED
from operations.recovery.owners import CLOSED, NEVER_IN_THE_WAY, OWNERS
from operations.recovery.standing import (
    HIDDEN,
    UNKNOWN,
    Owner,
    planned_creates,
    refusal,
    standing,
    tells_of_standing,
)
from tests.operations.recovery.fake_cloud import FakeCloud
from tests.operations.recovery.test_mending import FakeCommands, resource
from tests.recorded_program import recorded

ROLE = "aws:iam/role:Role"
OWNER = Owner(system="chat", stage="dev", account_id="1" * 12)
OWN = [{"Key": "system", "Value": "chat"}, {"Key": "stage", "Value": "dev"}]


def preview(*states: Mapping[str, Any], op: str = "create") -> str:
    return json.dumps({"steps": [{"op": op, "newState": state} for state in states]})


def role(name: str = "worker", **more: Any) -> dict[str, Any]:
    return resource(ROLE, name, inputs={"name": name}, **more)


def with_role(tags: list[dict[str, str]]) -> FakeCloud:
    return FakeCloud(
        {
            ("iam", "get_role"): {"Role": {"Tags": tags}},
            ("sts", "get_caller_identity"): {"Account": OWNER.account_id},
        }
    )


def test_what_a_preview_does_not_know_is_no_input() -> None:
    state = resource(ROLE, "r", inputs={"name": "r", "arn": UNKNOWN, "key": {"a": [HIDDEN]}})

    (planned,) = planned_creates(preview(state))

    assert planned.resource["inputs"] == {"name": "r"}


def test_only_creates_can_meet_what_stands() -> None:
    assert planned_creates(preview(role(), op="update")) == []


def test_what_has_the_stacks_tags_is_its_own() -> None:
    planned = planned_creates(preview(role()))

    (found,) = standing(planned, Deployment(document={}), with_role(OWN))

    assert (found.identity, OWNER.has(found)) == ("worker", True)
    assert refusal(OWNER, [found]) is None


@pytest.mark.parametrize("tags", [[], OWN[:1], [*OWN[:1], {"Key": "stage", "Value": "prod"}]])
def test_what_has_others_is_refused_with_those_that_would_do(tags: list[dict[str, str]]) -> None:
    found = list(
        standing(planned_creates(preview(role())), Deployment(document={}), with_role(tags))
    )

    told = str(refusal(OWNER, found))

    assert f"{ROLE} worker (worker): its tags say" in told
    assert "tag it stage=dev, system=chat" in told


def test_what_is_on_record_by_another_name_does_not_stand_in_the_way() -> None:
    recorded = Deployment(document={"resources": [{**role(), "id": "worker", "urn": "other"}]})

    assert list(standing(planned_creates(preview(role())), recorded, with_role(OWN))) == []


def test_what_only_the_making_names_is_passed_over() -> None:
    planned = planned_creates(preview(resource(ROLE, "r", inputs={"name": UNKNOWN})))

    assert list(standing(planned, Deployment(document={}), with_role(OWN))) == []


def test_a_bucket_of_another_account_shows_no_tags() -> None:
    def forbidden(arguments: Mapping[str, Any]) -> None:
        raise ClientError({"Error": {"Code": "403"}}, "HeadBucket")

    cloud = FakeCloud({("s3", "head_bucket"): forbidden})

    assert OWNERS["aws:s3/bucket:Bucket"](cloud, {}, "kept") == CLOSED


@pytest.mark.parametrize("token", sorted(OWNERS))
def test_what_is_not_there_is_nobodys(token: str) -> None:
    inputs = {"role": "r", "name": "p", "functionName": "f", "function": "f"}

    assert OWNERS[token](FakeCloud(), inputs, "bus/it") is None


def test_whatever_has_an_owner_has_an_id() -> None:
    assert OWNERS.keys() <= {*DERIVED, *SEARCHED}


@pytest.mark.parametrize("stack", ["local", "dev", "prod"])
def test_every_type_of_the_program_can_be_adopted_or_stands_in_no_way(stack: str) -> None:
    types = {made.type for made in recorded(stack).resources.all if made.type.startswith("aws:")}

    assert types - OWNERS.keys() - NEVER_IN_THE_WAY == set()
    assert NEVER_IN_THE_WAY.isdisjoint(OWNERS)


def test_components_above_are_recorded_and_dependencies_only_where_they_are() -> None:
    component = {**resource("chat:index:Worker", "worker", inputs={}), "custom": False}
    inner = role(parent=component["urn"], dependencies=["made", "not-made"])
    planned = planned_creates(preview(component, inner))
    recorded = Deployment(document={"resources": [{"urn": "made", "type": "x"}]})
    found = list(standing(planned, recorded, with_role(OWN)))

    changed = with_adopted(recorded, planned, found).resources

    assert [entry["urn"] for entry in changed] == ["made", component["urn"], inner["urn"]]
    assert changed[2]["id"] == "worker"
    assert changed[2]["dependencies"] == ["made"]
    assert changed[2]["initErrors"] == [UNREAD]


@pytest.mark.parametrize(
    "said",
    [
        "creating CloudWatch Logs Log Group (x): ResourceAlreadyExistsException: exists",
        "creating S3 Bucket (x): BucketAlreadyExists",
        "CreateBucket: BucketAlreadyOwnedByYou: yours",
        "CreateTable: ResourceInUseException: Table already exists: x",
        "CreateQueue: QueueNameExists: A queue already exists with the same name",
        "AddPermission: ResourceConflictException: The statement id (x) provided already exists.",
        "CreateRole: EntityAlreadyExists: Role with name x already exists.",
        "CreateFunction: ResourceConflictException: Function already exist: x",
        "CreateSecret: ResourceExistsException: the secret x already exists.",
    ],
)
def test_a_refusal_because_something_stands_is_known_by_its_words(said: str) -> None:
    assert tells_of_standing(said)


def test_other_refusals_are_none() -> None:
    assert not tells_of_standing("CreateRole: AccessDenied: not authorized")


def test_an_empty_record_is_left_to_the_first_deployment() -> None:
    commands = FakeCommands()

    adopted = adopt_standing(
        commands, OWNER, lambda: Deployment(document={}), with_role(OWN), agreed=True
    )

    assert (adopted, commands.asked) == (0, [])


def test_credentials_of_another_account_are_named() -> None:
    cloud = FakeCloud({("sts", "get_caller_identity"): {"Account": "2" * 12}})
    record = Deployment(document={"resources": [role()]})

    with pytest.raises(LocalProblem, match="Credentials of account 111111111111 were expected"):
        adopt_standing(FakeCommands(), OWNER, lambda: record, cloud, agreed=True)
