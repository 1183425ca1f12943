from __future__ import annotations

import json

import pytest

from blueprint import BucketSpec, TableSpec
from catalogue.system import SYSTEM
from tests.recorded_program import SECRET, Recorded, recorded, run, stack_config, unwrapped
from the_alchemiser.shared.ledger.lot import LOTS_BY_SYMBOL

TABLE = "aws:dynamodb/table:Table"
BUCKET = "aws:s3/bucket:Bucket"
QUEUE = "aws:sqs/queue:Queue"
TOPIC = "aws:sns/topic:Topic"
TABLES = pytest.mark.parametrize("spec", SYSTEM.tables, ids=lambda spec: spec.name)
BUCKETS = pytest.mark.parametrize("spec", SYSTEM.buckets, ids=lambda spec: spec.name)


def dev() -> Recorded:
    return recorded("dev")


@TABLES
def test_a_table_is_paid_by_use(spec: TableSpec) -> None:
    assert dev().one(TABLE, f"{spec.name}-table").inputs["billingMode"] == "PAY_PER_REQUEST"


@TABLES
def test_a_table_is_keyed_as_its_entry_says(spec: TableSpec) -> None:
    inputs = dev().one(TABLE, f"{spec.name}-table").inputs

    assert inputs["hashKey"] == "PK"
    assert inputs.get("rangeKey") == ("SK" if spec.sorted else None)


@TABLES
def test_a_table_declares_the_attributes_of_its_keys_and_no_others(spec: TableSpec) -> None:
    inputs = dev().one(TABLE, f"{spec.name}-table").inputs
    keys = {inputs["hashKey"], inputs.get("rangeKey")} - {None}
    for index in inputs.get("globalSecondaryIndexes", ()):
        keys |= {schema["attributeName"] for schema in index["keySchemas"]}

    assert {attribute["name"] for attribute in inputs["attributes"]} == keys


@TABLES
def test_a_table_forgets_items_by_its_own_attribute(spec: TableSpec) -> None:
    ttl = dev().one(TABLE, f"{spec.name}-table").inputs.get("ttl")

    assert (ttl and ttl["attributeName"]) == spec.ttl_attribute


def test_the_ledger_has_the_one_index_that_is_read_and_forgets_nothing() -> None:
    inputs = dev().one(TABLE, "trade-ledger-table").inputs

    assert [index["name"] for index in inputs["globalSecondaryIndexes"]] == [LOTS_BY_SYMBOL]
    assert "ttl" not in inputs


@pytest.mark.parametrize(("stack", "kept"), [("local", False), ("dev", False), ("prod", True)])
@pytest.mark.parametrize("type_token", [TABLE, BUCKET, "aws:kms/key:Key"])
def test_what_keeps_things_refuses_deletion_in_prod(
    stack: str, kept: bool, type_token: str
) -> None:
    run = recorded(stack)

    assert {run.asked[(type_token, item.name)].protect for item in run.of(type_token)} == {kept}


@pytest.mark.parametrize(("stack", "kept"), [("local", False), ("dev", False), ("prod", True)])
def test_dynamodb_itself_refuses_deletion_in_prod(stack: str, kept: bool) -> None:
    found = {item.inputs["deletionProtectionEnabled"] for item in recorded(stack).of(TABLE)}

    assert found == {kept}


@BUCKETS
def test_a_buckets_name_is_unique_by_account(spec: BucketSpec) -> None:
    inputs = dev().one(BUCKET, f"{spec.name}-bucket").inputs

    assert inputs["bucket"] == f"alchemiser-dev-{spec.name}-111111111111"


@BUCKETS
def test_a_bucket_forgets_as_its_entry_says(spec: BucketSpec) -> None:
    lifecycle = dev().one(
        "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration", f"{spec.name}-lifecycle"
    )
    (rule,) = lifecycle.inputs["rules"]

    assert rule.get("expiration", {}).get("days") == spec.expire_days
    assert rule["noncurrentVersionExpiration"]["noncurrentDays"] == spec.noncurrent_days


def test_access_is_logged_by_bucket() -> None:
    logging = dev().one("aws:s3/bucketLogging:BucketLogging", "market-data-logging")

    assert logging.inputs["targetBucket"] == "alchemiser-dev-access-logs-111111111111"
    assert logging.inputs["targetPrefix"] == "market-data/"


