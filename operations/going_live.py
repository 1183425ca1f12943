"""What the program has done when functions are published: prove all of them, then record.

`python -m operations.going_live prove` comes before any alias moves and stops the update where a
version fails; `… record` comes after the last and writes down what is live. Both read what they
need as JSON from standard input, and `record` prints what outputs tell as JSON.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path

import boto3
import click
from pydantic import BaseModel, ConfigDict, ValidationError

from command_line.ending import Ending, invoke
from command_line.lazy_group import HELPING
from operations.commit import commit_of_checkout
from operations.errors import OperationError
from operations.live import PATIENT, LambdaApi, Live
from operations.proof import Candidate, Prover, require_proven
from operations.release import Release, ReleasedFunction, ReleasedLayer, same_versions
from operations.release_store import ReleaseStore
from operations.serving import Aliased, serving, side_by_side


class _Document(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Published(_Document):
    """One function as it was published."""

    function: str
    version: str
    alias: str
    probes: tuple[dict[str, str], ...] = ()


class PublishedLayer(_Document):
    """One layer as it was published."""

    arn: str
    version: str
    key: str
    sha256: str


class Candidates(_Document):
    """Everything that is to be proven."""

    region: str
    functions: dict[str, Published]


class Deployment(Candidates):
    """Everything that a record needs besides what Lambda tells."""

    bucket: str
    layers: dict[str, PublishedLayer]
    settings: dict[str, str]
    wiring: str


def prove(document: str, live_in: Callable[[str], Live]) -> str:
    """Prove every version that no alias serves yet; raise OperationError where one fails."""
    candidates = Candidates.model_validate_json(document)
    live = live_in(candidates.region)
    serves = side_by_side(
        lambda it: live.alias_version(it.function, it.alias), candidates.functions.values()
    )
    verdicts = Prover(live=live).verdicts(
        Candidate(name=name, function=it.function, version=it.version, probes=it.probes)
        for (name, it), served in zip(candidates.functions.items(), serves, strict=True)
        if served != it.version
    )
    require_proven(verdicts)
    return "\n".join(f"{it.candidate.name}:{it.candidate.version}" for it in verdicts)


def record(
    document: str,
    live_in: Callable[[str], Live],
    store_of: Callable[[str, str], ReleaseStore],
    root: Path,
) -> str:
    """Write a release where what is live differs from the last one; print the one that is live."""
    deployment = Deployment.model_validate_json(document)
    live = live_in(deployment.region)
    functions = serving(
        live,
        {
            n: Aliased(function=it.function, alias=it.alias)
            for n, it in deployment.functions.items()
        },
        {name: it.arn for name, it in deployment.layers.items()},
    )
    store = store_of(deployment.bucket, deployment.region)
    last = store.latest()
    candidate = _release(deployment, functions, last, root)
    if last is not None and _is_the_same(last, candidate):
        return last.model_dump_json()
    return store.append(candidate).model_dump_json()


def _release(
    deployment: Deployment,
    functions: Mapping[str, ReleasedFunction],
    last: Release | None,
    root: Path,
) -> Release:
    commit, dirty = commit_of_checkout(root)
    held = last if last is not None and last.held else None
    return Release(
        number=0,
        made_at=datetime.now(UTC).replace(microsecond=0),
        commit=commit,
        dirty=dirty,
        functions=dict(functions),
        layers={
            name: ReleasedLayer(version=it.version, key=it.key, sha256=it.sha256)
            for name, it in deployment.layers.items()
        },
        settings=deployment.settings,
        wiring=deployment.wiring,
        replaces=None if last is None else last.number,
        # Who holds a stack says so in its record; only a rollback and its undoing change that.
        held=held is not None,
        restores=held.restores if held and same_versions(held.functions, functions) else None,
        probes={name: list(it.probes) for name, it in deployment.functions.items()},
    )


def _is_the_same(last: Release, now: Release) -> bool:
    return (
        same_versions(last.functions, now.functions)
        and (last.held or last.layers == now.layers)
        and last.settings == now.settings
        and last.wiring == now.wiring
    )


def _live_in(region: str) -> Live:
    return LambdaApi(
        boto3.client("lambda", region_name=region, endpoint_url=_endpoint(), config=PATIENT)
    )


def _store_of(bucket: str, region: str) -> ReleaseStore:
    return ReleaseStore(bucket, boto3.client("s3", region_name=region, endpoint_url=_endpoint()))


def _endpoint() -> str | None:
    return os.environ.get("AWS_ENDPOINT_URL") or os.environ.get("EMULATOR_ENDPOINT") or None


@click.group("python -m operations.going_live", context_settings=HELPING)
def line() -> None:
    """Prove what was published, then record what is live; both read JSON from stdin."""


@line.command("prove")
def prove_command() -> None:
    """Stop where a version fails."""
    print(prove(sys.stdin.read(), _live_in))


@line.command("record")
def record_command() -> None:
    """Write down what is live, and print what outputs tell of it as JSON."""
    print(record(sys.stdin.read(), _live_in, _store_of, Path.cwd()))


def main(arguments: list[str]) -> int:
    """Run one of the two; what stands in its way is one message."""
    ending = Ending(problems=(OperationError, ValidationError))
    return ending.of(lambda: invoke(line, arguments))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
