"""A stack's file runs here as it is in git, and as real use has filled it."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from cli.engine.stack_file import PROVIDER_KEYS, SALT, rehearsable
from tests.stack_files import CLONED, PROVIDERS, SECURE, as_cloned, filled

ROOT = Path(__file__).parents[3]
STACKS = pytest.mark.parametrize("stack", ["dev", "prod"])
KINDS = pytest.mark.parametrize("provider", sorted(PROVIDERS))


def tracked(stack: str) -> str:
    return as_cloned((ROOT / f"Pulumi.{stack}.yaml").read_text(), stack)


@KINDS
@STACKS
def test_no_secrets_provider_but_our_own_is_asked_in_a_rehearsal(stack: str, provider: str) -> None:
    prepared = yaml.safe_load(rehearsable(filled(tracked(stack), provider)))

    assert {key: prepared[key] for key in PROVIDER_KEYS & set(prepared)} == {"encryptionsalt": SALT}
    assert str(SECURE["secure"]) not in str(prepared)


@KINDS
@STACKS
def test_all_that_is_no_secret_is_rehearsed_as_it_stands(stack: str, provider: str) -> None:
    text = filled(tracked(stack), provider, log_level="ERROR")

    prepared, original = yaml.safe_load(rehearsable(text)), yaml.safe_load(text)
    for document in (prepared, original):
        del document["config"]["alchemiser:secret_values"]
    assert prepared["config"] == original["config"]


@KINDS
def test_a_filled_file_is_for_tests_as_it_was_cloned(provider: str) -> None:
    used = filled(tracked("dev"), provider, account_id="123456789012", region="eu-central-1")

    again = as_cloned(used, "dev")
    assert yaml.safe_load(again) == yaml.safe_load(tracked("dev"))
    assert str(CLONED["dev"]["account_id"]) in again


def test_a_secret_is_one_still_when_it_is_rehearsed() -> None:
    prepared = yaml.safe_load(rehearsable(filled(tracked("dev"), "awskms")))

    secret = prepared["config"]["alchemiser:secret_values"]["broker"]["key"]
    assert set(secret) == {"secure"}


@pytest.mark.parametrize("text", ["- a list", "config: [", ""])
def test_what_is_no_stack_file_is_left_for_the_engine_to_judge(text: str) -> None:
    assert rehearsable(text) == text
