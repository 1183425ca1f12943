"""All recipes of docs/how-to.md at once, deployed to the local stack."""

from __future__ import annotations

import subprocess

import pytest

from tests.engine.checkout import Checkout
from tests.recipes import apply, recipes

pytestmark = [pytest.mark.engine, pytest.mark.timeout(900)]


def test_what_the_recipes_say_is_what_is_made(clone: Checkout, stack: Checkout) -> None:
    for diff in recipes().values():
        assert apply(diff, clone.root) == ""
    lock = [str(clone.root / ".venv/bin/python"), "-m", "packager", "lock"]
    subprocess.run(lock, cwd=clone.root, check=True, capture_output=True)
    try:
        clone.run("local").succeeded()
        account = stack.account()
        there = account.client("dynamodb").list_tables()["TableNames"]
        assert "alchemiser-local-risk" in there
        queues = account.client("sqs").list_queues()["QueueUrls"]
        assert any(url.endswith("alchemiser-local-reviews") for url in queues)
        function = account.client("lambda").get_function_configuration
        metrics = function(FunctionName="alchemiser-local-metrics", Qualifier="live")
        assert metrics["MemorySize"] == 192
        assert metrics["Environment"]["Variables"]["RISK_TABLE_NAME"] == "alchemiser-local-risk"
        mail = function(FunctionName="alchemiser-local-notifications", Qualifier="live")
        assert mail["Environment"]["Variables"]["LARGEST_LOSS_PCT"] == "0.5"
        layers = [layer["Arn"].rsplit(":", 2)[-2] for layer in mail["Layers"]]
        assert "alchemiser-local-documents" in layers
    finally:
        stack.run("local").succeeded()
