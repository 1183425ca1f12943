"""Runs the whole program under Pulumi's mocks and records what it asks the engine for."""

from __future__ import annotations

import asyncio
import base64
import json
import os
import runpy
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from importlib import import_module
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from unittest.mock import Mock, patch

import pulumi
import yaml
from google.protobuf.struct_pb2 import Value
from pulumi.runtime.config import set_all_config
from pulumi.runtime.mocks import MockMonitor
from pulumi.runtime.proto.source_pb2 import StackTrace
from pulumi.runtime.settings import SETTINGS
from pulumi.runtime.stack import wait_for_rpcs

from catalogue.system import SYSTEM
from components.concurrency import Allowance
from operations import strategies
from operations.engine_state import RECORD
from operations.release import Release, ReleasedFunction
from packager.inputs.keys import layer_keys
from policies.model import UNKNOWN, Resource, Resources
from tests.deployed_outputs import outputs_document
from tests.stack_files import as_cloned

ROOT = Path(__file__).parent.parent
ENDPOINT = "http://127.0.0.1:4566"
LAYER_REPORT = {"sha256": "0" * 64, "zipped_bytes": 1000, "unzipped_bytes": 4000}
CALLERS = ("packager.check.built", "packager.image.context")
"""Modules that would keep the stub for ever, were they first imported while it is in place."""
ROOMY = Mock(return_value=Allowance(limit=1000, free=1000))
"""Stands in for what an account on AWS says; tests/components/test_concurrency.py asks Lambda."""
REVIEW = strategies.review_strategies
IMAGE_REPORT = {"digest": f"sha256:{'3' * 64}"}
SECRET = "1b47061264138c4ac30d75fd1eb44270"
"""How the engine marks a value as secret."""
VEILED = f"unknown:{UNKNOWN}"
"""Carries an unknown past the mocks, which would drop it."""


@dataclass(frozen=True, kw_only=True)
class Asked:
    """How the engine was asked for one resource, beyond its inputs."""

    parent: str
    protect: bool
    depends_on: tuple[str, ...]
    before_create: tuple[str, ...]
    before_update: tuple[str, ...]


@dataclass(frozen=True)
class Recorded:
    """One run of the program."""

    resources: Resources
    asked: Mapping[tuple[str, str], Asked]
    """By type and name."""
    outputs: Mapping[str, Any]

    def of(self, type_token: str) -> tuple[Resource, ...]:
        return self.resources.of(type_token)

    def one(self, type_token: str, name: str) -> Resource:
        found = [resource for resource in self.of(type_token) if resource.name == name]
        assert len(found) == 1, f"{name}: {[resource.name for resource in self.of(type_token)]}"
        return found[0]


class RecordingMocks(pulumi.runtime.Mocks):
    """Answers like AWS would; in a preview it knows no more than the inputs."""

    def __init__(self, stack: str, *, preview: bool, promotable: Mapping[str, Any]) -> None:
        self.stack = stack
        self.preview = preview
        self.promotable = promotable
        self.resources: list[Resource] = []

    def new_resource(self, args: pulumi.runtime.MockResourceArgs) -> tuple[str, dict[str, Any]]:
        inputs = unveiled(args.inputs)
        self.resources.append(
            Resource(type=args.typ, name=args.name, stack=self.stack, inputs=inputs)
        )
        if self.preview:
            return "", inputs
        computed = self._computed(args.name)
        if args.name == RECORD:
            computed["stdout"] = recorded_release(json.loads(inputs["stdin"]))
        return f"{args.name}-id", {**inputs, **computed}

    def _computed(self, name: str) -> dict[str, Any]:
        return {
            "arn": f"arn:aws:test:us-east-1:1:{name}",
            "stdout": json.dumps(LAYER_REPORT | IMAGE_REPORT),
            "version": "7",
            "codeSha256": "digest",
            "url": f"https://queue/{name}",
            "repositoryUrl": f"1.registry.test/{name}",
            "keyId": "key",
        }

    def call(
        self, args: pulumi.runtime.MockCallArgs
    ) -> tuple[dict[Any, Any], list[tuple[str, str]] | None]:
        assert args.token == "pulumi:pulumi:readStackOutputs", args.token
        # Other stacks are read as they are before their first deployment.
        is_dev = args.args["name"].endswith("alchemiser/dev")
        return {"outputs": self.promotable if is_dev else {}}, []


