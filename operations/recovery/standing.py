"""Finds what stands in a stack's account already and `up` would make again, and whose it is."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from local.problems import LocalProblem
from operations.recovery.cloud import Cloud
from operations.recovery.deployment import Deployment, Operation, Resource
from operations.recovery.mending import find_identity
from operations.recovery.owners import CLOSED, OWNERS, Tags

UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9"
"""What a preview says of a value that only the making tells (sdk/go/common/resource/plugin)."""

HIDDEN = "[secret]"
"""What it says of a secret."""

REFUSED = re.compile(r"already ?(exists?|owned)|ResourceExists|QueueNameExists", re.IGNORECASE)
"""How services of AWS refuse to make what is there."""


def tells_of_standing(error: str) -> bool:
    """Tell whether a failed update met what is there already."""
    return REFUSED.search(error) is not None


def how_to_adopt(stack: str) -> str:
    """Say who looks at what is there already."""
    return f"What exists already, whose it is and what to do tells: make recover STACK={stack}"


@dataclass(frozen=True, kw_only=True, slots=True)
class Standing:
    """Something that `up` would make, and that is there."""

    planned: Operation
    identity: str
    tags: Tags

    def __str__(self) -> str:
        """Name it as AWS and as the program do."""
        return f"{self.planned.token} {self.identity} ({self.planned.urn.rpartition('::')[2]})"


@dataclass(frozen=True, kw_only=True, slots=True)
class Owner:
    """Whose the things of a stack are, in the words of tags."""

    system: str
    stage: str
    account_id: str

    @property
    def tags(self) -> Tags:
        """The tags that the program's provider puts on everything."""
        return {"system": self.system, "stage": self.stage}

    def has(self, standing: Standing) -> bool:
        """Tell whether something is plainly the stack's own."""
        return self.tags.items() <= standing.tags.items()


def planned_creates(document: str) -> list[Operation]:
    """Read from `pulumi preview --json` what the next `up` would make, in the order of making."""
    steps = json.loads(document).get("steps") or []
    return [
        Operation(kind="creating", resource={**entry, "inputs": _known(entry.get("inputs") or {})})
        for entry in (step["newState"] for step in steps if step["op"] == "create")
    ]


def _known(inputs: Mapping[str, Any]) -> dict[str, Any]:
    unsaid = (UNKNOWN, HIDDEN)
    texts = {key: json.dumps(value) for key, value in inputs.items()}
    return {key: inputs[key] for key, text in texts.items() if not any(it in text for it in unsaid)}


def standing(
    planned: Sequence[Operation], deployment: Deployment, cloud: Cloud
) -> Iterator[Standing]:
    """Find what stands already, of all that is planned, and is not on record by another name."""
    recorded = {_place(entry, str(entry.get("id"))) for entry in deployment.resources}
    for operation in planned:
        if (owner := OWNERS.get(operation.token)) is None:
            continue
        try:
            identity = find_identity(operation, cloud, deployment.identities)
            if identity is None or _place(operation.resource, identity) in recorded:
                continue
            tags = owner(cloud, operation.resource["inputs"], identity)
        except KeyError:
            # What it is named by is itself not made, or not adopted yet.
            continue
        if tags is not None:
            yield Standing(planned=operation, identity=identity, tags=tags)


def _place(resource: Resource, identity: str) -> tuple[str, str, str]:
    # The id of a permission is unique to its function.
    function = str(resource.get("inputs", {}).get("function", ""))
    return str(resource["type"]), identity, function


def refusal(owner: Owner, found: Sequence[Standing]) -> LocalProblem | None:
    """Say of what stands already why it is not adopted, and how it can be; None where it may be."""
    foreign = [it for it in found if not owner.has(it)]
    if not foreign:
        return None
    wanted = _told(owner.tags)
    lines = [f"   {it}: its tags say {_told(it.tags)}" for it in foreign]
    return LocalProblem(
        f"Stack {owner.stage} cannot make what stands in account {owner.account_id} already and is "
        f"not plainly its own (tags {wanted}):\n" + "\n".join(lines),
        f"If it is another's: rename or delete it. If it is this stack's: tag it {wanted} (what "
        f"has no tags: what holds it), and run: make recover STACK={owner.stage} ADOPT=1",
    )


def _told(tags: Tags) -> str:
    if tags == CLOSED:
        return CLOSED[""]
    return ", ".join(f"{key}={value}" for key, value in sorted(tags.items())) or "nothing"
