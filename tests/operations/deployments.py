"""A stack that is deployed again and again, as far as releases are concerned."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from operations.engine_state import RECORD
from operations.going_live import record
from operations.history import Version
from operations.hold import hold_in
from operations.moving import Mover
from operations.release import Release
from operations.release_store import ReleaseStore
from operations.running import Running
from operations.stack_file import stack_settings
from tests.deployed_outputs import outputs_document
from tests.operations.fakes import FakeEngine, FakeLive, lambda_digest

LAYER = "arn:aws:lambda:us-east-1:111111111111:layer:alchemiser-dev-shared_code"


@dataclass
class Deployed:
    """The service's side of a stack, and what an update does with it."""

    store: ReleaseStore
    root: Path
    live: FakeLive = field(default_factory=FakeLive)
    engine: FakeEngine = field(default_factory=lambda: FakeEngine(None))
    shipped: dict[str, tuple[str, str, str]] = field(default_factory=dict)
    """Code, layer and settings that each function was published with last."""

    def deploy(
        self,
        code: Mapping[str, str],
        *,
        layer: str = "k1",
        settings: Mapping[str, str] | None = None,
        wiring: str = "w1",
        function_settings: str = "s1",
        whole: bool = True,
    ) -> Release | None:
        """Publish what differs, move aliases unless they are held, record; `whole=False` dies."""
        self.live.layers.setdefault(f"{LAYER}:{layer[1:]}", lambda_digest(layer))
        self.live.keys[f"{LAYER}:{layer[1:]}"] = layer
        for name, text in code.items():
            if self.shipped.get(name) != (text, layer, function_settings):
                self._publish(name, text, layer, function_settings)
                self.shipped[name] = (text, layer, function_settings)
        for name in [name for name in self.shipped if name not in code]:
            del self.shipped[name]
            del self.live.aliases[deployed(name)]
        hold = hold_in(stack_settings(self.engine))
        held = hold.functions if hold else {}
        for position, name in enumerate(code):
            if not whole and position:
                return None
            newest = self.live.published[deployed(name)][-1].number
            self.live.aliases[deployed(name)] = held.get(name, newest)
        document = self._document(code, layer, settings or {"schedules": "off"}, wiring)
        text = self._told_for(document) or record(
            document, lambda _: self.live, lambda *_: self.store, self.root
        )
        self._remember(document, text)
        return Release.model_validate_json(text)

    def _told_for(self, document: str) -> str | None:
        """Give what the command printed for this text; the engine runs it for another alone."""
        commands = [it for it in self._resources() if it["urn"] == f"urn::{RECORD}"]
        same = (it["outputs"]["stdout"] for it in commands if it["inputs"]["stdin"] == document)
        return next(same, None)

    def _publish(self, name: str, text: str, layer: str, settings: str) -> None:
        before = self.live.published.get(deployed(name), ())
        version = Version(
            number=str(len(before) + 1),
            published_at=datetime(2026, 11, 29, tzinfo=UTC),
            code_sha256=lambda_digest(text),
            description="",
            layers=(f"{LAYER}:{layer[1:]}",),
            settings=settings,
        )
        self.live.published[deployed(name)] = (*before, version)
        self.live.codes[(deployed(name), "$LATEST")] = lambda_digest(text)

    def _document(
        self, code: Mapping[str, str], layer: str, settings: Mapping[str, str], wiring: str
    ) -> str:
        functions = {
            name: {
                "function": deployed(name),
                "version": self.live.aliases[deployed(name)],
                "alias": "live",
                "probes": [{"kind": "table", "name": "t", "keys": "PK"}],
            }
            for name in code
        }
        layers = {
            "shared_code": {
                "arn": f"{LAYER}:{layer[1:]}",
                "version": layer[1:],
                "key": layer,
                "sha256": "a" * 64,
            }
        }
        return json.dumps(
            {
                "region": "us-east-1",
                "functions": functions,
                "bucket": "artifacts",
                "layers": layers,
                "settings": settings,
                "wiring": wiring,
            },
            sort_keys=True,
        )

    def _remember(self, document: str, told: str) -> None:
        """Write what the engine has on record after an update."""
        release = Release.model_validate_json(told)
        digests = {name: it.code_sha256 for name, it in release.functions.items()}
        outputs = outputs_document(digests, {"shared_code": release.layers["shared_code"].key})
        for name, it in outputs["functions"].items():
            it["version"] = release.functions[name].version
        outputs["layers"]["shared_code"]["arn"] = f"{LAYER}:{release.layers['shared_code'].version}"
        outputs["release"] = release.number
        resources: list[dict[str, Any]] = [
            {"urn": "urn::stack", "type": "pulumi:pulumi:Stack", "outputs": outputs},
            {
                "urn": f"urn::{RECORD}",
                "type": "command:local:Command",
                "inputs": {"stdin": document},
                "outputs": {"stdout": told},
            },
        ]
        for name in release.functions:
            newest = self.live.published[deployed(name)][-1]
            version = {"functionVersion": self.live.aliases[deployed(name)]}
            resources += [
                {
                    "urn": f"urn::{name}-function",
                    "type": "aws:lambda/function:Function",
                    "outputs": {
                        "name": deployed(name),
                        "version": newest.number,
                        "codeSha256": newest.code_sha256,
                    },
                },
                {
                    "urn": f"urn::{name}-alias",
                    "type": "aws:lambda/alias:Alias",
                    "inputs": version,
                    "outputs": version,
                },
            ]
        self.engine.state = {"deployment": {"resources": resources}}

    def running(self) -> Running:
        """Look at it as operations do."""
        return Running.look(self.engine, self.live, lambda _: self.store)

    @property
    def mover(self) -> Mover:
        return Mover(engine=self.engine, live=self.live, store=self.store)

    @property
    def versions(self) -> dict[str, str]:
        """What Lambda's aliases say, by logical name."""
        return {
            name.removeprefix("alchemiser-dev-"): version
            for name, version in self.live.aliases.items()
        }

    @property
    def recorded_versions(self) -> dict[str, str]:
        """What the engine's record says of the aliases."""
        return {
            str(it["urn"]).removeprefix("urn::").removesuffix("-alias"): it["outputs"][
                "functionVersion"
            ]
            for it in self._resources()
            if it["type"] == "aws:lambda/alias:Alias"
        }

    def _resources(self) -> list[dict[str, Any]]:
        state: Any = self.engine.state
        found: list[dict[str, Any]] = state["deployment"]["resources"]
        return found


def deployed(name: str) -> str:
    return f"alchemiser-dev-{name}"
