"""The Alchemiser on AWS: ten functions around one event bus.

`catalogue/` says what there is, `components/whole.py` in which order it is made.
"""

from pathlib import Path

import pulumi

from blueprint import CatalogueError, require_whole
from catalogue.system import SYSTEM
from components.concurrency import require_reservable
from components.dashboard import make_dashboard
from components.place import require_same_place
from components.promotion import stack_outputs_of
from components.refusal import as_run_error, require_none
from components.settings_problems import SettingsError
from components.stack_config import StackConfig, stack_settings
from components.stack_context import StackContext, fit
from components.whole import make_system
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

# What there is: what things are kept in, what functions run on, what starts them, who is told
context = StackContext.of(system, settings)
make_system(context, packaged, PACKAGER, RELEASES)
make_dashboard(context)
