"""The vocabulary in which a system of Lambda functions is described; it names no system.

Plain frozen data of the standard library, so that a packager, components, tests and tools read
a description without any cloud SDK.
"""

from blueprint.functions import FunctionSpec, Shipping
from blueprint.grants import (
    Access,
    AtOnce,
    Grant,
    Operation,
    Reference,
    ResourceKind,
    Setting,
    Value,
)
from blueprint.layers import GitSource, LayerBuild, LayerKind, LayerSpec
from blueprint.platforms import DEFAULT_PYTHON, Architecture
from blueprint.resources import (
    AlarmSpec,
    BucketSpec,
    BusSpec,
    IndexSpec,
    QueueSpec,
    SecretSpec,
    SettingKind,
    SettingSpec,
    TableSpec,
    TopicSpec,
)
from blueprint.shipping import as_shipped
from blueprint.stages import Stage
from blueprint.system import System
from blueprint.triggers import OnEvent, OnQueue, OnSchedule, Trigger
from blueprint.validation import CatalogueError, require_whole

__all__ = [
    "DEFAULT_PYTHON",
    "Access",
    "AlarmSpec",
    "Architecture",
    "AtOnce",
    "BucketSpec",
    "BusSpec",
    "CatalogueError",
    "FunctionSpec",
    "GitSource",
    "Grant",
    "IndexSpec",
    "LayerBuild",
    "LayerKind",
    "LayerSpec",
    "OnEvent",
    "OnQueue",
    "OnSchedule",
    "Operation",
    "QueueSpec",
    "Reference",
    "ResourceKind",
    "SecretSpec",
    "Setting",
    "SettingKind",
    "SettingSpec",
    "Shipping",
    "Stage",
    "System",
    "TableSpec",
    "TopicSpec",
    "Trigger",
    "Value",
    "as_shipped",
    "require_whole",
]
