"""What schedules ask of functions that finish what died on the way."""

from __future__ import annotations

from dataclasses import dataclass

from the_alchemiser.shared.ids import RandomIds


@dataclass(frozen=True, kw_only=True, slots=True)
class SweepRequest:
    """Asks to finish or end what hangs, in whichever run that is."""

    sweep_id: str

    @classmethod
    def new(cls, kind: str) -> SweepRequest:
        """Name one sweep, so that each that fails is told."""
        return cls(sweep_id=RandomIds().new(kind))

    @property
    def correlation_id(self) -> str:
        """Return the sweep's own id: it belongs to no run."""
        return self.sweep_id

    @property
    def cause_id(self) -> str:
        """Return the sweep's own id."""
        return self.sweep_id
