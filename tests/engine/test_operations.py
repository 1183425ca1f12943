"""Promotion, going back, drift and repair: dev and prod rehearsed on the emulator."""

from __future__ import annotations

import io
import json
import re
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import boto3
import pytest

from blueprint.outputs import hexadecimal
from catalogue.system import SYSTEM
from tests.engine.checkout import Checkout

pytestmark = [pytest.mark.engine, pytest.mark.timeout(900)]

METRICS = "functions/metrics_v2/the_alchemiser/metrics_v2/service.py"
FUNCTION = "alchemiser-dev-metrics"


def outputs_of(checkout: Checkout, stack: str) -> dict[str, Any]:
    answer = checkout.pulumi("stack", "output", "--json", "--stack", stack).succeeded()
    outputs: dict[str, Any] = json.loads(answer.output)
    return outputs


def client(checkout: Checkout, service: str) -> Any:
    return boto3.client(
        service,  # type: ignore[call-overload]
        endpoint_url=checkout.endpoint,
        region_name="us-east-1",
        aws_access_key_id="111111111111",
        aws_secret_access_key="emulated",
    )


def operate(checkout: Checkout, verb: str, stack: str = "dev", *arguments: str) -> Any:
    on_stack = () if verb == "promote" else ("--stack", stack)
    return checkout.run(verb, *on_stack, *arguments)


@pytest.fixture
def changed(dev: Checkout) -> Iterator[Checkout]:
    """Change one byte of metrics_v2, and put it back afterwards."""
    dev.edit(METRICS, lambda text: f"{text}\n# one more line\n")
    yield dev
    dev.edit(METRICS, lambda text: text.removesuffix("\n# one more line\n"))


def test_what_was_never_deployed_has_not_drifted(dev: Checkout) -> None:
    answer = operate(dev, "drift", "prod").succeeded()

    assert "prod: nothing is deployed yet" in answer.messages


def test_every_alias_answers_a_health_event(dev: Checkout) -> None:
    answer = operate(dev, "smoke").succeeded()

    assert answer.output.count("alive") == len(SYSTEM.functions)


def test_what_dev_has_not_run_is_refused_by_name_with_both_digests(changed: Checkout) -> None:
    ran = outputs_of(changed, "dev")["functions"]["metrics_v2"]["code_sha256"]

    for answer in (operate(changed, "promote"), changed.pulumi("preview", "--stack", "prod")):
        said = answer.output + answer.messages
        assert answer.status != 0
        assert "promotion refused, nothing was touched: 1 of" in said
        assert f"function metrics_v2: dev runs {hexadecimal(ran)}, this checkout has" in said
    assert changed.account("222222222222").inventory().get("functions", set()) == set()


def test_promotion_brings_the_same_bytes_without_a_build(dev: Checkout) -> None:
    agreed = replace(dev, environment={**dev.environment, "YES": "1"})

    answer = operate(agreed, "promote").succeeded()

    assert "building" not in answer.output + answer.messages
    stacks = [outputs_of(dev, name) for name in ("dev", "prod")]
    digests = [
        {
            **{name: it["code_sha256"] for name, it in outputs["functions"].items()},
            **{f"layer {name}": it["sha256"] for name, it in outputs["layers"].items()},
        }
        for outputs in stacks
    ]
    assert len(digests[0]) == len(SYSTEM.functions) + len(SYSTEM.layers)
    assert digests[0] == digests[1]


def test_nobody_agreeing_promotes_nothing(dev: Checkout) -> None:
    answer = operate(dev, "promote")

    assert answer.status == 1
    assert "YES=1" in answer.messages


def test_a_version_is_gone_back_to_kept_and_gone_forward_from(changed: Checkout) -> None:
    before = outputs_of(changed, "dev")["functions"]["metrics_v2"]["version"]
    operate(changed, "deploy").succeeded()
    lambda_ = client(changed, "lambda")

    def live() -> str:
        alias = lambda_.get_alias(FunctionName=FUNCTION, Name="live")
        return str(alias["FunctionVersion"])

    newest = live()
    assert int(newest) > int(before)

    file = changed.root / "Pulumi.dev.yaml"
    settings = file.read_bytes()
    back = operate(changed, "rollback", "dev", "--function", "metrics_v2").succeeded()
    assert "building" not in back.output + back.messages
    assert live() == before
    assert file.read_bytes() != settings
    operate(changed, "drift").succeeded()
    operate(changed, "deploy").succeeded()
    assert live() == before
    operate(changed, "forward", "dev", "--function", "metrics_v2").succeeded()
    assert live() == newest
    assert file.read_bytes() == settings
    operate(changed, "settled").succeeded()

    listed = operate(changed, "history", "dev", "--function", "metrics_v2").succeeded().output
    assert f"{newest} live" in listed
    keys = re.findall(r":\d\d  ([0-9a-f]{12}) [0-9a-f]{12} .* shared_code:\d+/([0-9a-f]+)", listed)
    assert len(set(keys)) == len(keys) == listed.count("metrics_v2") >= 2


def test_drift_is_named_and_a_deployment_restores_it(dev: Checkout) -> None:
    operate(dev, "deploy").succeeded()
    assert operate(dev, "drift").status == 0
    lambda_, sqs = client(dev, "lambda"), client(dev, "sqs")
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        archive.writestr("edited.py", "by = 'hand'")
    lambda_.update_function_code(FunctionName=FUNCTION, ZipFile=content.getvalue())
    configuration = lambda_.get_function_configuration(FunctionName="alchemiser-dev-portfolio")
    variables = {**configuration["Environment"]["Variables"], "LOG_LEVEL": "ERROR"}
    lambda_.update_function_configuration(
        FunctionName="alchemiser-dev-portfolio", Environment={"Variables": variables}
    )
    sqs.delete_queue(
        QueueUrl=sqs.get_queue_url(QueueName="alchemiser-dev-execution.fifo")["QueueUrl"]
    )

    found = operate(dev, "drift")

    assert found.status == 3
    assert "code of function metrics_v2" in found.output
    assert "execution-queue: deployed as in the state, found is gone" in found.output
    assert "portfolio_v2-function" in found.output
    assert "LOG_LEVEL" in found.output
    operate(dev, "deploy").succeeded()
    restored = operate(dev, "drift")
    assert restored.status == 0, restored.output
    operate(dev, "settled").succeeded()


def test_a_review_says_what_dev_would_become(changed: Checkout) -> None:
    answer = operate(changed, "review").succeeded()

    assert "\n`metrics_v2` gets new code.\n" in answer.output
    assert "| update | `metrics_v2-function` |" in answer.output.partition("<details>")[2]
    assert "not built, content unchanged" in answer.output
    assert "| +17 |" in answer.output


def test_a_review_of_a_broken_program_says_why(dev: Checkout) -> None:
    dev.edit("Pulumi.dev.yaml", lambda text: text.replace("log_level: DEBUG", "log_level: LOUD"))
    try:
        answer = operate(dev, "review")
    finally:
        dev.edit("Pulumi.dev.yaml", lambda text: text.replace("LOUD", "DEBUG"))

    assert answer.status == 1
    assert "Preview of `dev` failed" in answer.output
    assert "Pulumi.dev.yaml: log_level: expected 'DEBUG', 'INFO'" in answer.output
    assert "found 'LOUD'" in answer.output
    assert "program exited" not in answer.output
    assert str(dev.root) not in answer.output
