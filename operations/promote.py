"""Brings to prod the very bytes that dev's aliases serve."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache

from blueprint.outputs import hexadecimal
from operations.checkout import Checkout
from operations.engine import Engine, say, updates
from operations.errors import NeverDeployedError, OperationError
from operations.hold import write_hold
from operations.live import Live
from operations.moving import Mover
from operations.promotion_origins import BUILDERS, require_origins
from operations.promotion_plan import PromotionPlan
from operations.routes import routes_for
from operations.running import Running
from operations.stack_file import stack_settings
from packager.errors import PromotionRefusedError
from packager.store.bucket import ArtifactBucket
from packager.store.promotion import Difference, Shipment, differences, refusal, served_key
from packager.supply.attestation import Trust

AGREEMENTS = ("dirty", "other-commit", "held")
"""What `AGREE=` may name: each is refused otherwise."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Side:
    """One stack of a promotion, and how it is reached."""

    engine: Engine
    live: Live
    look: Callable[[], Running]


@dataclass(frozen=True, kw_only=True, slots=True)
class Promotion:
    """One way from a source stack to a target stack."""

    checkout: Checkout
    source: Side
    source_bucket: Callable[[str], ArtifactBucket]
    target: Side
    target_mover: Callable[[Running], Mover]
    agreements: frozenset[str] = frozenset()

    def run(self, agree: Callable[[], bool]) -> bool:
        """Refuse, or show the plan and carry it out; False when the person did not agree."""
        _require_known(self.agreements)
        ran = self.source.look()
        runs = self._deployed_target()
        self._require_served(ran)
        # A rollback leaves its hold in the stack's file, so the tree is dirty because of it.
        self._require_free(runs)
        self._require_known_program(ran)
        bucket = self.source_bucket(ran.outputs.buckets["artifacts"])
        layers = shipment_served(ran).layers
        require_origins(ran, layers, self.checkout, bucket, self._trust(ran))
        self._bring_layers(ran, bucket)
        preview = self.target.engine.plan("preview")
        if preview.errors:
            raise OperationError("\n".join(preview.errors))
        plan = PromotionPlan(
            root=self.checkout.root, source=ran, target=runs, preview=preview, ships=self._ships()
        )
        for line in plan.lines():
            say(line)
        if not agree():
            say("not promoted: nothing was changed")
            return False
        self._lift(runs)
        self.target.engine.run("up", "--yes", "--skip-preview")
        self._require_same(ran)
        return True

    def _ships(self) -> Shipment:
        return self.checkout.shipment()

    def _deployed_target(self) -> Running | None:
        try:
            return self.target.look()
        except NeverDeployedError:
            return None

    def _require_served(self, ran: Running) -> None:
        missing = differences(shipment_served(ran), self._ships())
        if missing:
            withdrawn = {it.name: text for it in missing if (text := self._withdrawn(ran, it))}
            raise PromotionRefusedError(refusal(ran.stack, missing, withdrawn))

    def _withdrawn(self, ran: Running, missing: Difference) -> str | None:
        """Say which version of dev has the code that this checkout would ship, if one has."""
        deployed = ran.outputs.functions.get(missing.name)
        if missing.kind != "function" or deployed is None:
            return None
        versions = self.source.live.versions(deployed.name)
        same = (it.number for it in versions if hexadecimal(it.code_sha256) == missing.found)
        number = next(same, None)
        return None if number is None else f"{ran.stack} has withdrawn it: version {number}"

    def _require_known_program(self, ran: Running) -> None:
        commit, dirty = self.checkout.commit()
        if commit is None:
            return
        if dirty and "dirty" not in self.agreements:
            raise OperationError(
                "promotion refused, nothing was touched: files differ from the commit, so nobody "
                "could say later what was promoted. Commit or stash them, or agree to it by name: "
                "make promote AGREE=dirty."
            )
        live = ran.live.commit if ran.live else None
        if commit in self._recorded_commits(ran) or (live is not None and self._is_prose(live)):
            return
        if "other-commit" not in self.agreements:
            raise OperationError(
                f"promotion refused, nothing was touched: {ran.stack} never ran commit "
                f"{commit[:12]}; what is live there came from {live[:12] if live else 'unknown'}. "
                f"The bytes are the same, but roles, wiring or settings may not be. Check that "
                f"commit out, deploy this one to {ran.stack} first, or agree to it by name: "
                "make promote AGREE=other-commit."
            )

    def _is_prose(self, live: str) -> bool:
        """Tell whether nothing that ships or deploys differs from what the source runs."""
        files = self.checkout.files_since(live)
        return files is not None and not routes_for(files)

    def _require_free(self, runs: Running | None) -> None:
        if runs is None or (not runs.hold and not _is_held(runs)):
            return
        if "held" not in self.agreements:
            number = runs.hold.release if runs.hold else runs.last.origin
            raise OperationError(
                f"promotion refused, nothing was touched: {runs.stack} is held at release {number} "
                f"by a rollback, so what is promoted would not go live. Let go of it first: make "
                f"forward STACK={runs.stack}; or let this promotion do so: make promote AGREE=held."
            )

    def _lift(self, runs: Running | None) -> None:
        if runs is None or (not runs.hold and not _is_held(runs)):
            return
        write_hold(self.target.engine, runs.hold, None)
        self.target_mover(runs).let_go(runs)
        say(f"{runs.stack} is held no longer; commit Pulumi.{runs.stack}.yaml")

    def _trust(self, ran: Running) -> Trust:
        """Say whose word counts: a commit that this one contains, or that the source ran."""
        no_git = self.checkout.commit()[0] is None
        anywhere = no_git or "other-commit" in self.agreements
        recorded = cache(lambda: self._recorded_commits(ran))
        return Trust(
            knows_commit=lambda it: anywhere or self.checkout.contains(it) or it in recorded(),
            builders=tuple(stack_settings(self.target.engine).get(BUILDERS) or ()),
            accepts_dirty=no_git or "dirty" in self.agreements,
        )

    def _recorded_commits(self, ran: Running) -> set[str | None]:
        updated = {it.commit for it in updates(self.source.engine)}
        return updated | {it.commit for it in ran.releases}

    def _bring_layers(self, ran: Running, bucket: ArtifactBucket) -> None:
        """Put the source's own layer bytes where the target's update looks before it builds."""
        digests = {it.key: it.sha256 for r in ran.releases for it in r.layers.values()}
        for name, key in sorted(shipment_served(ran).layers.items()):
            found = bucket.fetch_layer(self.checkout.layer_folder(name), key, self.checkout.output)
            if found is None or found.sha256 != digests.get(key, found.sha256):
                what = "nothing" if found is None else found.sha256
                message = (
                    f"layer {name}: expected {digests.get(key, key)} in s3://{bucket.name}, found "
                    f"{what}; nothing was promoted. Deploy {ran.stack} again: it uploads what is "
                    "missing."
                )
                raise OperationError(message)

    def _require_same(self, ran: Running) -> None:
        runs = self.target.look()
        different = differences(shipment_served(ran), shipment_served(runs))
        if different:
            names = ", ".join(f"{it.kind} {it.name}" for it in different)
            message = (
                f"the update went through, and yet {names} are not live in {runs.stack} as "
                f"{ran.stack} runs them. Compare with `make drift STACK={runs.stack}`, then "
                "promote again."
            )
            raise OperationError(message)
        say(
            f"release {runs.last.number} of {runs.stack}: {len(runs.serving)} functions and "
            f"{len(runs.outputs.layers)} layers live, digests equal"
        )


def shipment_served(running: Running) -> Shipment:
    """Identify what the aliases serve: code by digest, layers by the keys that it runs on."""
    carried = [it.layers for it in running.serving.values()]
    return Shipment(
        functions={n: hexadecimal(it.code_sha256) for n, it in running.serving.items()},
        layers={
            name: served_key((it[name].key for it in carried if name in it), layer.key)
            for name, layer in running.outputs.layers.items()
        },
    )


def _is_held(running: Running) -> bool:
    return bool(running.releases) and running.last.held


def _require_known(agreements: frozenset[str]) -> None:
    unknown: Iterator[str] = (name for name in sorted(agreements) if name not in AGREEMENTS)
    if (name := next(unknown, None)) is not None:
        raise OperationError(f"expected AGREE= out of {', '.join(AGREEMENTS)}, found {name!r}")
