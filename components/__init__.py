"""How each kind of thing is made on AWS.

What `__all__` lists is what others may import; each is loaded when it is first asked for.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from components.alarms import make_alarms
    from components.code import CodeSource
    from components.dashboard import make_dashboard
    from components.fleet import make_functions
    from components.gate import function_gate
    from components.layer import LayerCommands, make_layers
    from components.made_resources import make_resources
    from components.promotion import stack_outputs_of
    from components.refusal import as_run_error, require_none
    from components.release import make_release
    from components.resources import Resources
    from components.settings import StackSettings
    from components.settings_problems import SettingsError
    from components.stack_config import StackConfig, stack_settings
    from components.stack_context import StackContext, fit
    from components.stack_outputs import export_outputs
    from components.triggers import connect, make_wiring
    from components.whole import make_system

__all__ = [
    "CodeSource",
    "LayerCommands",
    "Resources",
    "SettingsError",
    "StackConfig",
    "StackContext",
    "StackSettings",
    "as_run_error",
    "connect",
    "export_outputs",
    "fit",
    "function_gate",
    "make_alarms",
    "make_dashboard",
    "make_functions",
    "make_layers",
    "make_release",
    "make_resources",
    "make_system",
    "make_wiring",
    "require_none",
    "stack_outputs_of",
    "stack_settings",
]

_HOMES = {
    "CodeSource": "code",
    "LayerCommands": "layer",
    "Resources": "resources",
    "SettingsError": "settings_problems",
    "StackConfig": "stack_config",
    "StackContext": "stack_context",
    "StackSettings": "settings",
    "as_run_error": "refusal",
    "connect": "triggers",
    "export_outputs": "stack_outputs",
    "fit": "stack_context",
    "function_gate": "gate",
    "make_alarms": "alarms",
    "make_dashboard": "dashboard",
    "make_functions": "fleet",
    "make_layers": "layer",
    "make_release": "release",
    "make_resources": "made_resources",
    "make_system": "whole",
    "make_wiring": "triggers",
    "require_none": "refusal",
    "stack_outputs_of": "promotion",
    "stack_settings": "stack_config",
}


def __getattr__(name: str) -> object:
    if name not in _HOMES:
        raise AttributeError(f"{__name__} has no {name}")
    return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
