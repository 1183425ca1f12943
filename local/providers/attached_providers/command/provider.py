"""The attached `command` provider as the engine sees it."""

from __future__ import annotations

import uuid
from pathlib import Path
from typing import Any

from google.protobuf.empty_pb2 import Empty
from pulumi.runtime.proto import provider_pb2 as pb

from attached_providers import checking, diffing
from attached_providers.attachment import AttachedProvider
from attached_providers.command.paths import found_archive, found_assets
from attached_providers.command.process import Processes, Ran
from attached_providers.failures import ProviderError, refuse
from attached_providers.properties import Properties
from attached_providers.schema import says
from attached_providers.wire import UNKNOWN, Secret, Values, dump, has_secret, load, reveal

TOKEN = "command:local:Command"
LOGGING = ("stdout", "stderr", "stdoutAndStderr", "none")
INPUTS = Properties(TOKEN, {"triggers": says(replaces=True)})
OUTPUTS = ("stdout", "stderr", "assets", "archive")


class CommandProvider(AttachedProvider):
    """Behaves like pulumi-command of the version named, for `local.Command`."""

    name = "command"
    version = "1.2.1"
    # What a command prints is secret when anything it was given is.
    accepts_secrets = True

    def __init__(self) -> None:
        super().__init__()
        self._processes = Processes()

    def stop(self) -> None:
        """End every running command."""
        super().stop()
        self._processes.stop()

    def CheckConfig(self, request: pb.CheckRequest, context: Any) -> pb.CheckResponse:
        """Accept: the official provider has no settings."""
        return pb.CheckResponse(inputs=request.news)

    def DiffConfig(self, request: pb.DiffRequest, context: Any) -> pb.DiffResponse:
        """Say that nothing can differ."""
        return pb.DiffResponse(changes=pb.DiffResponse.DIFF_NONE)

    def Configure(self, request: pb.ConfigureRequest, context: Any) -> pb.ConfigureResponse:
        """Agree to take part in previews, and to take secrets."""
        return pb.ConfigureResponse(acceptSecrets=True, supportsPreview=True)

    def Invoke(self, request: pb.InvokeRequest, context: Any) -> pb.InvokeResponse:
        """Refuse: only the resource is served."""
        refuse(context, f"function {request.tok} is unknown to this attached provider")

    def Cancel(self, request: Empty, context: Any) -> Empty:
        """End what the calling engine has running."""
        self._processes.stop(context.peer())
        return super().Cancel(request, context)

    def Check(self, request: pb.CheckRequest, context: Any) -> pb.CheckResponse:
        """Check the inputs' names and types."""
        _known(request.urn, context)
        plain = reveal(load(request.news))
        failures = list(checking.object_failures(INPUTS, plain, ""))
        logging = plain.get("logging")
        if isinstance(logging, str) and logging not in LOGGING:
            failures.append(("logging", f"expected one of {', '.join(LOGGING)}, found {logging}"))
        return pb.CheckResponse(
            inputs=request.news,
            failures=[pb.CheckFailure(property=path, reason=why) for path, why in failures],
        )

    def Diff(self, request: pb.DiffRequest, context: Any) -> pb.DiffResponse:
        """Compare inputs with inputs: what lies on the disk is never looked at."""
        old, new = reveal(load(request.old_inputs)), reveal(load(request.news))
        found = diffing.compare_inputs(INPUTS, old, new, tuple(request.ignoreChanges))
        return diffing.answer(found)

    def Create(self, request: pb.CreateRequest, context: Any) -> pb.CreateResponse:
        """Run `create`; in a preview nothing is run."""
        _known(request.urn, context)
        new = load(request.properties)
        name = request.urn.rpartition("::")[2]
        if request.preview:
            return pb.CreateResponse(properties=dump(_planned(new)))
        outputs = self._run(context, request.urn, new.get("create"), new, {})
        return pb.CreateResponse(id=f"{name}{uuid.uuid4().hex[:8]}", properties=dump(outputs))

    def Read(self, request: pb.ReadRequest, context: Any) -> pb.ReadResponse:
        """Give back what is recorded: a command cannot be looked up."""
        return pb.ReadResponse(id=request.id, properties=request.properties, inputs=request.inputs)

    def Update(self, request: pb.UpdateRequest, context: Any) -> pb.UpdateResponse:
        """Run `update`, or `create` again; in a preview nothing is run."""
        _known(request.urn, context)
        new = load(request.news)
        if request.preview:
            return pb.UpdateResponse(properties=dump(_planned(new)))
        command = new.get("update") or new.get("create")
        outputs = self._run(context, request.urn, command, new, load(request.olds))
        return pb.UpdateResponse(properties=dump(outputs))

    def Delete(self, request: pb.DeleteRequest, context: Any) -> Empty:
        """Run `delete` as it is recorded."""
        state = load(request.properties)
        self._run(context, request.urn, state.get("delete"), state, state)
        return Empty()

    def _run(
        self, context: Any, urn: str, command: Any, said: Values, before: Values
    ) -> dict[str, Any]:
        """Run a command and return the outputs to record."""
        plain, text_ = reveal(said), reveal(command)
        printed = {key: reveal(before).get(key) for key in OUTPUTS}
        if text_:
            try:
                printed = self._execute(context, urn, text_, plain, printed)
            except ProviderError as error:
                refuse(context, str(error))
        printed = {"stdout": "", "stderr": "", **_present(printed)}
        sealed = {key: Secret(item) for key, item in printed.items()}
        inputs = {key: item for key, item in said.items() if key in INPUTS}
        return {**inputs, **(sealed if has_secret(inputs) else printed)}

    def _execute(
        self, context: Any, urn: str, command: str, plain: Values, before: Values
    ) -> dict[str, Any]:
        logged = plain.get("logging") or "stdoutAndStderr"

        def show(stream: str, line: str) -> None:
            if logged in (stream, "stdoutAndStderr"):
                self.log(context, urn, line)

        ran: Ran = self._processes.run(
            context.peer(),
            [*(plain.get("interpreter") or ("/bin/sh", "-c")), command],
            cwd=plain.get("dir"),
            environment=_environment(plain, before),
            stdin=plain.get("stdin") or "",
            show=(lambda line: show("stdout", line), lambda line: show("stderr", line)),
        )
        folder = Path(plain.get("dir") or ".")
        return {
            "stdout": ran.stdout,
            "stderr": ran.stderr,
            "assets": _globbed(found_assets, folder, plain.get("assetPaths")),
            "archive": _globbed(found_archive, folder, plain.get("archivePaths")),
        }


def _globbed(find: Any, folder: Path, globs: list[str] | None) -> Any:
    return None if globs is None else find(folder, globs)


def _environment(plain: Values, before: Values) -> dict[str, str]:
    said = dict(plain.get("environment") or {})
    if plain.get("addPreviousOutputInEnv") is False:
        return said
    previous = {
        "PULUMI_COMMAND_STDOUT": before.get("stdout"),
        "PULUMI_COMMAND_STDERR": before.get("stderr"),
    }
    return {**said, **{key: str(item) for key, item in previous.items() if item}}


def _planned(new: Values) -> dict[str, Any]:
    planned: dict[str, Any] = dict(new) | {"stdout": UNKNOWN, "stderr": UNKNOWN}
    for output, globs in (("assets", "assetPaths"), ("archive", "archivePaths")):
        if new.get(globs) is not None:
            planned[output] = UNKNOWN
    return planned


def _present(values: Values) -> dict[str, Any]:
    return {key: item for key, item in values.items() if item is not None}


def _known(urn: str, context: Any) -> None:
    token = urn.split("::")[2].rpartition("$")[2]
    if token != TOKEN:
        refuse(context, f"resource type {token} is unknown to this attached provider: {TOKEN}")
