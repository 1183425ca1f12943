"""The verb of a team's first hour: bring an account to what a stack needs before it is deployed."""

from __future__ import annotations

import json
import sys

import boto3
import click

from accounts.bootstrap import AccountError, apply, require_account
from accounts.checking import missing
from accounts.clients import Clients
from accounts.github_file import (
    FILE,
    WHERE_IDS_ARE,
    GithubError,
    parse_github,
    read_github,
    write_github,
)
from accounts.roles import Accounts
from accounts.template import template
from accounts.trust import GithubRepository
from cli.stacks import TARGET, names_of, reach
from local.ministack.client_environment import account_of
from local.problems import LocalProblem
from local.progress import say
from local.workfolder import WorkFolder

SOURCE = "dev"
INCOMPLETE = 3
"""Exit status of --check when something is missing; 1 stays for failures."""


@click.command
@click.option("--stack", type=click.Choice([SOURCE, TARGET]), required=True, help="which stack")
@click.option("--owner", help="of the repository whose jobs deploy")
@click.option("--repository", help="its name")
@click.option("--owner-id", help="the owner's number, which a new repository's tokens carry")
@click.option("--repository-id", help="the repository's number")
@click.option("--check", is_flag=True, envvar="CHECK", help="only say what is missing")
@click.option("--show", is_flag=True, envvar="SHOW", help="only print the template")
@click.option("--rehearse", is_flag=True, envvar="REHEARSE", help="on MiniStack instead of AWS")
@click.pass_obj
def bootstrap_account(
    work: WorkFolder, /, stack: str, check: bool, show: bool, rehearse: bool, **answers: str | None
) -> int:
    """Make what an account needs before STACK is deployed: roles, a fence, a key, a bucket.

    Run it for prod first: its account keeps the state of both. It may be run again at any time.
    """
    try:
        accounts = accounts_of(work, stack, _github(answers))
        if show:
            click.echo(json.dumps(template(accounts), indent=2))
            return 0
        clients = _clients(work, stack, rehearse=rehearse)
        if check:
            return _check(clients, accounts)
        changed = apply(clients, accounts)
    except (AccountError, GithubError) as problem:
        raise LocalProblem(str(problem), "Then run the same command again.") from problem
    _say_next(accounts, changed=changed)
    return 0


def accounts_of(work: WorkFolder, stack: str, github: GithubRepository) -> Accounts:
    """Read from the stacks' files where they live."""
    names = {stage: names_of(work.root, stage) for stage in (SOURCE, TARGET)}
    return Accounts(
        own=names[stack],
        github=github,
        promoted_from=names[SOURCE] if stack == TARGET else None,
        promoted_to=names[TARGET] if stack == SOURCE else None,
    )


def _github(answers: dict[str, str | None]) -> GithubRepository:
    given = {name: answer for name, answer in answers.items() if answer}
    known = read_github()
    if known is not None and not given:
        return known
    before = known.model_dump() if known else {}
    if not {*before, *given} >= {*answers} and sys.stdin.isatty():
        say(WHERE_IDS_ARE)
        given |= {name: click.prompt(name) for name in answers if name not in {*before, *given}}
    github = parse_github(json.dumps(before | given))
    write_github(github)
    say(f"kept in {FILE.name} for the next time: commit it")
    return github


def _clients(work: WorkFolder, stack: str, *, rehearse: bool) -> Clients:
    if rehearse:
        access = reach(stack, rehearse=True)
        return Clients.of(access.session, access.endpoint_url)
    return Clients.of(boto3.Session(region_name=account_of(work.root, stack).region), None)


def _check(clients: Clients, accounts: Accounts) -> int:
    require_account(clients, accounts.own)
    found = list(missing(clients, accounts))
    for problem in found:
        click.echo(problem)
    if found:
        say(f"{len(found)} to be made: make bootstrap-account STACK={accounts.own.stage}")
        return INCOMPLETE
    say(f"account {accounts.own.account_id} has all that {accounts.own.stage} needs")
    return 0


def _say_next(accounts: Accounts, *, changed: bool) -> None:
    own = accounts.own
    say("made" if changed else "nothing to change")
    say(
        f"export PULUMI_BACKEND_URL='s3://{own.state_bucket}?region={own.region}'\n"
        f"pulumi stack init {own.stage} "
        f"--secrets-provider='awskms://{own.key_alias}?region={own.region}'\n"
        f"Variables of the repository: see docs/operations.md; the role of deployments is "
        f"{own.role_arn('deploy')}"
    )
