from __future__ import annotations

import pytest

from operations.routes import Route, routes_for


@pytest.mark.parametrize(
    ("paths", "routes"),
    [
        (["functions/metrics_v2/the_alchemiser/metrics_v2/service.py"], {Route.FUNCTIONS}),
        (["strategies/trend.clj"], {Route.FUNCTIONS}),
        (["layers/strategy/requirements.txt", "uv.lock"], {Route.DEPENDENCY_LAYERS}),
        (["the_alchemiser/shared/errors.py"], {Route.SHARED_LAYERS}),
        (["layers/quant/git.json"], {Route.SHARED_LAYERS}),
        (["components/queues.py"], set(Route)),
        (["Pulumi.dev.yaml"], set(Route)),
        (["README.md", "docs/controls.md"], set()),
        (
            ["functions/data_v2/the_alchemiser/data_v2/ports.py", "the_alchemiser/shared/ids.py"],
            {Route.FUNCTIONS, Route.SHARED_LAYERS},
        ),
    ],
)
def test_a_changed_path_calls_for_its_pipelines(paths: list[str], routes: set[Route]) -> None:
    assert routes_for(paths) == routes
