"""Turns the engine's protobuf values into plain Python ones, and back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Any, Final, TypeGuard

from google.protobuf.struct_pb2 import ListValue, NullValue, Struct, Value

Values = Mapping[str, Any]
"""Properties of a resource by their Pulumi names."""

# The marks below are fixed by Pulumi's protocol (sdk/go/common/resource/plugin/rpc.go).
UNKNOWN_MARK: Final = "04da6b54-80e4-46f7-96ec-b56ff0331ba9"
SIGNATURE: Final = "4dabf18193072939515e22adb298388d"
SECRET_MARK: Final = "1b47061264138c4ac30d75fd1eb44270"
ASSET_MARK: Final = "c44067f5952c0a294b673a41bacd8c17"
ARCHIVE_MARK: Final = "0def7320c3a5731c473e5ecbe6d01bc7"


class Unknown(Enum):
    """The one value that a preview cannot know."""

    UNKNOWN = UNKNOWN_MARK


UNKNOWN: Final = Unknown.UNKNOWN


@dataclass(frozen=True, slots=True)
class Secret:
    """A value that the engine must encrypt in its state and mask in what it prints."""

    value: Any


def is_archive(value: object) -> TypeGuard[Mapping[str, Any]]:
    """Tell an archive from a plain map."""
    return isinstance(value, Mapping) and value.get(SIGNATURE) == ARCHIVE_MARK


def has_unknown(value: object) -> bool:
    """Tell whether anything inside is unknown."""
    if isinstance(value, Secret):
        return has_unknown(value.value)
    if isinstance(value, Mapping):
        return any(has_unknown(item) for item in value.values())
    if isinstance(value, (list, tuple)):
        return any(has_unknown(item) for item in value)
    return value is UNKNOWN


def has_secret(value: object) -> bool:
    """Tell whether anything inside is secret."""
    if isinstance(value, Mapping):
        return any(has_secret(item) for item in value.values())
    if isinstance(value, (list, tuple)):
        return any(has_secret(item) for item in value)
    return isinstance(value, Secret)


def reveal(value: Any) -> Any:
    """Return the same value without its secret wrappers."""
    if isinstance(value, Secret):
        return reveal(value.value)
    if isinstance(value, Mapping):
        return {key: reveal(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [reveal(item) for item in value]
    return value


def load(struct: Struct) -> dict[str, Any]:
    """Read a message's properties."""
    return {key: _load(value) for key, value in struct.fields.items()}


def _load(value: Value) -> Any:
    match value.WhichOneof("kind"):
        case "string_value":
            return UNKNOWN if value.string_value == UNKNOWN_MARK else value.string_value
        case "number_value":
            number = value.number_value
            return int(number) if number.is_integer() else number
        case "bool_value":
            return value.bool_value
        case "struct_value":
            fields = load(value.struct_value)
            return Secret(fields["value"]) if fields.get(SIGNATURE) == SECRET_MARK else fields
        case "list_value":
            return [_load(item) for item in value.list_value.values]
        case _:
            return None


def dump(values: Values) -> Struct:
    """Write properties as a message; absent (None) ones are left out."""
    return Struct(fields={key: _dump(item) for key, item in values.items() if item is not None})


def _dump(value: Any) -> Value:
    if value is None:
        return Value(null_value=NullValue.NULL_VALUE)
    if value is UNKNOWN:
        return Value(string_value=UNKNOWN_MARK)
    if isinstance(value, Secret):
        fields = {SIGNATURE: SECRET_MARK, "value": value.value}
        return Value(struct_value=Struct(fields={key: _dump(item) for key, item in fields.items()}))
    if isinstance(value, Mapping):
        return Value(struct_value=dump(value))
    if isinstance(value, (list, tuple)):
        return Value(list_value=ListValue(values=[_dump(item) for item in value]))
    return _dump_scalar(value)


def _dump_scalar(value: Any) -> Value:
    if isinstance(value, bool):
        return Value(bool_value=value)
    if isinstance(value, (int, float)):
        return Value(number_value=value)
    if isinstance(value, str):
        return Value(string_value=value)
    raise TypeError(f"expected a JSON-like value to send to the engine, found {type(value)}")
