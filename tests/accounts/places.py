"""Two accounts, as the tests of roles have them."""

from __future__ import annotations

from accounts.calls import read_calls
from accounts.names import Names
from accounts.roles import Accounts, Role, roles
from accounts.trust import GithubRepository

GITHUB = GithubRepository(
    owner="octo-org", repository="trading", owner_id=123456, repository_id=456789
)

PLACES = {
    stage: Names(
        system="alchemiser",
        stage=stage,
        account_id=number,
        region="us-east-1",
        state_account="222222222222",
    )
    for stage, number in (("dev", "111111111111"), ("prod", "222222222222"))
}

ACCOUNTS = {
    "dev": Accounts(own=PLACES["dev"], github=GITHUB, promoted_to=PLACES["prod"]),
    "prod": Accounts(own=PLACES["prod"], github=GITHUB, promoted_from=PLACES["dev"]),
}

ROLES: dict[str, Role] = {
    role.name: role for accounts in ACCOUNTS.values() for role in roles(accounts, read_calls())
}
"""Every role of both accounts by its name."""
