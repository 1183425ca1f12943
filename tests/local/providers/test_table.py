"""What every resource type has from the engine that serves the table."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError
from pulumi.runtime.proto import provider_pb2 as pb

from attached_providers.aws.provider import AwsProvider
from attached_providers.aws.types import ROWS
from attached_providers.wire import UNKNOWN, UNKNOWN_MARK, Secret, Values, dump, load
from tests.local.providers.engine import Engine, NotFinishedError, RefusedError, Resource
from tests.local.providers.lifecycles import TRUST, World, code, function, table
from tests.quick_moto import mock_aws

BUCKET = "aws:s3/bucket:Bucket"
FUNCTION = "aws:lambda/function:Function"
QUEUE = "aws:sqs/queue:Queue"
ROLE = "aws:iam/role:Role"
LOGS = "aws:cloudwatch/logGroup:LogGroup"
RULE = "aws:cloudwatch/eventRule:EventRule"
TABLE = "aws:dynamodb/table:Table"
TARGET = "aws:cloudwatch/eventTarget:EventTarget"
MAPPING = "aws:lambda/eventSourceMapping:EventSourceMapping"
SECRET_VERSION = "aws:secretsmanager/secretVersion:SecretVersion"


def test_an_unknown_type_is_refused_by_its_name(engine: Engine) -> None:
    with pytest.raises(RefusedError, match="aws:ec2/vpc:Vpc is unknown to this attached provider"):
        engine.create("aws:ec2/vpc:Vpc", {})


@pytest.mark.parametrize(
    ("inputs", "path", "reason"),
    [
        ({"visibilityTimeoutSeconds": "long"}, "visibilityTimeoutSeconds", "expected an integer"),
        ({"fifoQueue": "yes"}, "fifoQueue", "expected a boolean"),
        ({"tags": {"a": [1]}}, "tags.a", "expected a string for tags.a, found list"),
        ({"tags": ["a"]}, "tags", "expected an object for tags, found list"),
        ({"redrivePolicy": "{not json"}, "redrivePolicy", "expected JSON for redrivePolicy"),
        ({"fifoQueue": True, "name": "plain"}, "name", "ending in .fifo"),
    ],
)
def test_a_mistyped_input_is_refused_by_its_path(
    engine: Engine, inputs: dict[str, object], path: str, reason: str
) -> None:
    failures = engine.failures(QUEUE, inputs)
    assert list(failures) == [path]
    assert reason in failures[path]


def test_every_failure_is_told_at_once(engine: Engine) -> None:
    inputs = {"nmae": "x", "tracingConfig": {"mood": "Active"}, "timeout": "ten"}
    assert set(engine.failures(FUNCTION, inputs)) == {
        "nmae",
        "role",
        "tracingConfig.mood",
        "tracingConfig.mode",
        "timeout",
    }


def test_an_error_of_aws_keeps_its_code_and_message(engine: Engine) -> None:
    engine.create(ROLE, {"name": "first", "assumeRolePolicy": TRUST})
    with pytest.raises(RefusedError, match="CreateRole: EntityAlreadyExists: Role with name first"):
        engine.create(ROLE, {"name": "first", "assumeRolePolicy": TRUST})


def test_a_name_is_made_up_once_and_then_kept(engine: Engine) -> None:
    made = engine.create(QUEUE, {"fifoQueue": True})
    assert made["name"].startswith("thing-")
    assert made["name"].endswith(".fifo")
    assert made.inputs["__defaults"].count("name") == 1
    assert engine.changes(made, {"fifoQueue": True}) == {}


def test_a_bucket_gets_a_name_in_lower_case(engine: Engine) -> None:
    request = pb.CheckRequest(
        urn=f"urn:pulumi:stack::project::{BUCKET}::MyBucket", news=dump({}), randomSeed=b"seed"
    )
    answer = engine.provider.Check(request, engine.connection)
    assert load(answer.inputs)["bucket"].startswith("mybucket-")


def test_a_configured_naming_is_followed(engine: Engine) -> None:
    options = pb.CheckRequest.AutonamingOptions(proposed_name="chosen")
    request = pb.CheckRequest(
        urn=f"urn:pulumi:stack::project::{ROLE}::thing",
        news=dump({"assumeRolePolicy": "{}"}),
        autonaming=options,
    )
    assert load(engine.provider.Check(request, engine.connection).inputs)["name"] == "chosen"


def test_a_given_name_makes_a_replacement_delete_first(world: World) -> None:
    inputs = {"name": "first", "path": "/a/", "assumeRolePolicy": TRUST}
    made = world.engine.create(ROLE, inputs)
    diff = world.engine.diff(made, {**inputs, "path": "/b/"})
    assert (list(diff.replaces), diff.deleteBeforeReplace) == (["path"], True)


def test_a_changed_or_made_up_name_lets_the_old_live_until_the_new_is_there(world: World) -> None:
    inputs = {"name": "first", "path": "/a/", "assumeRolePolicy": TRUST}
    made = world.engine.create(ROLE, inputs)
    assert not world.engine.diff(made, {**inputs, "name": "second"}).deleteBeforeReplace
    nameless = {"path": "/a/", "assumeRolePolicy": TRUST}
    made = world.engine.create(ROLE, nameless)
    diff = world.engine.diff(made, {**nameless, "path": "/b/"})
    assert (list(diff.replaces), diff.deleteBeforeReplace) == (["path"], False)


def test_a_difference_is_told_by_its_whole_path(world: World) -> None:
    made = world.engine.create(FUNCTION, function(world))
    inputs = {**function(world), "environment": {"variables": {"STAGE": "prod", "MORE": "1"}}}
    assert world.engine.changes(made, inputs) == {
        "environment.variables.STAGE": "UPDATE",
        "environment.variables.MORE": "ADD",
    }


def test_ignored_changes_are_neither_told_nor_made(world: World) -> None:
    made = world.engine.create(FUNCTION, function(world))
    inputs = {**function(world), "environment": {"variables": {"STAGE": "prod"}}}
    assert not world.engine.diff(made, inputs, ignored=("environment",)).diffs
    assert not world.engine.diff(made, inputs, ignored=("environment.variables.STAGE",)).diffs


def test_drift_is_seen_after_a_refresh(world: World) -> None:
    made = world.engine.create(FUNCTION, function(world))
    aws = boto3.client("lambda")
    aws.update_function_configuration(FunctionName="function", MemorySize=512)
    found = world.engine.refresh(made)
    assert found is not None
    assert found.inputs["memorySize"] == 512
    assert world.engine.changes(found, function(world)) == {"memorySize": "UPDATE"}


def test_a_new_configuration_makes_a_version_unknown_only_where_versions_are_published(
    world: World,
) -> None:
    for publish, unknown in (
        (True, {"version", "qualifiedArn", "qualifiedInvokeArn"}),
        (False, set()),
    ):
        inputs = {**function(world), "name": f"function-{publish}", "publish": publish}
        made = world.engine.create(FUNCTION, inputs)
        planned = world.engine.plan_update(made, {**inputs, "timeout": 20})
        found = {name for name, value in planned.items() if value is UNKNOWN}
        assert found == unknown | {"lastModified"}


def test_new_code_makes_its_digest_unknown_and_tags_nothing(world: World) -> None:
    made = world.engine.create(FUNCTION, function(world))
    planned = world.engine.plan_update(made, {**function(world), "code": code("two")})
    assert planned["codeSha256"] is UNKNOWN
    planned = world.engine.plan_update(made, {**function(world), "tags": {"a": "1"}})
    assert UNKNOWN not in planned.values()
    assert planned["tagsAll"] == {"a": "1", "system": "test"}


def test_another_stream_is_unknown_until_it_is_there(engine: Engine) -> None:
    made = engine.create(TABLE, table())
    stream = {"streamEnabled": True, "streamViewType": "NEW_IMAGE"}
    planned = engine.plan_update(made, table(**stream))
    found = {name for name, value in planned.items() if value is UNKNOWN}
    assert found == {"streamArn", "streamLabel"}
    planned = engine.plan_update(made, table(deletionProtectionEnabled=True))
    assert UNKNOWN not in planned.values()


def test_an_unknown_input_of_a_replacing_property_plans_a_replacement(world: World) -> None:
    made = world.engine.create("aws:lambda/alias:Alias", {**alias(world)})
    diff = world.engine.diff(made, {**alias(world), "functionName": UNKNOWN})
    assert list(diff.replaces) == ["functionName"]
    diff = world.engine.diff(made, {**alias(world), "functionVersion": UNKNOWN})
    assert (list(diff.diffs), list(diff.replaces)) == (["functionVersion"], [])


def alias(world: World) -> dict[str, str]:
    return {"name": "a", "functionName": world.function["name"], "functionVersion": "1"}


def test_unknown_tags_make_all_tags_unknown(engine: Engine) -> None:
    planned = engine.plan(QUEUE, {"name": "first", "tags": {"a": UNKNOWN_MARK}})
    assert planned["tagsAll"] is UNKNOWN


def test_secret_values_are_marked_on_every_way_out(world: World) -> None:
    inputs = {"secretId": world.secret["arn"], "secretString": "hidden"}
    planned = world.engine.plan(SECRET_VERSION, inputs)
    made = world.engine.create(SECRET_VERSION, inputs)
    refreshed = world.engine.refresh(made)
    imported = world.engine.adopt(SECRET_VERSION, made.id)
    assert refreshed is not None
    assert imported is not None
    for values in (planned, made.state, refreshed.state, refreshed.inputs, imported.inputs):
        assert values["secretString"] == Secret("hidden")


A, B = "arn:aws:s3:::a", "arn:aws:s3:::b"


def test_a_policy_that_aws_rewrote_is_no_change(world: World) -> None:
    document = {"Version": "2012-10-17", "Statement": [{"Effect": "Deny", "Action": ["s3:*"]}]}
    document["Statement"][0] |= {"Principal": "*", "Resource": [B, A]}  # type: ignore[index, operator]
    inputs = {"bucket": world.bucket.id, "policy": json.dumps(document)}
    made = world.engine.create("aws:s3/bucketPolicy:BucketPolicy", inputs)
    document["Statement"][0] |= {"Action": "s3:*", "Resource": [A, B]}  # type: ignore[index, operator]
    assert world.engine.changes(made, {**inputs, "policy": json.dumps(document)}) == {}
    document["Statement"][0] |= {"Action": "s3:GetObject"}  # type: ignore[index, operator]
    assert world.engine.changes(made, {**inputs, "policy": json.dumps(document)}) == {
        "policy": "UPDATE"
    }


def test_what_fails_after_the_making_leaves_the_resource_recorded(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(cloud: Any, identity: str, new: Values) -> None:
        answer: Any = {"Error": {"Code": "InvalidParameter", "Message": "no"}}
        raise ClientError(answer, "PutRetentionPolicy")

    inputs = {"name": "/first", "retentionInDays": 7}
    with monkeypatch.context() as patch:
        patch.setattr(engine.provider, "rows", {LOGS: replace(ROWS[LOGS], settle=refuse)})
        with pytest.raises(
            NotFinishedError, match="PutRetentionPolicy: InvalidParameter: no"
        ) as caught:
            engine.create(LOGS, inputs)
    made = Resource(LOGS, caught.value.identity, inputs, dict(caught.value.state))
    mended = engine.update(made, inputs)
    assert engine.changes(mended, inputs) == {}
    assert boto3.client("logs").describe_log_groups()["logGroups"][0]["retentionInDays"] == 7


def test_a_value_that_aws_does_not_keep_is_an_error(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    def forget(cloud: Any, identity: str, state: Values) -> Values | None:
        return {**(ROWS[RULE].read(cloud, identity, state) or {}), "description": None}

    monkeypatch.setattr(engine.provider, "rows", {RULE: replace(ROWS[RULE], read=forget)})
    with pytest.raises(NotFinishedError, match="accepted, but not kept: description"):
        engine.create(
            RULE, {"name": "first", "eventPattern": '{"source": ["a"]}', "description": "lost"}
        )


def test_two_configurations_live_side_by_side() -> None:
    provider = AwsProvider()
    with mock_aws():
        engines = {}
        for index, region in enumerate(("us-east-1", "eu-west-1")):
            engines[region] = Engine(provider, peer=f"ipv4:127.0.0.1:{index}")
            engines[region].configure(region=region, accessKey="a", secretKey="b")
        for region, engine in engines.items():
            assert engine.create(QUEUE, {"name": "first"})["arn"].split(":")[3] == region


def test_a_resource_may_name_another_region(engine: Engine) -> None:
    made = engine.create(QUEUE, {"name": "first", "region": "eu-west-1"})
    assert made["arn"].split(":")[3] == "eu-west-1"
    found = engine.refresh(made)
    assert found is not None
    assert found["region"] == "eu-west-1"
    assert engine.changes(made, {"name": "first", "region": "eu-west-1"}) == {}


def test_a_filled_bucket_goes_only_when_it_may_be_emptied(engine: Engine) -> None:
    kept = engine.create(BUCKET, {"bucket": "kept"})
    emptied = engine.create(BUCKET, {"bucket": "emptied", "forceDestroy": True})
    s3 = boto3.client("s3")
    for name in ("kept", "emptied"):
        s3.put_object(Bucket=name, Key="key", Body=b"")
    engine.delete(emptied)
    assert engine.refresh(emptied) is None
    with pytest.raises(RefusedError, match="DeleteBucket: BucketNotEmpty"):
        engine.delete(kept)


def test_a_protected_table_is_not_removed(engine: Engine) -> None:
    made = engine.create(TABLE, table(deletionProtectionEnabled=True))
    with pytest.raises(RefusedError, match="be deleted while DeletionProtection"):
        engine.delete(made)
    assert engine.refresh(made) is not None
    engine.delete(engine.update(made, table()))


def test_what_is_to_outlive_the_stack_is_left(world: World) -> None:
    inputs = {"layerName": "layer", "code": code("one"), "skipDestroy": True}
    layer = world.engine.create("aws:lambda/layerVersion:LayerVersion", inputs)
    world.engine.delete(layer)
    assert world.engine.refresh(layer) is not None


def test_an_import_takes_default_tags_for_the_providers_own(engine: Engine) -> None:
    made = engine.create(QUEUE, {"name": "first", "tags": {"own": "1"}})
    found = engine.adopt(QUEUE, made.id)
    assert found is not None
    assert found["tags"] == {"own": "1"}
    assert engine.changes(found, {"name": "first", "tags": {"own": "1"}}) == {}


def test_an_import_fills_in_all_that_differs_from_a_default(engine: Engine) -> None:
    made = engine.create(QUEUE, {"name": "first", "visibilityTimeoutSeconds": 60})
    found = engine.adopt(QUEUE, made.id)
    assert found is not None
    assert found.inputs["visibilityTimeoutSeconds"] == 60
    assert "delaySeconds" not in found.inputs


def test_an_import_of_what_is_not_there_finds_nothing(engine: Engine) -> None:
    assert engine.adopt(ROLE, "nobody") is None


def written_only(world: World, value: str, number: int) -> dict[str, object]:
    return {
        "secretId": world.secret["arn"],
        "secretStringWo": value,
        "secretStringWoVersion": number,
    }


def test_a_secret_that_is_only_written_is_never_read(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refused(*_: object, **__: object) -> None:
        raise AssertionError("GetSecretValue was called")

    monkeypatch.setattr(
        "moto.secretsmanager.models.SecretsManagerBackend.get_secret_value", refused
    )
    made = world.engine.create(SECRET_VERSION, written_only(world, "one", 1))
    found = world.engine.refresh(made)

    assert found is not None
    assert found.state == made.state
    assert found.state["hasSecretStringWo"] is True
    assert world.engine.changes(made, written_only(world, "one", 1)) == {}


def test_another_number_writes_the_value_anew(world: World) -> None:
    made = world.engine.create(SECRET_VERSION, written_only(world, "one", 1))

    assert world.engine.diff(made, written_only(world, "two", 2)).replaces


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"secretStringWo": "x"}, "secretStringWoVersion"),
        ({"secretString": "x", "secretStringWo": "x", "secretStringWoVersion": 1}, "secretString"),
        ({}, "secretString"),
    ],
)
def test_a_secrets_value_comes_in_one_way(
    engine: Engine, given: dict[str, object], said: str
) -> None:
    assert list(engine.failures(SECRET_VERSION, {"secretId": "arn", **given})) == [said]


@pytest.mark.parametrize(
    ("name", "written", "read"),
    [
        ("visibilityTimeoutSeconds", "60", 60),
        ("fifoQueue", "false", False),
        ("visibilityTimeoutSeconds", "6e1", 60),
        ("sqsManagedSseEnabled", "true", True),
        ("sqsManagedSseEnabled", "1", True),
        ("kmsMasterKeyId", 5, "5"),
        ("tags", {"owner": 0.5, "kept": True}, {"owner": "0.5", "kept": "true"}),
    ],
)
def test_a_scalar_may_be_written_as_another(
    engine: Engine, name: str, written: object, read: object
) -> None:
    assert engine.check(QUEUE, {"name": "queue", name: written})[name] == read


@pytest.mark.parametrize("written", ["60.5", "sixty", " 60", True])
def test_what_is_no_number_is_none_as_text_either(engine: Engine, written: object) -> None:
    given = {"name": "queue", "visibilityTimeoutSeconds": written}

    assert "expected an integer" in engine.failures(QUEUE, given)["visibilityTimeoutSeconds"]


def test_an_alias_to_a_version_that_is_not_there_is_refused(world: World) -> None:
    made = world.engine.create(FUNCTION, function(world))

    with pytest.raises(RefusedError, match="ResourceNotFound"):
        world.engine.create(
            "aws:lambda/alias:Alias",
            {"name": "live", "functionName": made.id, "functionVersion": "99"},
        )


def test_keeping_a_layer_or_not_is_a_matter_of_another_version(world: World) -> None:
    layer = {"layerName": "layer", "code": code("one")}
    made = world.engine.create("aws:lambda/layerVersion:LayerVersion", layer)

    assert world.engine.diff(made, {**layer, "skipDestroy": True}).replaces == ["skipDestroy"]


def test_the_schema_describes_every_type(engine: Engine) -> None:
    answer = engine.provider.GetSchema(pb.GetSchemaRequest(), None)
    described = json.loads(answer.schema)

    assert described["name"] == "aws"
    assert set(described["resources"]) == set(ROWS)
    queue = described["resources"][QUEUE]
    assert queue["inputProperties"]["fifoQueue"] == {"type": "boolean"}
    assert described["resources"][ROLE]["requiredInputs"] == ["assumeRolePolicy"]


def test_a_retry_policy_that_was_taken_out_is_a_change(world: World) -> None:
    plain = {
        "rule": world.rule["name"],
        "eventBusName": world.bus["name"],
        "targetId": "first",
        "arn": world.queue["arn"],
    }
    policy = {"maximumRetryAttempts": 3, "maximumEventAgeInSeconds": 60}
    made = world.engine.create(TARGET, {**plain, "retryPolicy": policy})

    assert world.engine.diff(made, plain).diffs == ["retryPolicy"]
    assert world.engine.changes(world.engine.update(made, plain), plain) == {}


def test_a_batch_size_that_was_taken_out_is_a_change(world: World) -> None:
    plain = {"functionName": world.function["arn"], "eventSourceArn": world.queue["arn"]}
    made = world.engine.create(MAPPING, {**plain, "batchSize": 5})

    assert world.engine.diff(made, plain).diffs == ["batchSize"]
    updated = world.engine.update(made, plain)
    assert updated.state["batchSize"] == 10
    assert world.engine.changes(updated, plain) == {}


def test_another_region_of_the_provider_makes_everything_anew(world: World) -> None:
    queue = world.engine.create(QUEUE, {"name": "jobs"})
    role = world.engine.create(ROLE, {"name": "worker", "assumeRolePolicy": TRUST})
    moved = Engine(world.engine.provider, peer="ipv4:127.0.0.1:7")
    moved.configure(region="eu-west-1", accessKey="testing", secretKey="testing")

    assert moved.changes(queue, {"name": "jobs"})["region"] == "UPDATE_REPLACE"
    assert "region" not in moved.changes(role, {"name": "worker", "assumeRolePolicy": TRUST})
    assert "region" not in world.engine.changes(queue, {"name": "jobs"})


@pytest.mark.parametrize("region", ["cn-north-1", "us-gov-west-1", "nowhere"])
def test_a_region_of_another_partition_is_refused(engine: Engine, region: str) -> None:
    failures = engine.failures(QUEUE, {"name": "jobs", "region": region})

    assert failures == {"region": f"expected a region of the partition aws, found {region}"}


def test_a_bucket_in_china_has_its_domain_there() -> None:
    with mock_aws():
        china = Engine(AwsProvider())
        china.configure(region="cn-north-1", accessKey="testing", secretKey="testing")
        bucket = china.create(BUCKET, {"bucket": "kept"})

    assert bucket["arn"] == "arn:aws-cn:s3:::kept"
    assert bucket["bucketDomainName"] == "kept.s3.amazonaws.com.cn"


def test_a_bucket_that_is_there_is_refused_in_every_region(world: World) -> None:
    boto3.client("s3", region_name="us-east-1").create_bucket(Bucket="kept")

    with pytest.raises(RefusedError, match=r"creating S3 Bucket \(kept\): BucketAlreadyExists"):
        world.engine.create(BUCKET, {"bucket": "kept"})
