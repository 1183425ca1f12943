"""Physical names and ARNs, known before anything exists.

Every name is fixed, so a policy on exact ARNs is complete in the first preview already, and a
resource whose creation was cut off can be found again.
"""

from __future__ import annotations

from dataclasses import dataclass

from components.regions import partitions

ALIAS = "live"
"""The one alias that every trigger and permission is attached to."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Addresses:
    """Where the parts of one system live in one stack."""

    system: str
    stage: str
    account_id: str
    region: str
    boundary: str | None = None
    """Name of the policy that fences every role, where the account has one."""

    @property
    def boundary_arn(self) -> str | None:
        """ARN of that policy."""
        return self.iam(f"policy/{self.boundary}") if self.boundary else None

    @property
    def deployer_arn(self) -> str:
        """ARN of the role in which this stack is deployed without people (accounts/names.py)."""
        return self.iam(f"role/{self.system}-ci-{self.stage}-deploy")

    def iam(self, resource: str) -> str:
        """Spell an ARN of IAM, which has no region."""
        return f"arn:{self.partition}:iam::{self.account_id}:{resource}"

    @property
    def partition(self) -> str:
        """First part of every ARN after `arn:`; it follows from the region."""
        return partitions()[self.region]

    def token(self, component: str) -> str:
        """Spell a component's type, which is part of the URN of everything in it."""
        return f"{self.system}:index:{component}"

    def name(self, suffix: str) -> str:
        """Name a thing that is unique within account and region."""
        return f"{self.system}-{self.stage}-{suffix}"

    def bucket(self, name: str) -> str:
        """Name a bucket, which must be unique on all of AWS."""
        return f"{self.name(name)}-{self.account_id}"

    def queue(self, name: str, *, fifo: bool) -> str:
        """Name a queue, with the ending that SQS wants of a FIFO one."""
        return f"{self.name(name)}.fifo" if fifo else self.name(name)

    def namespace(self, metrics: str) -> str:
        """Name the metric namespace."""
        return f"{metrics}/{self.stage.title()}"

    def arn(self, service: str, resource: str) -> str:
        """Spell an ARN in this account and region."""
        return f"arn:{self.partition}:{service}:{self.region}:{self.account_id}:{resource}"

    def bucket_arn(self, name: str) -> str:
        """Spell a bucket's ARN, which carries neither account nor region."""
        return f"arn:{self.partition}:s3:::{self.bucket(name)}"

    def queue_arn(self, name: str, *, fifo: bool) -> str:
        """Spell a queue's ARN."""
        return self.arn("sqs", self.queue(name, fifo=fifo))

    def table_arn(self, name: str) -> str:
        """Spell a table's ARN."""
        return self.arn("dynamodb", f"table/{self.name(name)}")

    def topic_arn(self, name: str) -> str:
        """Spell a topic's ARN."""
        return self.arn("sns", self.name(name))

    def bus_arn(self, name: str) -> str:
        """Spell the bus's ARN."""
        return self.arn("events", f"event-bus/{self.name(name)}")

    def rule_arn(self, bus: str, rule: str) -> str:
        """Spell the ARN of a rule on a bus."""
        return self.arn("events", f"rule/{self.name(bus)}/{self.name(rule)}")

    def function_arn(self, physical_name: str) -> str:
        """Spell a function's ARN, without a version."""
        return self.arn("lambda", f"function:{self.name(physical_name)}")

    def alias_arn(self, physical_name: str) -> str:
        """Spell the ARN of a function's alias."""
        return f"{self.function_arn(physical_name)}:{ALIAS}"

    def log_group(self, physical_name: str) -> str:
        """Name the log group of a function."""
        return f"/aws/lambda/{self.name(physical_name)}"

    def secret_arn(self, name: str) -> str:
        """Spell a secret's ARN with `?` for the six letters that Secrets Manager appends."""
        return self.arn("secretsmanager", f"secret:{self.name(name)}-??????")