def recorded_release(deployment: Mapping[str, Any]) -> str:
    """Record what is deployed, as the command does where every alias serves the newest version."""
    functions = {
        name: ReleasedFunction(
            function=str(it["function"]), version=str(it["version"]), code_sha256="digest"
        )
        for name, it in deployment["functions"].items()
    }
    return Release(
        number=1,
        made_at=datetime(2026, 11, 29, tzinfo=UTC),
        commit=None,
        dirty=False,
        functions=functions,
        layers={},
        settings=deployment["settings"],
        wiring=deployment["wiring"],
        replaces=None,
    ).model_dump_json()


class RecordingMonitor(MockMonitor):
    """Keeps the options of each resource, and its unknown inputs."""

    def __init__(self, mocks: RecordingMocks) -> None:
        super().__init__(mocks)
        self.asked: dict[tuple[str, str], Asked] = {}

    def RegisterResource(self, request: Any) -> Any:  # noqa: N802 - gRPC names it
        self.asked[(request.type, request.name)] = Asked(
            parent=request.parent.rpartition("::")[2],
            protect=request.protect,
            depends_on=tuple(urn.rpartition("::")[2] for urn in request.dependencies),
            before_create=tuple(request.hooks.before_create),
            before_update=tuple(request.hooks.before_update),
        )
        for value in request.object.fields.values():
            veil(value)
        return super().RegisterResource(request)  # type: ignore[no-untyped-call]


def veil(value: Value) -> None:
    """Disguise unknowns in a request, in place."""
    kind = value.WhichOneof("kind")
    if kind == "string_value" and value.string_value == UNKNOWN:
        value.string_value = VEILED
    elif kind == "struct_value":
        for item in value.struct_value.fields.values():
            veil(item)
    elif kind == "list_value":
        for item in value.list_value.values:
            veil(item)


def unveiled(value: Any) -> Any:
    """Give disguised unknowns their own spelling."""
    if isinstance(value, dict):
        return {key: unveiled(item) for key, item in value.items()}
    if isinstance(value, list):
        return [unveiled(item) for item in value]
    return UNKNOWN if value == VEILED else value


def unwrapped(value: Any) -> Any:
    """Take a secret out of the form in which the engine gets it."""
    return value["value"] if isinstance(value, dict) and SECRET in value.values() else value


class Loops:
    """Event loops for the program and for the mocks' threads, which leave theirs open."""

    def __init__(self) -> None:
        self._opened: list[asyncio.AbstractEventLoop] = []

    def open(self) -> asyncio.AbstractEventLoop:
        loop = asyncio.new_event_loop()
        asyncio.set_event_loop(loop)
        self._opened.append(loop)
        return loop

    def close(self) -> None:
        asyncio.set_event_loop(None)
        for loop in self._opened:
            loop.close()


@contextmanager
def event_loop() -> Iterator[asyncio.AbstractEventLoop]:
    """Lend a loop whose threads have one each, and close all of them."""
    loops = Loops()
    loop = loops.open()
    loop.set_default_executor(ThreadPoolExecutor(initializer=loops.open))
    try:
        yield loop
    finally:
        # After a refusal, what was begun is still under way: the SDK keeps it, with its loop, for
        # the next run to wait for; and a thread that is just starting would open its loop too late.
        if begun := asyncio.all_tasks(loop):
            loop.run_until_complete(asyncio.wait(begun, timeout=10))
        loop.run_until_complete(loop.shutdown_default_executor())
        loops.close()


