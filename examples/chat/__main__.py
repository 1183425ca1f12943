"""The chat as a stack."""

from pathlib import Path

from system import SYSTEM

from blueprint import CatalogueError, require_whole
from components import (
    SettingsError,
    StackConfig,
    StackContext,
    as_run_error,
    fit,
    make_system,
    stack_outputs_of,
    stack_settings,
)
from packager import PackagingError, package_system

ROOT = Path(__file__).parent

with as_run_error(CatalogueError, SettingsError, PackagingError):
    settings = stack_settings(StackConfig.from_pulumi(), require_whole(SYSTEM))
    system = fit(SYSTEM, settings)
    packaged = package_system(ROOT, system, settings, stack_outputs_of)
make_system(StackContext.of(system, settings), packaged, packager="python -m packager")
