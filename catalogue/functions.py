"""The ten functions, in the order in which a trading day meets them."""

from __future__ import annotations

from catalogue import places as at
from catalogue.model import Access, FunctionSpec, Grant, OnEvent, OnQueue, OnSchedule, Setting
from catalogue.phrases import BROKER_ACCESS, keeps, on, reads, sweep
from the_alchemiser.shared.events.names import SOURCE_PREFIX, EventName

FUNCTIONS = (
    FunctionSpec(
        name="data_v2",
        physical_name="shared-data",
        purpose="Keep the daily bars complete and correct.",
        layers=("shared_data", "shared_code"),
        triggers=(
            OnSchedule(
                schedule="data-refresh", expression="cron(0 4 ? * TUE-SAT *)", timezone="UTC"
            ),
            on("market-data-fetch-requested", EventName.MARKET_DATA_FETCH_REQUESTED),
        ),
        publishes=(EventName.MARKET_DATA_FETCH_COMPLETED, EventName.WORKFLOW_FAILED),
        grants=(
            keeps(at.BARS),
            keeps(at.FETCH_REQUESTS),
            keeps(at.BAD_DATA),
            reads(at.BROKER),
            Grant(Access.INVOKE, at.REFRESH),
        ),
        environment={
            "ALPACA__SECRET_ARN": at.BROKER,
            "ALPACA__DATA_ENDPOINT": Setting("broker_data_endpoint"),
            "CONTINUATION_FUNCTION_NAME": at.REFRESH,
            "MARKET_DATA_BUCKET": at.BARS,
            "FETCH_REQUESTS_TABLE": at.FETCH_REQUESTS,
            "FETCH_COOLDOWN_MINUTES": "15",
            "BAD_DATA_MARKERS_TABLE": at.BAD_DATA,
        },
        timeout_s=900,
        memory_mb=1024,
        data=("strategies", "config"),
    ),
    FunctionSpec(
        name="data_quality_monitor",
        physical_name="shared-data-quality-monitor",
        purpose="Compare the stored bars with a second source.",
        layers=("data_quality_monitor", "shared_code"),
        triggers=(
            OnSchedule(
                schedule="quality-check", expression="cron(30 4 ? * TUE-SAT *)", timezone="UTC"
            ),
        ),
        publishes=(EventName.WORKFLOW_FAILED,),
        grants=(
            reads(at.BARS),
            reads(at.TWELVEDATA),
            Grant(Access.INVOKE, at.QUALITY_CHECK),
        ),
        environment={
            "CONTINUATION_FUNCTION_NAME": at.QUALITY_CHECK,
            "MARKET_DATA_BUCKET": at.BARS,
            "TWELVEDATA__SECRET_ARN": at.TWELVEDATA,
            "TWELVEDATA__ENDPOINT": Setting("reference_data_endpoint"),
        },
        timeout_s=900,
        memory_mb=1024,
        data=("strategies", "config"),
    ),
    FunctionSpec(
        name="coordinator_v2",
        physical_name="strategy-orchestrator",
        purpose="Open the day's session and start one worker for each strategy.",
        layers=("notifications", "shared_code"),
        triggers=(
            OnSchedule(
                schedule="trade-run",
                expression="cron(45 15 ? * MON-FRI *)",
                timezone="America/New_York",
                input={"mode": "trade"},
                flexible_window_minutes=10,
            ),
        ),
        publishes=(EventName.WORKFLOW_FAILED,),
        grants=(keeps(at.SESSIONS), Grant(Access.INVOKE, at.WORKER)),
        environment={
            "AGGREGATION_TABLE_NAME": at.SESSIONS,
            "AGGREGATION_TIMEOUT_SECONDS": Setting("aggregation_timeout_s"),
            "STRATEGY_FUNCTION_NAME": at.WORKER,
        },
        timeout_s=60,
        memory_mb=512,
        data=("config",),
    ),
    FunctionSpec(
        name="strategy_v2",
        physical_name="strategy-worker",
        purpose="Evaluate one strategy file on the stored bars.",
        layers=("strategy", "shared_code"),
        publishes=(
            EventName.PARTIAL_SIGNAL_GENERATED,
            EventName.MARKET_DATA_FETCH_REQUESTED,
            EventName.WORKFLOW_FAILED,
        ),
        grants=(reads(at.BARS),),
        environment={"MARKET_DATA_BUCKET": at.BARS},
        timeout_s=900,
        memory_mb=1024,
        data=("strategies",),
    ),
    FunctionSpec(
        name="aggregator_v2",
        physical_name="signal-aggregator",
        purpose="Merge the partial signals of a session into one, exactly once.",
        layers=("notifications", "shared_code"),
        triggers=(
            on("partial-signal-generated", EventName.PARTIAL_SIGNAL_GENERATED),
            OnEvent(
                rule="run-ended",
                detail_types=(EventName.ALL_TRADES_COMPLETED, EventName.WORKFLOW_FAILED),
                source_prefix=SOURCE_PREFIX,
            ),
            sweep("session-expiry", "expire_sessions"),
        ),
        publishes=(EventName.SIGNAL_GENERATED, EventName.WORKFLOW_FAILED),
        grants=(keeps(at.SESSIONS),),
        environment={"AGGREGATION_TABLE_NAME": at.SESSIONS, "ALLOCATION_TOLERANCE": "0.01"},
        timeout_s=60,
        memory_mb=512,
    ),
    FunctionSpec(
        name="portfolio_v2",
        physical_name="portfolio",
        purpose="Turn target weights into a plan and queue its trades.",
        layers=("portfolio", "shared_code"),
        triggers=(on("signal-generated", EventName.SIGNAL_GENERATED),),
        publishes=(EventName.REBALANCE_PLANNED, EventName.WORKFLOW_FAILED),
        grants=(
            keeps(at.PLANS),
            keeps(at.RUNS),
            reads(at.SESSIONS),
            Grant(Access.SEND, at.TRADES),
            reads(at.BROKER),
        ),
        environment={
            **BROKER_ACCESS,
            "ALPACA__EQUITY_DEPLOYMENT_PCT": Setting("equity_deployment_pct"),
            "AGGREGATION_TABLE_NAME": at.SESSIONS,
            "REBALANCE_PLAN__TABLE_NAME": at.PLANS,
            "EXECUTION_RUNS_TABLE_NAME": at.RUNS,
            "EXECUTION_FIFO_QUEUE_URL": at.TRADES,
        },
        timeout_s=900,
        memory_mb=1024,
    ),
    FunctionSpec(
        name="execution_v2",
        physical_name="execution",
        purpose="Place one trade with the broker and book its fills.",
        layers=("execution", "shared_code"),
        triggers=(
            # Two of the ten reserved runs stay free for the sweep.
            OnQueue(queue="execution", maximum_concurrency=8),
            sweep("run-sweep", "sweep"),
        ),
        publishes=(
            EventName.TRADE_EXECUTED,
            EventName.WORKFLOW_COMPLETED,
            EventName.WORKFLOW_FAILED,
        ),
        grants=(
            keeps(at.RUNS),
            keeps(at.LEDGER),
            Grant(Access.SEND, at.TRADES),
            Grant(Access.PUT_METRICS, at.METRICS),
            reads(at.BROKER),
        ),
        environment={
            **BROKER_ACCESS,
            "EXECUTION__STEP_WAIT_S": Setting("step_wait_s"),
            "EXECUTION_RUNS_TABLE_NAME": at.RUNS,
            "EXECUTION_FIFO_QUEUE_URL": at.TRADES,
            "TRADE_LEDGER__TABLE_NAME": at.LEDGER,
            "METRICS_NAMESPACE": at.METRICS,
        },
        timeout_s=600,
        memory_mb=1024,
        reserved_concurrency=10,
    ),
    FunctionSpec(
        name="trade_aggregator",
        physical_name="trade-aggregator",
        purpose="Say once that all trades of a run are done.",
        layers=("notifications", "shared_code"),
        triggers=(
            on("trade-executed", EventName.TRADE_EXECUTED),
            on("nothing-to-trade", EventName.REBALANCE_PLANNED, trades_required=(False,)),
            sweep("run-conclusion", "finish_runs"),
        ),
        publishes=(EventName.ALL_TRADES_COMPLETED, EventName.WORKFLOW_FAILED),
        grants=(keeps(at.RUNS),),
        environment={"EXECUTION_RUNS_TABLE_NAME": at.RUNS},
        timeout_s=60,
        memory_mb=512,
    ),
    FunctionSpec(
        name="metrics_v2",
        physical_name="metrics",
        purpose="Publish profit, loss and positions by strategy.",
        layers=("notifications", "shared_code"),
        triggers=(on("trade-executed-metrics", EventName.TRADE_EXECUTED),),
        grants=(reads(at.LEDGER), Grant(Access.PUT_METRICS, at.METRICS)),
        environment={"TRADE_LEDGER__TABLE_NAME": at.LEDGER, "METRICS_NAMESPACE": at.METRICS},
        timeout_s=60,
        memory_mb=512,
    ),
    FunctionSpec(
        name="notifications_v2",
        physical_name="notifications",
        purpose="Mail the day's result, or what went wrong.",
        layers=("notifications", "shared_code"),
        triggers=(
            on("all-trades-completed", EventName.ALL_TRADES_COMPLETED),
            OnEvent(
                rule="workflow-failed",
                detail_types=(EventName.WORKFLOW_FAILED,),
                source_prefix=SOURCE_PREFIX,
            ),
        ),
        grants=(
            reads(at.LEDGER),
            keeps(at.RUNS),
            keeps(at.REPORTS),
            Grant(Access.PUBLISH, at.MAIL),
        ),
        environment={
            "ALPACA__ENDPOINT": Setting("broker_endpoint"),
            "EXECUTION_RUNS_TABLE_NAME": at.RUNS,
            "PERFORMANCE_REPORTS_BUCKET": at.REPORTS,
            "SNS_NOTIFICATION_TOPIC_ARN": at.MAIL,
            "TRADE_LEDGER__TABLE_NAME": at.LEDGER,
        },
        timeout_s=60,
        memory_mb=512,
    ),
)
