"""What everything that one stack needs beforehand is called, in its account."""

from __future__ import annotations

from dataclasses import dataclass

PARTITIONS = {"cn-": "aws-cn", "us-gov-": "aws-us-gov"}
"""By the beginning of a region; all others are in `aws`."""

ISSUER = "token.actions.githubusercontent.com"
"""Who says, in a job on GitHub, which repository and which environment it is of."""

AUDIENCE = "sts.amazonaws.com"
"""Whom a job's token is for."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Names:
    """One stack of one system in its account."""

    system: str
    stage: str
    account_id: str
    region: str
    state_account: str
    """Account whose bucket keeps the state of every stack."""

    @property
    def partition(self) -> str:
        """The part of AWS that the region belongs to."""
        found = (name for start, name in PARTITIONS.items() if self.region.startswith(start))
        return next(found, "aws")

    @property
    def prefix(self) -> str:
        """How the name of everything begins that the program makes for this stack."""
        return f"{self.system}-{self.stage}-"

    @property
    def early(self) -> str:
        """How the name of everything begins that is there before the program.

        It differs from `prefix`, so that who may change the program's roles may not change these.
        """
        return f"{self.system}-ci-{self.stage}"

    @property
    def state_bucket(self) -> str:
        """The bucket that keeps the state of every stack."""
        return f"{self.system}-state-{self.state_account}"

    @property
    def artifact_bucket(self) -> str:
        """The bucket in which the program keeps what it builds."""
        return f"{self.prefix}artifacts-{self.account_id}"

    @property
    def key_alias(self) -> str:
        """The key that encrypts the secrets in the stack's file and state."""
        return f"alias/{self.early}-secrets"

    @property
    def boundary_arn(self) -> str:
        """The fence around every role that the program makes."""
        return self.iam(f"policy/{self.early}-boundary")

    @property
    def issuer_arn(self) -> str:
        """The account's entry for GitHub's tokens."""
        return self.iam(f"oidc-provider/{ISSUER}")

    def role(self, duty: str) -> str:
        """Name the role of one duty."""
        return f"{self.early}-{duty}"

    def role_arn(self, duty: str) -> str:
        """Spell that role's ARN."""
        return self.iam(f"role/{self.role(duty)}")

    def iam(self, resource: str) -> str:
        """Spell an ARN of IAM, which has no region."""
        return f"arn:{self.partition}:iam::{self.account_id}:{resource}"

    def arn(self, service: str, resource: str) -> str:
        """Spell an ARN in this account and region."""
        return f"arn:{self.partition}:{service}:{self.region}:{self.account_id}:{resource}"

    def s3(self, path: str) -> str:
        """Spell the ARN of a bucket or of objects in it."""
        return f"arn:{self.partition}:s3:::{path}"