def stack_config(stack: str, **changes: object) -> dict[str, str]:
    """Read a stack's file as the engine hands it to the program; None takes a key away."""
    text = (ROOT / f"Pulumi.{stack}.yaml").read_text(encoding="utf-8")
    values = yaml.safe_load(as_cloned(text, stack))["config"]
    values |= {f"alchemiser:{key}": value for key, value in changes.items()}
    return {
        key: value if isinstance(value, str) else json.dumps(value)
        for key, value in values.items()
        if value is not None
    }


def stub_zip(root: Path, spec: Any, target: Any, output: Path) -> SimpleNamespace:
    """Stand in for a built zip; the artifact tests look at real ones."""
    path = Path(f"/nowhere/{spec.name}.zip")
    return SimpleNamespace(
        key="1" * 64, path=path, sha256="0" * 64, zipped_bytes=100, unzipped_bytes=300
    )


@cache
def ran_in_dev() -> Mapping[str, Any]:
    """Give what dev exports after it ran exactly what this checkout ships."""
    digest = base64.b64encode(bytes(32)).decode()
    return outputs_document(
        {spec.name: digest for spec in SYSTEM.functions},
        layer_keys(ROOT, SYSTEM),
    )


@cache
def _reviewed(loading: object, root: Path, is_local: bool) -> Any:
    return REVIEW(root, is_local=is_local)


def reviewed(root: Path, *, is_local: bool) -> Any:
    """Review strategies once for each way of loading them: a third of the time of a run."""
    return _reviewed(vars(strategies)["load_strategy"], root, is_local)


def run(
    stack: str,
    config: Mapping[str, str],
    *,
    preview: bool = False,
    environ: Mapping[str, str] | None = None,
    build: Callable[..., Any] = stub_zip,
    promotable: Mapping[str, Any] | None = None,
) -> Recorded:
    """Run `__main__.py` for a stack and wait until everything is registered."""
    ran = ran_in_dev() if promotable is None else promotable
    mocks = RecordingMocks(stack, preview=preview, promotable=ran)
    monitor = RecordingMonitor(mocks)
    outputs: dict[str, Any] = {}
    emulated = {"EMULATOR_ENDPOINT": ENDPOINT, "EMULATOR_REHEARSAL": "1"}
    given = emulated if environ is None else environ

    async def program() -> dict[str, Any]:
        runpy.run_path(str(ROOT / "__main__.py"), run_name="__main__")
        await wait_for_rpcs()
        return {
            key: await pulumi.Output.from_input(value).future() for key, value in outputs.items()
        }

    for module in CALLERS:
        import_module(module)
    with (
        event_loop() as loop,
        patch.dict(os.environ, _ambient() | dict(given), clear=True),
        patch("packager.build.functions.build_function", build),
        patch("components.concurrency.read_allowance", ROOMY),
        patch("operations.strategies.review_strategies", reviewed),
        patch("pulumi.export", outputs.__setitem__),
        # Where each resource was made is looked up with its line of source, and not recorded.
        patch("pulumi.runtime.resource._get_stack_trace", StackTrace),
    ):
        pulumi.runtime.set_mocks(
            mocks, project="alchemiser", stack=stack, preview=preview, monitor=monitor
        )
        set_all_config(dict(config), [])
        # Mocks have no engine that could call hooks back; it is enough that they register.
        SETTINGS.callbacks = SimpleNamespace(register_resource_hook=lambda hook: None)
        resolved = loop.run_until_complete(program())
    return Recorded(Resources(tuple(mocks.resources)), monitor.asked, resolved)


def _ambient() -> dict[str, str]:
    """Give the environment without what would send a stack elsewhere."""
    return {
        name: value
        for name, value in os.environ.items()
        if not name.startswith("ALCHEMISER_") and name != "AWS_ENDPOINT_URL"
    }


@cache
def recorded(stack: str, *, preview: bool = False) -> Recorded:
    """Run a stack as its file says, once for all tests."""
    return run(stack, stack_config(stack), preview=preview)
