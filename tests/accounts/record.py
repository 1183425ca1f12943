"""Rehearses what the workflows do and writes down what of AWS that calls.

`python -m tests.accounts.record` runs each make target against an emulator behind a recorder (ten
minutes), and writes accounts/recorded.json, with the actions of each duty, and accounts/kinds.json,
with the kinds of resources that the service authorization reference has for them. `… kinds` writes
the latter alone, after a change of accounts/beyond.json.
"""

from __future__ import annotations

import json
import re
import sys
import tempfile
from collections.abc import Mapping, Set
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

from policy_sentry.querying.actions import get_action_data
from policy_sentry.querying.arns import get_resource_type_name_with_raw_arn

from accounts.resources import PATTERNS
from local.progress import say
from operations.recovery.owners import OWNERS
from tests.accounts.emulator import emulator
from tests.accounts.evaluator import named_calls
from tests.accounts.recorder import Recorder, recording
from tests.engine.checkout import Checkout, copy_checkout
from tests.engine.forgetting import exported, first_of, forget
from tests.engine.rehearsal import ACCOUNTS, METRICS, marked
from tests.stack_files import FILLED, filled

FOLDER = Path(__file__).parents[2] / "accounts"

ALWAYS_ALLOWED = frozenset({"sts:GetCallerIdentity"})
"""Of which AWS asks no permission."""

BY_FUNCTIONS = frozenset(
    {
        *("cloudwatch:PutMetricData", "secretsmanager:GetSecretValue"),
        *("dynamodb:GetItem", "dynamodb:Query", "dynamodb:Scan"),
    }
)
"""What functions call while they prove themselves, in the name of their own roles."""

REHEARSED_ALONE = frozenset({"iam:CreatePolicy"})
"""What a rehearsal does that `make bootstrap-account` has done on AWS."""

BY_PEOPLE = frozenset({"s3:DeleteObject", "s3:ListBucketVersions"})
"""Emptying a stack's buckets to take it down, which no workflow does and no role of one may."""

Actions = dict[str, set[str]]

NOT_THE_DUTYS = ALWAYS_ALLOWED | BY_FUNCTIONS | REHEARSED_ALONE


class Rehearsals:
    """Runs targets on rehearsed stacks and keeps what each account was asked for."""

    def __init__(self, checkout: Checkout, recorder: Recorder) -> None:
        self._checkout = checkout
        self._recorder = recorder
        self.called: Actions = {}

    def run(self, duty: str, account: str, *command: str) -> None:
        """Run one command, and put what it asked of one account down to a duty."""
        say(f"{duty}: {' '.join(command)}")
        self._checkout.run(*command).succeeded()
        requests = [it for it in self._recorder.take() if it["key"] == ACCOUNTS[account]]
        actions = {action for action, _ in named_calls(requests)}
        self.called.setdefault(duty, set()).update(actions - NOT_THE_DUTYS)


def rehearse(folder: Path) -> Actions:
    """Do what the workflows and an operator do, from the first deployment to the last."""
    with emulator(folder) as upstream, recording(upstream) as recorder:
        bare = copy_checkout(folder / "checkout", folder / "home")
        for stack, provider in FILLED.items():
            # As use fills them: with those who are told of alarms, say.
            bare.edit(f"Pulumi.{stack}.yaml", partial(filled, provider=provider))
        behind = {"REHEARSE": "1", "YES": "1", "EMULATOR_ENDPOINT": recorder.url}
        checkout = replace(bare, environment=behind)
        found = Rehearsals(checkout, recorder)
        found.run("deploy", "dev", "deploy", "--stack", "dev")
        checkout.edit(METRICS, lambda text: marked(text, "recorded"))
        found.run("review", "dev", "review", "--stack", "dev")
        found.run("deploy", "dev", "deploy", "--stack", "dev")
        found.run("deploy", "dev", "smoke", "--stack", "dev")
        found.run("deploy", "dev", "settled", "--stack", "dev")
        found.run("drift", "dev", "drift", "--stack", "dev")
        forget(checkout, "dev", _one_of_each(checkout), folder)
        recorder.take()
        found.run("deploy", "dev", "recover", "--stack", "dev", "--adopt")
        found.run("promotion", "dev", "promote")
        found.run("teardown", "dev", "pulumi", "destroy", "--stack", "dev", "--yes")
        return found.called


def _one_of_each(checkout: Checkout) -> set[str]:
    """Name one thing of each type that can stand in the way."""
    document = exported(checkout, "dev")
    present = {entry["type"] for entry in document["deployment"]["resources"]}
    return {first_of(document, token)["urn"] for token in OWNERS.keys() & present}


def by_duty(called: Mapping[str, Set[str]], beyond: Mapping[str, Any]) -> dict[str, list[str]]:
    """Put each action down to the least duty that makes it; a greater one has the lesser's too."""
    # Its one note it may write by a statement of its own (accounts/roles.py).
    looked, made = called["drift"] - {"s3:PutObject"}, called["deploy"]
    own = {
        "deploy": made - looked,
        "drift": looked,
        # Its bucket admits the promoting role itself (components/bucket.py).
        "promotion": {it for it in called["promotion"] if not it.startswith("s3:")},
        "review": called["review"],
        "teardown": called["teardown"] - looked - made - BY_PEOPLE,
    }
    known = {duty: {it for group in beyond.get(duty, {}).values() for it in group} for duty in own}
    return {duty: sorted(actions - known[duty]) for duty, actions in own.items()}


def kinds_of(action: str) -> list[str]:
    """Name the kinds of resources of the program that an action may name."""
    service, _, name = action.partition(":")
    found = get_action_data(service, name)
    if not found:
        raise SystemExit(f"the service authorization reference knows no {action}")
    formats = {entry["resource_arn_format"] for entry in found[service]} - {"*"}
    kinds = {
        f"{service}/{_spelled(str(get_resource_type_name_with_raw_arn(it)))}" for it in formats
    }
    return sorted(kinds & PATTERNS.keys())


def _spelled(kind: str) -> str:
    """Spell a kind as IAM's own pages do; a rule is one on whichever bus."""
    kebab = re.sub(r"(?<=[a-z])(?=[A-Z])|\s", "-", kind).lower()
    return "rule" if kebab.startswith("rule-on-") else kebab


def write(name: str, content: Mapping[str, Any]) -> None:
    """Write one of the files beside the module that reads them."""
    text = json.dumps(dict(sorted(content.items())), indent=2)
    (FOLDER / name).write_text(f"{text}\n", encoding="utf-8")


def read(name: str) -> dict[str, Any]:
    """Read one of them."""
    found: dict[str, Any] = json.loads((FOLDER / name).read_text(encoding="utf-8"))
    return found


def main(arguments: list[str]) -> None:
    """Write what is asked for."""
    beyond = read("beyond.json")
    if arguments != ["kinds"]:
        with tempfile.TemporaryDirectory() as folder:
            write("recorded.json", by_duty(rehearse(Path(folder)), beyond))
    every = {action for actions in read("recorded.json").values() for action in actions}
    every |= {it for groups in beyond.values() for group in groups.values() for it in group}
    write("kinds.json", {action: kinds_of(action) for action in every})


if __name__ == "__main__":
    main(sys.argv[1:])
