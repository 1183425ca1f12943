"""Brings to prod the very bytes that dev runs."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from blueprint.outputs import LayerOutput, StackOutputs
from operations.checkout import Checkout
from operations.engine import Engine, say
from operations.errors import OperationError
from packager.store.bucket import ArtifactBucket
from packager.store.promotion import differences, require_promotable, shipment_of


@dataclass(frozen=True, kw_only=True, slots=True)
class Promotion:
    """One way from a source stack to a target stack."""

    checkout: Checkout
    source: str
    source_engine: Engine
    source_bucket: Callable[[str], ArtifactBucket]
    target_engine: Engine

    def run(self, agree: Callable[[], bool]) -> bool:
        """Refuse, or show the plan and carry it out; False when the person did not agree."""
        ran = self.source_engine.outputs()
        require_promotable(self.source, shipment_of(ran), self.checkout.shipment())
        self._bring_layers(ran)
        self.target_engine.run("preview", "--diff")
        if not agree():
            say("not promoted: nothing was changed")
            return False
        self.target_engine.run("up", "--yes", "--skip-preview")
        self._require_same(ran)
        return True

    def _bring_layers(self, ran: StackOutputs) -> None:
        """Put the source's own layer bytes where the target's update looks before it builds."""
        bucket = self.source_bucket(ran.buckets["artifacts"])
        for name, layer in ran.layers.items():
            say(f"layer {name}: copying the bytes that {self.source} runs")
            self._bring(bucket, name, layer)

    def _bring(self, bucket: ArtifactBucket, name: str, layer: LayerOutput) -> None:
        folder = self.checkout.layer_folder(name)
        found = bucket.fetch_layer(folder, layer.key, self.checkout.output)
        if found is None or found.sha256 != layer.sha256:
            what = "nothing" if found is None else found.sha256
            message = (
                f"layer {name}: expected {layer.sha256} in s3://{bucket.name}, found {what}; "
                f"nothing was promoted. Deploy {self.source} again: it uploads what is missing."
            )
            raise OperationError(message)

    def _require_same(self, ran: StackOutputs) -> None:
        runs = self.target_engine.outputs()
        different = differences(shipment_of(ran), shipment_of(runs))
        if different:
            names = ", ".join(f"{it.kind} {it.name}" for it in different)
            message = (
                f"the update went through, and yet {names} are not what {self.source} runs. "
                "Compare with `make drift`, then promote again."
            )
            raise OperationError(message)
        say(f"{len(runs.functions)} functions and {len(runs.layers)} layers: digests equal")
