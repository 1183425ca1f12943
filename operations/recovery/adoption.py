"""Takes into a stack's record what stands in its account already and is plainly its own."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from local.problems import LocalProblem
from local.progress import say, step
from operations.recovery.cloud import Cloud
from operations.recovery.deployment import Deployment, Operation, Resource, adopt, mark_unread
from operations.recovery.mending import StackCommands, import_deployment, read_again
from operations.recovery.standing import Owner, Standing, planned_creates, refusal, standing

MOST_ROUNDS = 5
"""What a thing is named by may itself be adopted, and is known to the preview after that; what a
refresh finds gone again would otherwise be found for ever."""


def adopt_standing(
    commands: StackCommands,
    owner: Owner,
    record: Callable[[], Deployment],
    cloud: Cloud,
    *,
    agreed: bool,
) -> int:
    """Record all that stands and is the stack's own; give the number of things recorded.

    Raises LocalProblem with what to do where something is another's, or nobody agreed.
    """
    if not record().resources:
        # A first deployment makes what there is to compare with, and stops at what stands.
        return 0
    _require_account(owner, cloud)
    count = 0
    for _ in range(MOST_ROUNDS):
        found = _round(commands, owner, record(), cloud, agreed=agreed)
        count += found
        if not found:
            break
    return count


def _require_account(owner: Owner, cloud: Cloud) -> None:
    answer = cloud.ask("sts", "get_caller_identity") or {}
    if answer.get("Account") != owner.account_id:
        raise LocalProblem(
            f"Credentials of account {owner.account_id} were expected for stack {owner.stage}, "
            f"found those of {answer.get('Account')}.",
            f"Sign in there, or mend Pulumi.{owner.stage}.yaml.",
        )


def _round(
    commands: StackCommands, owner: Owner, deployment: Deployment, cloud: Cloud, *, agreed: bool
) -> int:
    stack = owner.stage
    with step(f"looking whether something stands already that stack {stack} would make"):
        asked = ["preview", "--stack", stack, "--json", "--non-interactive"]
        answer = commands.run(asked, capture=True)
    if answer.status:
        say(f"stack {stack}: its preview fails, so that nobody can tell what stands in its way")
        return 0
    planned = planned_creates(answer.output)
    found = list(standing(planned, deployment, cloud))
    if problem := refusal(owner, found):
        raise problem
    if not found:
        return 0
    listed = "\n".join(f"   {it}" for it in found)
    if not agreed:
        raise LocalProblem(
            f"Stack {stack} cannot make what stands in account {owner.account_id} already; by "
            f"name, account and tags it is its own:\n{listed}",
            f"To take it into the record: make recover STACK={stack} ADOPT=1. The next `up` "
            "brings it to what the program says.",
        )
    say(f"stack {stack}: adopted, as its name, account and tags are the stack's own:\n{listed}")
    import_deployment(commands, stack, with_adopted(deployment, planned, found))
    read_again(commands, stack)
    return len(found)


def with_adopted(
    deployment: Deployment, planned: Sequence[Operation], adopted: Sequence[Standing]
) -> Deployment:
    """Record what is adopted, below components that are recorded with it."""
    identities = {it.planned.urn: it.identity for it in adopted}
    wanted = {*identities, *_parents(planned, identities)}
    resources = deployment.resources
    recorded = {str(entry["urn"]) for entry in resources}
    for operation in planned:
        if operation.urn not in wanted:
            continue
        recorded.add(operation.urn)
        only = Operation(kind=operation.kind, resource=_among(operation.resource, recorded))
        if operation.urn in identities:
            resources = adopt(resources, only, identities[operation.urn])
        else:
            resources = [*resources, only.resource]
    return deployment.with_resources(mark_unread(resources, identities))


def _parents(planned: Sequence[Operation], urns: Mapping[str, str]) -> set[str]:
    above = {it.urn: str(it.resource.get("parent", "")) for it in planned}
    found: set[str] = set()
    for start in urns:
        urn = above.get(start, "")
        while urn in above:
            found.add(urn)
            urn = above[urn]
    return found


def _among(resource: Resource, recorded: set[str]) -> Resource:
    """Leave out of a resource's dependencies what is not on record; the next `up` names all."""
    kept = [urn for urn in resource.get("dependencies") or [] if urn in recorded]
    by_property = {
        name: [urn for urn in urns or [] if urn in recorded]
        for name, urns in (resource.get("propertyDependencies") or {}).items()
    }
    return {**resource, "dependencies": kept, "propertyDependencies": by_property}
