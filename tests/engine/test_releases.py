"""What is live, asked of Lambda: releases are proven, taken back as a set, held, and promoted."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import timedelta

import pytest

from blueprint.outputs import hexadecimal
from catalogue.system import SYSTEM
from tests.engine.checkout import Checkout
from tests.engine.rehearsal import METRICS, SHARED, Rehearsal, marked

pytestmark = [pytest.mark.engine, pytest.mark.timeout(1800)]

FILES = (
    METRICS,
    SHARED,
    "functions/metrics_v2/the_alchemiser/metrics_v2/settings.py",
    "functions/portfolio_v2/the_alchemiser/portfolio_v2/plan.py",
    "Pulumi.dev.yaml",
    "Pulumi.prod.yaml",
)
NAMES = {spec.name for spec in SYSTEM.functions}


@pytest.fixture(scope="module")
def staged(dev: Checkout) -> Iterator[Rehearsal]:
    """Give one dev for all; each test leaves it free of holds, and the last finds files changed."""
    before = {name: (dev.root / name).read_bytes() for name in FILES}
    rehearsal = Rehearsal(dev)
    yield rehearsal
    for name, content in before.items():
        (dev.root / name).write_bytes(content)
    rehearsal.operate("forward")
    rehearsal.operate("deploy").succeeded()


def deploy(rehearsal: Rehearsal, mark: str, *files: str) -> dict[str, str]:
    for file in files:
        rehearsal.checkout.edit(file, lambda text: marked(text, mark))
    rehearsal.operate("deploy").succeeded()
    return rehearsal.live()


def test_a_rollback_restores_the_release_before_and_leaves_the_others_alone(
    staged: Rehearsal,
) -> None:
    first = staged.live()
    second = deploy(staged, "two", SHARED, METRICS)
    assert all(int(second[name]) > int(first[name]) for name in NAMES)
    third = deploy(staged, "three", METRICS)
    assert {name for name in NAMES if third[name] != second[name]} == {"metrics_v2"}
    digests = staged.served()

    back = staged.operate("rollback").succeeded()

    assert staged.live() == second
    move = f"metrics_v2 {third['metrics_v2']} -> {second['metrics_v2']}"
    assert f"  {move}\n" in back.messages
    assert back.messages.count(" -> ") == 2
    further = staged.operate("rollback").succeeded()
    assert staged.live() == first
    assert further.messages.count(" -> ") == 2 * len(NAMES)
    listed = staged.operate("releases").succeeded()
    last = [line for line in listed.output.splitlines() if " live " in line]
    assert len(last) == 1
    assert "restores" in last[0]
    assert "is held at release" in listed.messages
    staged.operate("forward").succeeded()
    assert staged.live() == third
    assert staged.served() == digests

    history = staged.operate("history", "--function", "portfolio_v2").succeeded().output
    rows = [line for line in history.splitlines() if "shared_code:" in line]
    layers = {line.split()[1]: line.rsplit("shared_code:", 1)[1] for line in rows}
    # The code is the same; what it runs on is part of what a version is.
    assert layers[first["portfolio_v2"]] != layers[second["portfolio_v2"]]


def test_whoever_meets_a_held_stack_says_so_and_nothing_goes_live(staged: Rehearsal) -> None:
    deploy(staged, "held two", METRICS)
    staged.operate("rollback").succeeded()
    held = staged.live()

    for verb in ("deploy", "settled", "smoke", "drift", "history", "releases"):
        if verb == "deploy":
            staged.checkout.edit(METRICS, lambda text: marked(text, "held three"))
        answer = staged.operate(verb).succeeded()
        assert "dev is held at release" in answer.messages, verb
        assert "(newest " in answer.messages, verb
        assert staged.live() == held, verb
    outputs = json.loads(
        staged.checkout.pulumi("stack", "output", "--json", "--stack", "dev").succeeded().output
    )
    told = outputs["functions"]["metrics_v2"]
    assert told["version"] == held["metrics_v2"]
    assert int(told["newest_version"]) == int(held["metrics_v2"]) + 2
    staged.operate("forward").succeeded()


def test_code_that_dev_has_withdrawn_is_refused_by_name_with_both_digests(
    staged: Rehearsal,
) -> None:
    deploy(staged, "bad", METRICS)
    bad = staged.described("metrics_v2", staged.live()["metrics_v2"])[0]
    staged.operate("rollback").succeeded()
    good = staged.served()["metrics_v2"][0]
    assert good != bad
    prod = Rehearsal(staged.checkout, "prod")

    by_hand = staged.checkout.pulumi("preview", "--stack", "prod")
    for answer in (prod.operate("promote"), by_hand):
        said = answer.output + answer.messages
        assert answer.status != 0
        assert f"function metrics_v2: dev runs {hexadecimal(good)}" in said
        assert f"this checkout has {hexadecimal(bad)}; dev has withdrawn it: version" in said
    staged.operate("forward").succeeded()


def refuses_what_nothing_vouches_for(staged: Rehearsal, prod: Rehearsal) -> None:
    s3, live = staged.account.client("s3"), prod.live()
    bucket = staged.artifacts
    digest = hexadecimal(staged.served()["metrics_v2"][0])
    place = {"Bucket": bucket, "Key": f"provenance/functions/metrics_v2/{digest}.json"}
    layers = s3.list_objects_v2(Bucket=bucket, Prefix="layers/")["Contents"]
    places = [place, *({"Bucket": bucket, "Key": it["Key"]} for it in layers)]
    said = {
        it["Key"]: s3.get_object(**it)["Body"].read()
        for it in places
        if it["Key"].endswith(".provenance.json") or it == place
    }
    other = said[place["Key"]].replace(digest.encode(), b"0" * 64)
    assert other != said[place["Key"]]

    s3.put_object(**place, Body=other)
    for key in said:
        if key.startswith("layers/shared_code/"):
            s3.delete_object(Bucket=bucket, Key=key)
    answer = prod.operate("promote")

    assert answer.status == 1
    assert f"function metrics_v2: expected its provenance to be of SHA-256 {digest}" in (
        answer.messages
    )
    assert "layer shared_code: expected its provenance in the bucket, found none" in answer.messages
    assert prod.live() == live
    for key, content in said.items():
        s3.put_object(Bucket=bucket, Key=key, Body=content)


def test_a_held_prod_is_named_and_its_hold_lifted_only_by_name(staged: Rehearsal) -> None:
    prod = Rehearsal(staged.checkout, "prod")
    prod.operate("promote").succeeded()
    deploy(staged, "fix", METRICS)
    refuses_what_nothing_vouches_for(staged, prod)
    first = prod.operate("promote").succeeded()
    assert "  functions:\n    metrics_v2 (serves " in first.messages
    assert "deleted or replaced: nothing" in first.messages
    prod.operate("rollback").succeeded()
    held = prod.live()
    assert prod.served() != staged.served()

    refused = prod.operate("promote")

    assert refused.status == 1
    assert "prod is held at release" in refused.messages
    assert prod.live() == held
    prod.operate("promote", "--agree", "held").succeeded()
    assert prod.served() == staged.served()
    assert b"held" not in (staged.checkout.root / "Pulumi.prod.yaml").read_bytes()
    assert "is held" not in prod.operate("drift").succeeded().messages
    listed = prod.operate("releases").succeeded().output.splitlines()
    assert " live " in listed[-1]
    prod.operate("settled").succeeded()


def test_versions_that_do_not_prove_themselves_keep_the_whole_release_out(
    staged: Rehearsal,
) -> None:
    before = staged.live()
    files = {name: (staged.checkout.root / name).read_bytes() for name in FILES}
    # Neither is seen before Lambda runs it: a variable that nobody sets, and an import that only
    # happens there.
    staged.checkout.edit(FILES[2], lambda text: text.replace("TRADE_LEDGER__TABLE_NAME", "NOBODYS"))
    staged.checkout.edit(
        FILES[3],
        lambda text: (
            f"{text}\nimport os\nif os.environ.get('APP__STAGE') == 'dev':\n    import nowhere\n"
        ),
    )
    staged.checkout.edit(SHARED, lambda text: marked(text, "with eight that are well"))

    answer = staged.operate("deploy")

    said = answer.output + answer.messages
    assert answer.status == 1
    assert "2 of 10 versions did not prove themselves; no alias was moved" in said
    assert "bootstrap.metrics: ConfigurationError: environment: NOBODYS: Field required" in said
    assert "portfolio_v2 version " in said
    assert "No module named 'nowhere'" in said
    assert staged.live() == before
    staged.operate("smoke").succeeded()
    assert "edited by hand" not in staged.operate("drift").output
    forward = staged.operate("forward")
    assert forward.status == 1
    assert "did not prove themselves" in forward.messages
    assert staged.live() == before
    for name, content in files.items():
        (staged.checkout.root / name).write_bytes(content)


def test_what_a_function_is_granted_must_be_there(staged: Rehearsal) -> None:
    before = staged.live()
    dynamodb = staged.account.client("dynamodb")
    # The emulator gives every role everything, so what is granted is taken away instead.
    table = dynamodb.describe_table(TableName="alchemiser-dev-trade-ledger")["Table"]
    dynamodb.delete_table(TableName=table["TableName"])
    staged.checkout.edit(METRICS, lambda text: marked(text, "without a ledger"))

    answer = staged.checkout.pulumi("up", "--stack", "dev", "--yes", "--skip-preview")

    assert answer.status != 0
    assert "metrics_v2 version" in answer.output + answer.messages
    assert "table alchemiser-dev-trade-ledger: ResourceNotFoundException" in (
        answer.output + answer.messages
    )
    assert staged.live() == before
    staged.operate("deploy").succeeded()
    assert int(staged.live()["metrics_v2"]) > int(before["metrics_v2"])


def test_smoke_names_the_function_whose_settings_do_not_parse(staged: Rehearsal) -> None:
    client, name = staged.account.client("lambda"), staged.deployed("metrics_v2")
    good = staged.live()["metrics_v2"]
    variables = client.get_function_configuration(FunctionName=name)["Environment"]["Variables"]
    broken = {key: it for key, it in variables.items() if key != "METRICS_NAMESPACE"}
    client.update_function_configuration(FunctionName=name, Environment={"Variables": broken})
    version = client.publish_version(FunctionName=name)["Version"]
    client.update_alias(FunctionName=name, Name="live", FunctionVersion=version)
    client.update_function_configuration(FunctionName=name, Environment={"Variables": variables})
    try:
        answer = staged.operate("smoke")
    finally:
        client.update_alias(FunctionName=name, Name="live", FunctionVersion=good)

    assert answer.status == 1
    assert answer.output.count("alive") == len(NAMES) - 1
    assert f"DEAD   metrics_v2  version {version}: bootstrap.metrics: Conf" in answer.output
    assert "METRICS_NAMESPACE: Field required" in answer.output


def test_callers_of_drift_can_tell_its_answers_apart(staged: Rehearsal) -> None:
    client, name = staged.account.client("lambda"), staged.deployed("metrics_v2")
    good = staged.live()["metrics_v2"]
    assert staged.operate("drift").status == 0
    assert good != "1"
    client.update_alias(FunctionName=name, Name="live", FunctionVersion="1")
    try:
        drifted = staged.operate("drift")
    finally:
        client.update_alias(FunctionName=name, Name="live", FunctionVersion=good)

    assert drifted.status == 3
    assert "alias live of function metrics_v2" in drifted.output
    assert staged.checkout.run("drift", "--stack", "nowhere").status == 2


def fail(staged: Rehearsal) -> None:
    """Let a call of what metrics_v2's alias serves end with an error."""
    name = staged.deployed("metrics_v2")
    client = staged.account.client("lambda")
    event = {"action": "health", "deep": True, "probes": "no probes"}
    answer = client.invoke(FunctionName=name, Qualifier="live", Payload=json.dumps(event))
    assert "FunctionError" in answer


