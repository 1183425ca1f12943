"""Carries out a plan: aliases by Lambda itself, then the release, then the engine's record.

The stack's file comes first, so that an update which finds the move cut off leaves the aliases
where they are going. What this checkout would ship plays no part, so it works from any commit.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from operations.engine import Engine, updates
from operations.engine_state import correct_state
from operations.errors import OperationError
from operations.hold import Hold, write_hold
from operations.live import Live
from operations.outputs import aliased, layer_arns
from operations.release import Release, ReleasedFunction, same_versions
from operations.release_store import ReleaseStore
from operations.rollback import Move, Plan
from operations.running import Running
from operations.serving import serving, side_by_side


@dataclass(frozen=True, kw_only=True, slots=True)
class Mover:
    """Moves the aliases of one stack."""

    engine: Engine
    live: Live
    store: ReleaseStore

    def carry_out(self, running: Running, plan: Plan, *, hold: bool) -> Release:
        """Move all or none, record what is live then, and hold it or let go."""
        wanted = _hold(running, plan) if hold else None
        write_hold(self.engine, running.hold, wanted)
        try:
            self._move_all(plan.moves)
        except OperationError:
            write_hold(self.engine, wanted, running.hold)
            raise
        release = self._record(running, plan, held=hold)
        correct_state(self.engine, running.state, release)
        return release

    def let_go(self, running: Running) -> None:
        """Record that nothing is held any longer, and move nothing."""
        plan = Plan(moves=(), restores=running.last.origin)
        correct_state(self.engine, running.state, self._record(running, plan, held=False))

    def _move_all(self, moves: tuple[Move, ...]) -> None:
        failures = [it for it in side_by_side(self._move, moves) if it is not None]
        if not failures:
            return
        # Moving back what never moved changes nothing, and is surer than knowing.
        side_by_side(
            lambda it: self.live.move_alias(it.function, it.alias, it.current),
            [move for move in moves if move.name not in dict(failures)],
        )
        raise failures[0][1]

    def _move(self, move: Move) -> tuple[str, OperationError] | None:
        try:
            self.live.move_alias(move.function, move.alias, move.target)
        except OperationError as error:
            return move.name, error
        return None

    def _record(self, running: Running, plan: Plan, *, held: bool) -> Release:
        outputs, last = running.outputs, running.last
        served = serving(self.live, aliased(outputs), layer_arns(outputs))
        if last.held == held and same_versions(last.functions, served):
            return last
        origin = _origin_of(running, served, plan.restores)
        commit, dirty = self._commit(running, origin, held=held)
        return self.store.append(
            last.model_copy(
                update={
                    "made_at": datetime.now(UTC).replace(microsecond=0),
                    "commit": commit,
                    "dirty": dirty,
                    "functions": served,
                    "replaces": last.number,
                    "restores": origin,
                    "held": held,
                }
            )
        )

    def _commit(
        self, running: Running, origin: int | None, *, held: bool
    ) -> tuple[str | None, bool]:
        """Tell from which commit the code came that is live now."""
        released = running.last if origin is None else running.release(origin)
        # What waited behind a hold was published by the newest update.
        waited = updates(self.engine)[:1] if origin is None and not held else ()
        came_from = waited[0] if waited else released
        return came_from.commit, came_from.dirty


def _origin_of(
    running: Running, served: Mapping[str, ReleasedFunction], wanted: int | None
) -> int | None:
    """Find the release in which exactly these versions were live together first."""
    if wanted is not None and same_versions(running.release(wanted).functions, served):
        return wanted
    matching = (it for it in running.releases if same_versions(it.functions, served))
    return next((it.origin for it in matching), None)


def _hold(running: Running, plan: Plan) -> Hold:
    current = {name: it.version for name, it in running.serving.items()}
    moved = {move.name: move.target for move in plan.moves}
    held = running.hold.release if running.hold else running.last.number
    number = held if plan.restores is None else plan.restores
    return Hold(release=str(number), functions={**current, **moved})
