"""What Lambda itself says of a rehearsed stack, and the commands that operate it."""

from __future__ import annotations

import json
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any

from catalogue.system import SYSTEM
from tests.engine.checkout import Checkout, Ended, comes_before_the_end, kill_whole
from tests.engine.inventory import Account

ACCOUNTS = {"dev": "111111111111", "prod": "222222222222"}
METRICS = "functions/metrics_v2/the_alchemiser/metrics_v2/service.py"
SHARED = "the_alchemiser/shared/clock.py"


@dataclass(frozen=True)
class Watched:
    """A watch that runs beside a test."""

    process: subprocess.Popen[bytes]
    log: Path

    @property
    def said(self) -> str:
        return self.log.read_text()

    def comes_to_say(self, text: str) -> bool:
        return comes_before_the_end(self.process, lambda: text in self.said)


@dataclass(frozen=True)
class Rehearsal:
    """One rehearsed stack of a checkout."""

    checkout: Checkout
    stack: str = "dev"

    @property
    def account(self) -> Account:
        return self.checkout.account(ACCOUNTS[self.stack])

    def operate(self, verb: str, *arguments: str) -> Ended:
        """Run a verb on the stack; who is asked agrees."""
        on_stack = () if verb == "promote" else ("--stack", self.stack)
        agreed = {**self.checkout.environment, "YES": "1"}
        return replace(self.checkout, environment=agreed).run(verb, *on_stack, *arguments)

    @contextmanager
    def watched(self) -> Iterator[Watched]:
        """Watch what is live, from the first look on; whatever becomes of it, it ends here."""
        process = self.checkout.start("watch", "--stack", self.stack, "--watch", "10m")
        watch = Watched(process, self.checkout.home / "killed.log")
        try:
            assert watch.comes_to_say(" s to go"), watch.said
            yield watch
        finally:
            kill_whole(process)

    def fire(self, alarm: str, process: subprocess.Popen[bytes], timeout_s: float = 300) -> int:
        """Keep an alarm in ALARM until a process that watches it ends, then OK; give its status.

        CloudWatch soon puts a state that was set by hand right again
        (https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_SetAlarmState.html);
        MiniStack does so whenever a metric arrives.
        """
        cloudwatch, deadline = self.account.client("cloudwatch"), time.monotonic() + timeout_s
        while process.poll() is None:
            assert time.monotonic() < deadline, f"{alarm} fired, and nobody heard of it"
            cloudwatch.set_alarm_state(AlarmName=alarm, StateValue="ALARM", StateReason="by hand")
            time.sleep(1)
        cloudwatch.set_alarm_state(AlarmName=alarm, StateValue="OK", StateReason="by hand")
        return process.returncode

    def put_out(self) -> None:
        """Set every alarm to OK, until the next metric has MiniStack look at them again."""
        cloudwatch = self.account.client("cloudwatch")
        for page in cloudwatch.get_paginator("describe_alarms").paginate():
            for alarm in page["MetricAlarms"]:
                cloudwatch.set_alarm_state(
                    AlarmName=alarm["AlarmName"], StateValue="OK", StateReason="by hand"
                )

    def count_error(self, name: str, at: datetime) -> None:
        """Let a function have an error on record, whereupon MiniStack looks at its alarms.

        It does so when a metric is put, and at no other time.
        """
        function = {"Name": "FunctionName", "Value": self.deployed(name)}
        datum = {"MetricName": "Errors", "Dimensions": [function], "Timestamp": at, "Value": 1}
        cloudwatch = self.account.client("cloudwatch")
        cloudwatch.put_metric_data(Namespace="AWS/Lambda", MetricData=[datum])

    def released_at(self) -> datetime:
        """Ask S3 when the newest release was recorded."""
        s3 = self.account.client("s3")
        found = s3.list_objects_v2(Bucket=self.artifacts, Prefix="releases/")["Contents"]
        newest = s3.get_object(Bucket=self.artifacts, Key=max(it["Key"] for it in found))
        return datetime.fromisoformat(json.loads(newest["Body"].read())["made_at"])

    @property
    def artifacts(self) -> str:
        """Deployed name of the bucket with layers and releases."""
        buckets = self.account.client("s3").list_buckets()["Buckets"]
        (name,) = (it["Name"] for it in buckets if "artifacts" in it["Name"])
        return str(name)

    def deployed(self, name: str) -> str:
        spec = next(spec for spec in SYSTEM.functions if spec.name == name)
        return f"alchemiser-{self.stack}-{spec.physical_name}"

    def live(self) -> dict[str, str]:
        """Ask Lambda for the version behind every alias, by logical name."""
        client = self.account.client("lambda")
        return {
            spec.name: client.get_alias(FunctionName=self.deployed(spec.name), Name="live")[
                "FunctionVersion"
            ]
            for spec in SYSTEM.functions
        }

    def aliases(self) -> dict[str, str]:
        """Ask Lambda for every alias there is, by its ARN; none where nothing is deployed."""
        client = self.account.client("lambda")
        pages = client.get_paginator("list_functions").paginate()
        names = [it["FunctionName"] for page in pages for it in page["Functions"]]
        found = (client.list_aliases(FunctionName=name)["Aliases"] for name in names)
        return {it["AliasArn"]: it["FunctionVersion"] for listed in found for it in listed}

    def served(self) -> dict[str, tuple[str, tuple[str, ...]]]:
        """Ask Lambda for digest and layers' digests of what every alias serves."""
        return {name: self.described(name, version) for name, version in self.live().items()}

    def described(self, name: str, version: str) -> tuple[str, tuple[str, ...]]:
        """Ask Lambda for the digests of one version and of the layers that it runs on."""
        client = self.account.client("lambda")
        found: Any = client.get_function(FunctionName=self.deployed(name), Qualifier=version)
        layers = [it["Arn"] for it in found["Configuration"].get("Layers", [])]
        digests = (client.get_layer_version_by_arn(Arn=arn)["Content"] for arn in layers)
        return (
            found["Configuration"]["CodeSha256"],
            tuple(sorted(it["CodeSha256"] for it in digests)),
        )


def marked(text: str, mark: str) -> str:
    """Change source text by a line that does nothing."""
    return f"{text}\n# {mark}\n"
