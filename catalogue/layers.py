"""The seven layers: six sets of dependencies, each from its own group, and the shared code."""

from __future__ import annotations

from blueprint import LayerKind, LayerSpec

SHARED_CODE = "shared_code"

LAYERS = (
    LayerSpec(
        name="strategy",
        purpose="Arithmetic on price series for the strategy workers.",
        group="layer-strategy",
        smoke="import numpy; assert numpy.arange(3).sum() == 3",
    ),
    LayerSpec(
        name="portfolio",
        purpose="The broker's SDK for reading account, positions and quotes.",
        group="layer-portfolio",
        smoke="from alpaca.trading.client import TradingClient; TradingClient('key', 'secret')",
    ),
    LayerSpec(
        name="execution",
        purpose="The broker's SDK for placing and following orders.",
        group="layer-execution",
        smoke="from alpaca.trading.client import TradingClient; TradingClient('key', 'secret')",
    ),
    LayerSpec(
        name="notifications",
        purpose="Validation and logging for the five light functions.",
        group="layer-notifications",
        smoke="import pydantic, structlog; pydantic.TypeAdapter(int).validate_python(1)",
    ),
    LayerSpec(
        name="shared_data",
        purpose="The broker's market data and the bar store.",
        group="layer-shared-data",
        smoke="import numpy; from alpaca.data.historical import StockHistoricalDataClient",
    ),
    LayerSpec(
        name="data_quality_monitor",
        purpose="The second source of prices and the bar store.",
        group="layer-data-quality-monitor",
        smoke="import numpy, requests; requests.Session()",
    ),
    LayerSpec(
        name=SHARED_CODE,
        purpose="The one copy of the code that functions share.",
        kind=LayerKind.SOURCES,
        sources=("the_alchemiser/shared",),
        smoke="import the_alchemiser.shared.events.names",
    ),
)
