"""Says of a whole stack whose signatures its functions' code must bear.

Signing itself is AWS Signer's: docs/packages.md says what has to be signed, and where.
"""

from __future__ import annotations

import pulumi
from pulumi_aws import lambda_

from components.stack_context import StackContext


def make_code_signing(context: StackContext) -> pulumi.Output[str] | None:
    """Make the stack's configuration and return its ARN; None where there is none to be made."""
    wanted = context.settings.code_signing
    if wanted is None:
        return None
    if context.settings.rehearsal:
        pulumi.log.warn("code_signing is not rehearsed: the emulator has no such configurations")
        return None
    made = lambda_.CodeSigningConfig(
        "code-signing",
        description=f"Whose code runs in {context.system.name} {context.settings.stage}.",
        allowed_publishers=lambda_.CodeSigningConfigAllowedPublishersArgs(
            signing_profile_version_arns=list(wanted.publishers)
        ),
        policies=lambda_.CodeSigningConfigPoliciesArgs(
            untrusted_artifact_on_deployment="Enforce" if wanted.enforced else "Warn"
        ),
        opts=context.opts,
    )
    return made.arn
