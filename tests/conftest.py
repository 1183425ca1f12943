"""What holds for all tests."""

from __future__ import annotations

from hypothesis import settings

# A busy machine is no defect; pytest-timeout ends what hangs.
settings.register_profile("alchemiser", deadline=None)
settings.load_profile("alchemiser")
