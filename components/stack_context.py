"""One system in one stack: what every component is made from."""

from __future__ import annotations

from dataclasses import dataclass

import pulumi

from blueprint import Architecture, System
from components.addresses import Addresses
from components.provider import provider
from components.settings import StackSettings
from components.stack_overrides import moved_functions, with_overrides


@dataclass(frozen=True, kw_only=True, slots=True)
class StackContext:
    """A system fitted to a stack, with its settings, its names and its AWS account."""

    system: System
    settings: StackSettings
    addresses: Addresses
    opts: pulumi.ResourceOptions
    """Puts a component, with its children, into the stack's account."""

    @classmethod
    def of(cls, system: System, settings: StackSettings) -> StackContext:
        """Name the parts of a system that fits the stack, and make its account's provider."""
        return cls(
            system=system,
            settings=settings,
            addresses=Addresses(
                system=system.name,
                stage=settings.stage,
                account_id=settings.account_id,
                region=settings.region,
                boundary=settings.permissions_boundary,
            ),
            opts=pulumi.ResourceOptions(providers=[provider(settings, system.name)]),
        )

    @property
    def runtime(self) -> str:
        """The Lambda runtime of functions and layers."""
        return f"python{self.system.python}"

    @property
    def artifact_bucket(self) -> str | None:
        """Deployed name of the bucket that built artifacts are taken from."""
        name = self.system.artifact_bucket
        return None if name is None else self.addresses.bucket(name)

    def target_options(self, architecture: Architecture) -> str:
        """Spell what the packager is told to build for."""
        options = f"--python {self.system.python} --architecture {architecture}"
        return f"{options} --smallest" if self.system.smallest else options


def fit(system: System, settings: StackSettings) -> System:
    """Fit a system to a stack, and say which functions run on what their entries do not."""
    fitted = with_overrides(system, settings)
    moved = moved_functions(system, fitted)
    if moved:
        pulumi.log.info(
            f"packaged for {fitted.functions[0].architecture}, which this machine runs, instead of "
            f"what their entries say: {', '.join(moved)}"
        )
    return fitted
