"""One look at what a stack runs: its aliases, its releases, and whether a rollback holds it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from blueprint.outputs import StackOutputs
from operations.engine import Engine
from operations.engine_state import Published, outputs_in, published, read_state
from operations.errors import OperationError
from operations.hold import Hold, hold_in, hold_text
from operations.live import Live
from operations.outputs import aliased, layer_arns
from operations.pausing import is_paused
from operations.release import Release, ReleasedFunction, same_versions
from operations.release_store import ReleaseStore
from operations.serving import serving
from operations.stack_file import stack_settings


@dataclass(frozen=True, kw_only=True, slots=True)
class Running:
    """What one stack runs, as its services tell; the engine's record only says where to look."""

    stack: str
    outputs: StackOutputs
    serving: dict[str, ReleasedFunction]
    releases: tuple[Release, ...]
    """Oldest first."""
    hold: Hold | None
    paused: bool
    """Whether the kill switch stands."""
    published: dict[str, Published]
    """What an update published last, by function; live or not."""
    state: Mapping[str, Any] = field(repr=False)
    """The engine's record as it was then."""

    @classmethod
    def look(
        cls,
        engine: Engine,
        live: Live,
        store_of: Callable[[StackOutputs], ReleaseStore],
        known: Running | None = None,
    ) -> Running:
        """Ask Lambda and the artifact bucket; the stack's file too, unless it is `known`."""
        state = read_state(engine)
        outputs, shipped = outputs_in(state, engine.stack), published(state)
        settings = {} if known else stack_settings(engine)
        return cls(
            stack=engine.stack,
            outputs=outputs,
            serving=serving(live, aliased(outputs), layer_arns(outputs)),
            releases=store_of(outputs).all(),
            hold=known.hold if known else hold_in(settings),
            paused=known.paused if known else is_paused(settings),
            state=state,
            published={
                name: shipped[it.name]
                for name, it in outputs.functions.items()
                if it.name in shipped
            },
        )

    @property
    def last(self) -> Release:
        """The release recorded last; OperationError where there is none."""
        if not self.releases:
            message = (
                f"stack {self.stack} has no releases: it was deployed before they were recorded. "
                f"Deploy it once with this version: make deploy-{self.stack}."
            )
            raise OperationError(message)
        return self.releases[-1]

    @property
    def live(self) -> Release | None:
        """The newest release that is exactly what the aliases serve; None where none is."""
        matching = (it for it in reversed(self.releases) if self.serves(it))
        return next(matching, None)

    def serves(self, release: Release) -> bool:
        """Tell whether the aliases serve exactly what a release has."""
        return same_versions(self.serving, release.functions)

    @property
    def held(self) -> str:
        """One line on the hold; empty where nothing is held."""
        if self.hold is None:
            return ""
        number = self.hold.release
        restored = next((it for it in self.releases if str(it.number) == number), None)
        return hold_text(self.stack, self.hold, self.newest, restored)

    @property
    def is_settled(self) -> bool:
        """Tell whether nothing is held, by file or by record, and the engine's record agrees."""
        return not self.hold and not self.last.held and self.outputs.release == self.last.number

    @property
    def newest(self) -> dict[str, str]:
        """Version that each function was published with last."""
        return {name: it.version for name, it in self.published.items()}

    @property
    def behind(self) -> dict[str, str]:
        """Functions whose alias serves another version than the newest, with the newest."""
        return {
            name: newest
            for name, newest in self.newest.items()
            if name in self.serving and self.serving[name].version != newest
        }

    def release(self, number: int) -> Release:
        """Return one release; raise OperationError that names those there are."""
        found = next((it for it in self.releases if it.number == number), None)
        if found is None:
            numbers = [it.number for it in self.releases]
            have = f"{numbers[0]} to {numbers[-1]}" if numbers else "none"
            raise OperationError(
                f"expected a release, found TO={number}; {self.stack} has {have}. "
                f"They are listed by `make releases STACK={self.stack}`."
            )
        return found
