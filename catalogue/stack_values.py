"""What differs by stack and reaches functions: endpoints, credentials, limits of trading."""

from __future__ import annotations

from blueprint import SecretSpec, SettingKind, SettingSpec

SECRETS = (
    SecretSpec(name="broker", purpose="Alpaca's API key pair.", fields=("key", "secret")),
    SecretSpec(name="twelvedata", purpose="Twelve Data's API key.", fields=("api_key",)),
)

SETTINGS = (
    SettingSpec(
        name="broker_endpoint",
        purpose="Where orders go: paper in dev, live in prod, simulated on one machine.",
        kind=SettingKind.URL,
        only={"dev": "https://paper-api.alpaca.markets", "prod": "https://api.alpaca.markets"},
    ),
    SettingSpec(
        name="broker_data_endpoint",
        purpose="Where bars and quotes come from.",
        kind=SettingKind.URL,
    ),
    SettingSpec(
        name="reference_data_endpoint",
        purpose="The second source that bars are compared with.",
        kind=SettingKind.URL,
    ),
    SettingSpec(
        name="reference_requests_per_minute",
        purpose="Requests that the second source's plan allows in a minute.",
        kind=SettingKind.NUMBER,
        minimum=1,
        maximum=6000,
    ),
    SettingSpec(
        name="equity_deployment_pct",
        purpose="Part of the equity that is invested; above 1 borrows.",
        kind=SettingKind.NUMBER,
        minimum=0.01,
        maximum=1.5,
    ),
    SettingSpec(
        name="step_wait_s",
        purpose="Seconds that each limit order is left open.",
        kind=SettingKind.NUMBER,
        minimum=0,
        maximum=60,
    ),
    SettingSpec(
        name="aggregation_timeout_s",
        purpose="Seconds that a run waits for all its strategies.",
        kind=SettingKind.NUMBER,
        minimum=10,
        maximum=3600,
    ),
    SettingSpec(
        name="broker_requests_per_minute",
        purpose="Requests that the broker takes in a minute, from all that use the account.",
        kind=SettingKind.NUMBER,
        minimum=10,
        maximum=10_000,
    ),
)
