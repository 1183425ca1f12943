"""Recovers a stack: on this machine before every run, on AWS when asked to."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from cli.engine.arguments import DEFAULT_STACK
from cli.engine.backend import backend_url
from cli.engine.cli import Cli, Result
from cli.engine.stack_file import PROJECT, checkpoint_file
from cli.stacks import plugin_variables
from local.ministack.client_environment import account_of, emulator_environment
from local.problems import LocalProblem
from local.progress import say
from local.workfolder import WorkFolder
from operations.engine import engine_environment
from operations.recovery.adoption import adopt_standing
from operations.recovery.backends import FileLocks, lock_folder
from operations.recovery.checkpoint import parse_export, read_checkpoint
from operations.recovery.cloud import AwsCloud
from operations.recovery.deployment import Deployment
from operations.recovery.emulator_loss import forget_lost, is_lost
from operations.recovery.file_backend import SCHEME, backend_folder
from operations.recovery.locks import lift_dead_locks
from operations.recovery.mending import StackCommands, import_deployment, mend_stack
from operations.recovery.remains import clear_remains
from operations.recovery.standing import Owner


def mend_local(cli: Cli, stack: str) -> int:
    """Make the record of a stack on this machine true; give the number of things mended."""
    folder = backend_folder(backend_url(cli.work))
    mended = clear_remains(folder) + lift_dead_locks(FileLocks(folder, PROJECT), stack)
    if notice_loss(cli, stack):
        return mended + 1
    return mended + mend_stack(cli, stack, _record(cli, stack), _cloud(cli, stack))


def notice_loss(cli: Cli, stack: str) -> bool:
    """Forget what an emulator that started empty no longer holds; tell whether that was so."""
    deployment = _record(cli, stack)
    if not deployment.resources or not is_lost(deployment, _cloud(cli, stack)):
        return False
    forget_lost(cli, stack, deployment)
    return True


def stacks_here(cli: Cli) -> dict[str, Deployment]:
    """Give the record of each stack that has something in the emulator: local, and rehearsed."""
    folder = checkpoint_file(backend_url(cli.work), DEFAULT_STACK).parent
    records = {file.stem: _record(cli, file.stem) for file in sorted(folder.glob("*.json"))}
    return {
        stack: record
        for stack, record in records.items()
        if record.resources and not is_lost(record, _cloud(cli, stack))
    }


def forget_stacks(cli: Cli, stacks: Mapping[str, Deployment]) -> None:
    """Empty the records of stacks whose emulator is gone for good."""
    locks = FileLocks(backend_folder(backend_url(cli.work)), PROJECT)
    for stack, record in stacks.items():
        lift_dead_locks(locks, stack)
        import_deployment(cli, stack, record.with_resources([]))


def _record(cli: Cli, stack: str) -> Deployment:
    return read_checkpoint(checkpoint_file(backend_url(cli.work), stack))


def _cloud(cli: Cli, stack: str) -> AwsCloud:
    return AwsCloud(emulator_environment(cli.work, stack, cli.endpoint))


def recover_stack(
    work: WorkFolder, stack: str, *, rehearse: bool = False, adopts: bool = False
) -> int:
    """Lift a dead run's lock, record what it had made, and what stands in the stack's way."""
    on_this_machine = rehearse or stack == DEFAULT_STACK
    reached = _reach_here(work, stack) if on_this_machine else _reach_on_aws(work, stack)
    mended = reached.mend()
    adopted = adopt_standing(
        reached.commands, _owner(work, stack), reached.record, reached.cloud, agreed=adopts
    )
    if not mended and not adopted:
        say(f"stack {stack}: nothing was cut off and nothing stands in its way")
    return 0


@dataclass(frozen=True, kw_only=True, slots=True)
class Reached:
    """A stack's engine, its record and its account."""

    commands: StackCommands
    cloud: AwsCloud
    record: Callable[[], Deployment]
    mend: Callable[[], int]


def _owner(work: WorkFolder, stack: str) -> Owner:
    return Owner(system=PROJECT, stage=stack, account_id=account_of(work.root, stack).number)


def _reach_here(work: WorkFolder, stack: str) -> Reached:
    cli = Cli.of(work)
    return Reached(
        commands=cli,
        cloud=_cloud(cli, stack),
        record=lambda: _record(cli, stack),
        mend=lambda: mend_local(cli, stack),
    )


def _reach_on_aws(work: WorkFolder, stack: str) -> Reached:
    region = account_of(work.root, stack).region
    environment = {**engine_environment(region), **plugin_variables(work.root)}
    cli = AmbientCli(work.root, environment)
    cloud = AwsCloud(environment)
    return Reached(
        commands=cli,
        cloud=cloud,
        record=lambda: _exported(cli, stack),
        mend=lambda: _mend_on_aws(cli, stack, cloud, environment),
    )


class AmbientCli:
    """The official CLI with the caller's own backend and credentials, for a stack on AWS."""

    def __init__(self, root: Path, environment: Mapping[str, str]) -> None:
        found = shutil.which("pulumi")
        if found is None:
            raise LocalProblem(
                "A stack on AWS was named, and the official `pulumi` was expected on PATH.",
                "Install it; or rehearse on this machine with REHEARSE=1.",
            )
        self._program = found
        self._root = root
        self._environment = environment

    def run(self, arguments: Sequence[str], *, capture: bool = False) -> Result:
        """Run one command to its end."""
        answer = subprocess.run(
            [self._program, *arguments],
            cwd=self._root,
            env=dict(self._environment),
            stdout=subprocess.PIPE if capture else None,
            text=True,
            check=False,
        )
        return Result(status=answer.returncode, output=answer.stdout or "")


def _mend_on_aws(
    cli: AmbientCli, stack: str, cloud: AwsCloud, environment: Mapping[str, str]
) -> int:
    url = environment.get("PULUMI_BACKEND_URL", "")
    if url.startswith(SCHEME) and not backend_folder(url).is_dir():
        raise LocalProblem(
            f"PULUMI_BACKEND_URL={url} was expected to name a folder, and there is none.",
            "Name the one in which the stack's state lies.",
        )
    folder = lock_folder(url, PROJECT, environment)
    mended = clear_remains(backend_folder(url)) if url.startswith(SCHEME) else 0
    mended += lift_dead_locks(folder, stack) if folder is not None else 0
    return mended + mend_stack(cli, stack, _exported(cli, stack), cloud)


def _exported(cli: AmbientCli, stack: str) -> Deployment:
    exported = cli.run(["stack", "export", "--stack", stack], capture=True)
    if exported.status:
        raise LocalProblem(f"Stack {stack} could not be read.", "See the message above.")
    return parse_export(exported.output)