def test_an_alarm_during_the_watch_takes_that_release_back_and_nothing_else(
    staged: Rehearsal,
) -> None:
    # A version that somebody published by hand may be the newest, as after the tests above.
    staged.operate("deploy").succeeded()
    first = staged.live()
    deploy(staged, "alarming", METRICS)
    prod = Rehearsal(staged.checkout, "prod")
    others = prod.aliases()
    # What the proofs above let fail stands in ALARM for minutes, and would be no news.
    staged.put_out()
    with staged.watched() as watch:
        staged.count_error("metrics_v2", staged.released_at() - timedelta(seconds=5))
        # The emulator's alarms take errors of one function for those of all.
        older = "passed over: metrics-errors fired for what came before: Threshold Crossed: Sum "
        assert watch.comes_to_say(older), watch.said
        status = staged.fire("alchemiser-dev-metrics-errors", watch.process)

    assert status == 1
    assert "alarm metrics-errors fired: by hand" in watch.said
    assert "docs/runbook.md#metrics-errors" in watch.said
    assert staged.live() == first
    assert prod.aliases() == others
    staged.operate("forward").succeeded()


def test_errors_of_what_went_live_take_it_back(staged: Rehearsal) -> None:
    second = staged.live()
    with staged.watched() as watch:
        fail(staged)
        # Alarms look when a metric comes, and this one takes no part in the judgement.
        staged.count_error("data_v2", staged.released_at() - timedelta(seconds=5))
        status = watch.process.wait(timeout=300)

    assert status == 1
    assert "alarm metrics-errors fired: Threshold Crossed: Sum " in watch.said
    assert {name for name, it in staged.live().items() if it != second[name]} == {"metrics_v2"}
    staged.operate("forward").succeeded()
    assert staged.live() == second


def test_a_paused_stack_starts_nothing_through_a_deployment_until_it_is_resumed(
    staged: Rehearsal,
) -> None:
    scheduler = staged.account.client("scheduler")

    def states() -> set[str]:
        return {it["State"] for it in scheduler.list_schedules()["Schedules"]}

    assert states() == {"ENABLED"}
    staged.operate("pause").succeeded()
    assert states() == {"DISABLED"}
    staged.checkout.edit(METRICS, lambda text: marked(text, "while paused"))

    deployed = staged.operate("deploy").succeeded()

    assert "dev is PAUSED" in deployed.messages
    assert states() == {"DISABLED"}
    (mapping,) = staged.account.client("lambda").list_event_source_mappings()["EventSourceMappings"]
    assert mapping["State"] == "Disabled"
    assert "paused " in staged.operate("status").succeeded().output
    staged.operate("resume").succeeded()
    assert states() == {"ENABLED"}
    staged.operate("settled").succeeded()
