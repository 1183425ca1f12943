"""What every attached provider answers alike: introduction, logging, cancellation."""

from __future__ import annotations

import json
import threading
from collections import defaultdict
from concurrent import futures
from typing import Any

import grpc
from google.protobuf.empty_pb2 import Empty
from pulumi.runtime.proto import (
    engine_pb2,
    engine_pb2_grpc,
    plugin_pb2,
    provider_pb2,
    provider_pb2_grpc,
)

from attached_providers.package import package_schema

# The engine may send function code inline; it limits itself to 400 MB (rpcutil).
MESSAGE_LIMIT_BYTES = 400 * 1024 * 1024
CHANNEL_OPTIONS = (
    ("grpc.max_receive_message_length", MESSAGE_LIMIT_BYTES),
    ("grpc.max_send_message_length", MESSAGE_LIMIT_BYTES),
)
WORKERS = 64
"""Calls answered side by side: the engine makes one for each resource it works on."""


class AttachedProvider(provider_pb2_grpc.ResourceProviderServicer):
    """A provider that the engine finds already listening."""

    name: str
    version: str
    accepts_secrets = False

    def __init__(self) -> None:
        # A preview and the update that follows it are connections of their own; the first is
        # cancelled when it ends, which must not touch the second.
        self._engines: dict[str, engine_pb2_grpc.EngineStub] = {}
        self._cancelled: defaultdict[str, threading.Event] = defaultdict(threading.Event)

    def Attach(self, request: plugin_pb2.PluginAttach, context: Any) -> Empty:
        """Learn the engine's address."""
        self._connect(context, request.address)
        return Empty()

    def Handshake(
        self, request: provider_pb2.ProviderHandshakeRequest, context: Any
    ) -> provider_pb2.ProviderHandshakeResponse:
        """Agree on what may be sent: plain values, and secrets only where they are asked for."""
        self._connect(context, request.engine_address)
        return provider_pb2.ProviderHandshakeResponse(
            accept_secrets=self.accepts_secrets, supports_autonaming_configuration=True
        )

    def GetPluginInfo(self, request: Empty, context: Any) -> plugin_pb2.PluginInfo:
        """Give the version of the official provider whose behaviour this one has."""
        return plugin_pb2.PluginInfo(version=self.version)

    def GetSchema(
        self, request: provider_pb2.GetSchemaRequest, context: Any
    ) -> provider_pb2.GetSchemaResponse:
        """Tell what there is, which `pulumi import` asks for to write the program's new lines."""
        return provider_pb2.GetSchemaResponse(schema=json.dumps(self.schema()))

    def schema(self) -> dict[str, Any]:
        """Describe the provider as a package; one whose resources are not imported lists none."""
        return package_schema(self.name, self.version, ())

    def Cancel(self, request: Empty, context: Any) -> Empty:
        """Stop what the calling engine waits for."""
        self.cancelled(context).set()
        return Empty()

    def stop(self) -> None:
        """Stop everything that is waited for: the whole process is about to end."""
        for event in list(self._cancelled.values()):
            event.set()

    def cancelled(self, context: Any) -> threading.Event:
        """Return what is set when the calling engine gives up."""
        return self._cancelled[context.peer()]

    def log(self, context: Any, urn: str, message: str, *, error: bool = False) -> None:
        """Show a line to the person running the engine, beside the resource."""
        engine = self._engines.get(context.peer())
        if engine is None:
            return
        severity = engine_pb2.LogSeverity.ERROR if error else engine_pb2.LogSeverity.INFO
        engine.Log(engine_pb2.LogRequest(severity=severity, message=message, urn=urn))

    def _connect(self, context: Any, address: str) -> None:
        if context.peer() not in self._engines:
            channel = grpc.insecure_channel(address, options=CHANNEL_OPTIONS)
            self._engines[context.peer()] = engine_pb2_grpc.EngineStub(channel)


def serve(provider: AttachedProvider) -> tuple[grpc.Server, int]:
    """Start answering on a free local port."""
    server = grpc.server(
        futures.ThreadPoolExecutor(max_workers=WORKERS), options=list(CHANNEL_OPTIONS)
    )
    provider_pb2_grpc.add_ResourceProviderServicer_to_server(provider, server)
    port = server.add_insecure_port("127.0.0.1:0")
    server.start()
    return server, port
