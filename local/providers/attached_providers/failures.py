"""Errors of a provider, and how the engine is told of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NoReturn

import grpc
from pulumi.runtime.proto import provider_pb2, status_pb2

from attached_providers.wire import Values, dump

STATUS_DETAILS = "grpc-status-details-bin"


class ProviderError(Exception):
    """Something the person running the engine must read."""


class NotFinished(Exception):
    """A resource exists but is not as it was asked for; the state keeps it, marked so."""

    def __init__(self, identity: str, state: Values, reasons: Sequence[str]) -> None:
        super().__init__("; ".join(reasons))
        self.identity = identity
        self.state = state
        self.reasons = reasons


@dataclass(frozen=True, slots=True)
class _Status(grpc.Status):
    """A gRPC status that carries a detail message."""

    code: grpc.StatusCode
    details: str
    trailing_metadata: tuple[tuple[str, bytes], ...]


def refuse(context: grpc.ServicerContext, message: str) -> NoReturn:
    """End the call with an error."""
    context.abort(grpc.StatusCode.UNKNOWN, message)


def report_unfinished(context: grpc.ServicerContext, failure: NotFinished) -> NoReturn:
    """End the call so that the engine records a partly made resource."""
    state = dump(failure.state)
    # The engine reads `inputs` where it wants the live state, so both carry it
    # (sdk/go/common/resource/plugin/provider_plugin.go, parseError).
    detail = provider_pb2.ErrorResourceInitFailed(
        id=failure.identity, properties=state, inputs=state, reasons=list(failure.reasons)
    )
    status = status_pb2.Status(code=grpc.StatusCode.UNKNOWN.value[0], message=str(failure))
    status.details.add().Pack(detail)
    metadata = ((STATUS_DETAILS, status.SerializeToString()),)
    context.abort_with_status(_Status(grpc.StatusCode.UNKNOWN, str(failure), metadata))
