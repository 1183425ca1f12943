"""One system in one stack: what every component is made from."""

from __future__ import annotations

from dataclasses import dataclass

import pulumi

from blueprint import ARCHITECTURE, System
from components.addresses import Addresses
from components.provider import provider
from components.settings import StackSettings
from components.stack_overrides import runtime_python, with_overrides


@dataclass(frozen=True, kw_only=True, slots=True)
class StackContext:
    """A catalogue fitted to a stack, with its settings, its names and its AWS account."""

    system: System
    settings: StackSettings
    addresses: Addresses
    opts: pulumi.ResourceOptions
    """Puts a component, with its children, into the stack's account."""

    @classmethod
    def of(cls, system: System, settings: StackSettings) -> StackContext:
        """Fit a catalogue to a stack, and make the provider for the stack's account."""
        return cls(
            system=with_overrides(system, settings),
            settings=settings,
            addresses=Addresses(
                system=system.name,
                stage=settings.stage,
                account_id=settings.account_id,
                region=settings.region,
            ),
            opts=pulumi.ResourceOptions(providers=[provider(settings, system.name)]),
        )

    @property
    def runtime(self) -> str:
        """The Lambda runtime of functions and layers."""
        return f"python{runtime_python(self.settings)}"

    @property
    def architecture(self) -> str:
        """The instruction set of functions and layers."""
        return ARCHITECTURE

    @property
    def target_options(self) -> str:
        """What the packager is told to build for."""
        options = f"--python {runtime_python(self.settings)} --architecture {self.architecture}"
        return f"{options} --smallest" if self.settings.smallest_layers else options
