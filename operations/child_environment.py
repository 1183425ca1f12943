"""Which tokens a program that is started here gets to see: those that it needs, and no others."""

from __future__ import annotations

from collections.abc import Collection, Mapping

GITHUB_TOKENS = frozenset(
    {
        "ACTIONS_CACHE_URL",
        "ACTIONS_ID_TOKEN_REQUEST_TOKEN",
        "ACTIONS_ID_TOKEN_REQUEST_URL",
        "ACTIONS_RESULTS_URL",
        "ACTIONS_RUNTIME_TOKEN",
        "ACTIONS_RUNTIME_URL",
        "GITHUB_TOKEN",
    }
)
"""What a job on GitHub can act with; only `operations.github` does, in this very process:
https://docs.github.com/en/actions/reference/security/oidc"""

BUILD_TOKENS = frozenset({"GH_TOKEN"})
"""What fetches private packages; only the packager does, and whatever starts it."""

BACKEND_TOKENS = frozenset({"PULUMI_ACCESS_TOKEN"})
"""What Pulumi's own service asks for; only the official CLI does, for a stack that lives there."""


def without_tokens(environment: Mapping[str, str], keeping: Collection[str] = ()) -> dict[str, str]:
    """Leave out every token, but for those that are needed."""
    dropped = (GITHUB_TOKENS | BUILD_TOKENS | BACKEND_TOKENS) - set(keeping)
    return {name: value for name, value in environment.items() if name not in dropped}


def build_tokens(environment: Mapping[str, str]) -> dict[str, str]:
    """Give what builds need of an environment that was left without it."""
    return {name: environment[name] for name in BUILD_TOKENS if name in environment}