def test_the_log_bucket_admits_each_logged_bucket_to_its_own_prefix() -> None:
    policy = dev().one("aws:s3/bucketPolicy:BucketPolicy", "access-logs-policy").document("policy")
    admitted = {
        (item["Condition"]["ArnLike"]["aws:SourceArn"], item["Resource"])
        for item in policy["Statement"]
        if item["Effect"] == "Allow"
    }

    assert admitted == {
        (
            f"arn:aws:s3:::alchemiser-dev-{name}-111111111111",
            f"arn:aws:s3:::alchemiser-dev-access-logs-111111111111/{name}/*",
        )
        for name in ("artifacts", "market-data", "reports")
    }


def test_the_execution_queue_keeps_order_by_symbol() -> None:
    inputs = dev().one(QUEUE, "execution-queue").inputs

    assert inputs["name"] == "alchemiser-dev-execution.fifo"
    assert inputs["fifoQueue"] is True
    assert inputs["contentBasedDeduplication"] is False
    assert inputs["deduplicationScope"] == "messageGroup"
    assert inputs["fifoThroughputLimit"] == "perMessageGroupId"


def test_a_trade_is_dead_after_three_receives() -> None:
    queue = dev().one(QUEUE, "execution-queue")

    redrive = queue.document("redrivePolicy")
    assert redrive["maxReceiveCount"] == 3
    assert redrive["deadLetterTargetArn"].endswith(":alchemiser-dev-execution-dlq.fifo")


@pytest.mark.parametrize(("stack", "seconds"), [("local", 180), ("dev", 3600), ("prod", 3600)])
def test_a_trade_is_hidden_for_six_timeouts(stack: str, seconds: int) -> None:
    queue = recorded(stack).one(QUEUE, "execution-queue")

    assert queue.inputs["visibilityTimeoutSeconds"] == seconds


def test_dead_trades_are_kept_for_a_fortnight_and_live_ones_for_four_days() -> None:
    run = dev()
    kept = {
        name: run.one(QUEUE, name).inputs["messageRetentionSeconds"] / 86_400
        for name in ("execution-queue", "execution-dead-letters")
    }

    assert kept == {"execution-queue": 4, "execution-dead-letters": 14}


def test_the_dead_letter_queue_is_there_before_its_source() -> None:
    waits = dev().asked[(QUEUE, "execution-queue")].depends_on

    assert "execution-dead-letters" in waits


def test_a_topic_is_encrypted_with_the_stacks_own_key() -> None:
    assert {topic.inputs["kmsMasterKeyId"] for topic in dev().of(TOPIC)} == {"key"}


def test_alarms_may_speak_to_the_alarm_topic_alone() -> None:
    speaking = [
        policy.name
        for policy in dev().of("aws:sns/topicPolicy:TopicPolicy")
        if "cloudwatch.amazonaws.com" in json.dumps(policy.document("policy"))
    ]

    assert speaking == ["alarms-policy"]


def test_a_subscriber_is_told_by_mail_and_what_fails_is_kept() -> None:
    config = stack_config("dev", subscribers={"alarms": ["ops@example.com"]})
    (found,) = run("dev", config).of("aws:sns/topicSubscription:TopicSubscription")

    assert (found.inputs["protocol"], unwrapped(found.inputs["endpoint"])) == (
        "email",
        "ops@example.com",
    )
    assert "ops" not in found.name
    assert SECRET in found.inputs["endpoint"].values()
    assert found.document("redrivePolicy")["deadLetterTargetArn"].endswith(
        ":undelivered-events-queue"
    )


def test_a_secret_on_aws_is_left_to_the_operator_to_fill() -> None:
    on_aws = run("dev", stack_config("dev"), environ={})

    assert len(on_aws.of("aws:secretsmanager/secret:Secret")) == 2
    assert on_aws.of("aws:secretsmanager/secretVersion:SecretVersion") == ()


def test_a_rehearsed_secret_is_filled_or_no_function_would_prove_itself() -> None:
    values = {
        item.name: json.loads(unwrapped(item.inputs["secretStringWo"]))
        for item in dev().of("aws:secretsmanager/secretVersion:SecretVersion")
    }

    assert values["broker-value"] == {"key": "rehearsed", "secret": "rehearsed"}
    assert len(values) == len(SYSTEM.secrets)


def test_a_local_secret_has_simulated_credentials() -> None:
    (version,) = (
        item
        for item in recorded("local").of("aws:secretsmanager/secretVersion:SecretVersion")
        if item.name == "broker-value"
    )

    text = unwrapped(version.inputs["secretStringWo"])
    assert json.loads(text) == {"key": "simulated", "secret": "simulated"}


def test_a_secrets_value_is_marked_as_one() -> None:
    for item in recorded("local").of("aws:secretsmanager/secretVersion:SecretVersion"):
        assert SECRET in item.inputs["secretStringWo"].values()
