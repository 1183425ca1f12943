"""Plays the Pulumi engine against a provider in this process."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, NoReturn

import grpc
from pulumi.runtime.proto import provider_pb2 as pb
from pulumi.runtime.proto import status_pb2

from attached_providers.attachment import AttachedProvider
from attached_providers.wire import Values, dump, load, reveal


class RefusedError(Exception):
    """The provider ended a call with an error."""


class NotFinishedError(Exception):
    """The provider says that a resource exists but is not finished."""

    def __init__(self, identity: str, state: Values, reasons: list[str]) -> None:
        super().__init__("; ".join(reasons))
        self.identity = identity
        self.state = state


class Connection:
    """What a call arrives on."""

    def __init__(self, peer: str = "ipv4:127.0.0.1:1") -> None:
        self._peer = peer

    def peer(self) -> str:
        return self._peer

    def abort(self, code: grpc.StatusCode, details: str) -> NoReturn:
        raise RefusedError(details)

    def abort_with_status(self, status: Any) -> NoReturn:
        message = status_pb2.Status.FromString(status.trailing_metadata[0][1])
        detail = pb.ErrorResourceInitFailed()
        message.details[0].Unpack(detail)
        raise NotFinishedError(detail.id, load(detail.properties), list(detail.reasons))


@dataclass
class Resource:
    """A resource as the engine's state records it."""

    token: str
    id: str
    inputs: dict[str, Any]
    state: dict[str, Any]

    def __getitem__(self, name: str) -> Any:
        return self.state[name]


class Engine:
    """Makes the calls in the engine's order, over one connection."""

    def __init__(self, provider: AttachedProvider, peer: str = "ipv4:127.0.0.1:1") -> None:
        self.provider: Any = provider
        self.connection = Connection(peer)

    def configure(self, **settings: Any) -> None:
        self.provider.Configure(pb.ConfigureRequest(args=dump(settings)), self.connection)

    def check(self, token: str, inputs: Values, old: Values | None = None) -> dict[str, Any]:
        answer = self._check(token, inputs, old)
        assert not answer.failures, [item.reason for item in answer.failures]
        return load(answer.inputs)

    def failures(self, token: str, inputs: Values) -> dict[str, str]:
        return {item.property: item.reason for item in self._check(token, inputs, None).failures}

    def _check(self, token: str, inputs: Values, old: Values | None) -> pb.CheckResponse:
        request = pb.CheckRequest(
            urn=_urn(token), news=dump(inputs), olds=dump(old or {}), randomSeed=b"seed"
        )
        answer: pb.CheckResponse = self.provider.Check(request, self.connection)
        return answer

    def plan(self, token: str, inputs: Values) -> dict[str, Any]:
        """Preview a create."""
        checked = self.check(token, inputs)
        request = pb.CreateRequest(urn=_urn(token), properties=dump(checked), preview=True)
        return load(self.provider.Create(request, self.connection).properties)

    def create(self, token: str, inputs: Values) -> Resource:
        checked = self.check(token, inputs)
        request = pb.CreateRequest(urn=_urn(token), properties=dump(checked))
        answer = self.provider.Create(request, self.connection)
        return Resource(token, answer.id, checked, load(answer.properties))

    def diff(
        self, resource: Resource, inputs: Values, ignored: tuple[str, ...] = ()
    ) -> pb.DiffResponse:
        news = self.check(resource.token, inputs, resource.inputs)
        request = pb.DiffRequest(
            urn=_urn(resource.token),
            id=resource.id,
            olds=dump(resource.state),
            old_inputs=dump(resource.inputs),
            news=dump(news),
            ignoreChanges=ignored,
        )
        answer: pb.DiffResponse = self.provider.Diff(request, self.connection)
        return answer

    def changes(self, resource: Resource, inputs: Values) -> dict[str, str]:
        """Return the differing places and the kind of each."""
        found = self.diff(resource, inputs).detailedDiff
        return {path: pb.PropertyDiff.Kind.Name(item.kind) for path, item in found.items()}

    def update(self, resource: Resource, inputs: Values) -> Resource:
        answer = self._update(resource, inputs, preview=False)
        checked = self.check(resource.token, inputs, resource.inputs)
        return Resource(resource.token, resource.id, checked, load(answer.properties))

    def plan_update(self, resource: Resource, inputs: Values) -> dict[str, Any]:
        return load(self._update(resource, inputs, preview=True).properties)

    def _update(self, resource: Resource, inputs: Values, *, preview: bool) -> pb.UpdateResponse:
        request = pb.UpdateRequest(
            urn=_urn(resource.token),
            id=resource.id,
            olds=dump(resource.state),
            old_inputs=dump(resource.inputs),
            news=dump(self.check(resource.token, inputs, resource.inputs)),
            preview=preview,
        )
        answer: pb.UpdateResponse = self.provider.Update(request, self.connection)
        return answer

    def refresh(self, resource: Resource) -> Resource | None:
        return self._read(resource.token, resource.id, resource.state, resource.inputs)

    def adopt(self, token: str, identity: str) -> Resource | None:
        """Read a resource of which nothing but the id is known, as an import does."""
        return self._read(token, identity, {}, {})

    def _read(self, token: str, identity: str, state: Values, said: Values) -> Resource | None:
        request = pb.ReadRequest(
            urn=_urn(token), id=identity, properties=dump(state), inputs=dump(said)
        )
        answer = self.provider.Read(request, self.connection)
        if not answer.id:
            return None
        return Resource(token, answer.id, load(answer.inputs), load(answer.properties))

    def delete(self, resource: Resource) -> None:
        request = pb.DeleteRequest(
            urn=_urn(resource.token),
            id=resource.id,
            properties=dump(resource.state),
            old_inputs=dump(resource.inputs),
        )
        self.provider.Delete(request, self.connection)

    def invoke(self, token: str, **args: Any) -> dict[str, Any]:
        request = pb.InvokeRequest(tok=token, args=dump(args))
        answer = self.provider.Invoke(request, self.connection)
        return {key: reveal(item) for key, item in load(getattr(answer, "return")).items()}


def _urn(token: str) -> str:
    return f"urn:pulumi:stack::project::{token}::thing"


def plain(values: Mapping[str, Any]) -> dict[str, Any]:
    """Return values without their secret wrappers."""
    return {key: reveal(item) for key, item in values.items()}
