"""The Alchemiser on AWS: ten functions around one event bus.

Read from top to bottom: this file is the table of contents of the system.
"""

from pathlib import Path

import pulumi

from blueprint import CatalogueError, require_whole
from catalogue.system import SYSTEM
from components.alarms import make_alarms
from components.code import CodeSource
from components.concurrency import require_reservable
from components.dashboard import make_dashboard
from components.fleet import make_functions
from components.gate import function_gate
from components.layer import LayerCommands, make_layers
from components.made_resources import make_resources
from components.place import require_same_place
from components.promotion import stack_outputs_of
from components.refusal import as_run_error, require_none
from components.release import make_release
from components.settings_problems import SettingsError
from components.stack_config import StackConfig, stack_settings
from components.stack_context import StackContext, fit
from components.stack_outputs import export_outputs
from components.triggers import connect, make_wiring
from operations.strategies import review_strategies
from packager.errors import PackagingError
from packager.packaging import package_system
from the_alchemiser.shared.strategy_allocations import check_allocations

ROOT = Path(__file__).parent
PACKAGER = ".venv/bin/python -m packager"
RELEASES = ".venv/bin/python -m operations.going_live"

# What to make: checked as a whole, and zipped, before anything is touched
with as_run_error(CatalogueError, SettingsError, PackagingError):
    settings = stack_settings(StackConfig.from_pulumi(), require_whole(SYSTEM))
    require_none("The strategy allocations cannot trade:", check_allocations(ROOT))
    strategies = review_strategies(ROOT, is_local=settings.endpoint is not None)
    require_none("The strategies cannot be evaluated:", strategies.problems)
    for warning in strategies.warnings:
        pulumi.log.warn(warning)
    require_same_place(settings, stack_outputs_of(settings.stage))
    system = fit(SYSTEM, settings)
    require_reservable(system, settings)
    packaged = package_system(ROOT, system, settings, stack_outputs_of)
context = StackContext.of(system, settings)

# Where things are kept, and how functions talk
resources = make_resources(context)

# What they run on
commands = LayerCommands(PACKAGER, packaged.layer_keys, packaged.layer_digests)
layers = make_layers(context, commands, resources)
code = CodeSource(
    context=context,
    zips=packaged.zips,
    images=packaged.images,
    resources=resources,
    packager=PACKAGER,
)

# The ten functions: published, proven, and live together
gate = packaged.gate(context.artifact_bucket, pulumi.log.warn)
functions = make_functions(context, code, layers, resources, function_gate(gate))
release = make_release(context, functions, layers, resources, RELEASES)

# What starts them
wiring = make_wiring(context, resources, release.aliases)
for spec in context.system.functions:
    connect(spec, functions[spec.name], wiring)

# Who is told when it breaks, and what the stack tells
make_alarms(context, resources)
make_dashboard(context)
export_outputs(context, functions, layers, packaged.zips, resources, release)
