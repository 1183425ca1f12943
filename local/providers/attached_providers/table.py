"""Answers the engine's questions about resources from a table of resource types."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from google.protobuf.empty_pb2 import Empty
from pulumi.runtime.proto import provider_pb2 as pb

from attached_providers import checking, diffing, planning
from attached_providers.attachment import AttachedProvider
from attached_providers.failures import NotFinished, ProviderError, refuse, report_unfinished
from attached_providers.package import package_schema
from attached_providers.resource import Change, ResourceType
from attached_providers.wire import Values, dump, load, reveal

SOME = pb.DiffResponse.DIFF_SOME
NONE = pb.DiffResponse.DIFF_NONE


class TableProvider(AttachedProvider):
    """A provider whose resource types are rows of a table."""

    rows: Mapping[str, ResourceType]

    def schema(self) -> dict[str, Any]:
        """Describe every row of the table."""
        return package_schema(self.name, self.version, self.rows.values())

    def cloud(self, context: Any, values: Values) -> Any:
        """Return what the rows' functions work on, for the region these values name."""
        raise NotImplementedError

    def explain(self, error: Exception) -> str | None:
        """Put a cloud's error in words; None for an error that is not the cloud's."""
        raise NotImplementedError

    def is_gone(self, row: ResourceType, error: Exception) -> bool:
        """Tell whether a cloud's error means that the resource does not exist."""
        raise NotImplementedError

    def default_tags(self, context: Any) -> Mapping[str, str]:
        """Return the tags that every resource gets."""
        return {}

    def placed(self, row: ResourceType, state: Values, new: Values, context: Any) -> Values:
        """Add to what is wanted what the provider's own settings say of every resource."""
        return new

    def misplaced(self, row: ResourceType, new: Values, context: Any) -> list[checking.Failure]:
        """Name what a resource asks for that cannot be had with the provider's settings."""
        return []

    def Check(self, request: pb.CheckRequest, context: Any) -> pb.CheckResponse:
        """Check the inputs and fill defaults in."""
        row = self._row(request.urn, context)
        naming = request.autonaming if request.HasField("autonaming") else None
        seed = checking.Seed(
            resource_name=request.urn.rpartition("::")[2],
            random=request.randomSeed or request.urn.encode(),
            proposed=naming.proposed_name if naming else None,
            forbidden=bool(naming and naming.mode == naming.DISABLE),
        )
        tags = self.default_tags(context)
        inputs, failures = checking.check(row, load(request.olds), load(request.news), seed, tags)
        failures += self.misplaced(row, inputs, context)
        return pb.CheckResponse(
            inputs=dump(inputs),
            failures=[pb.CheckFailure(property=path, reason=why) for path, why in failures],
        )

    def Diff(self, request: pb.DiffRequest, context: Any) -> pb.DiffResponse:
        """Tell what would change, and whether in place."""
        row = self._row(request.urn, context)
        state = _plain(request.olds)
        new = self.placed(row, state, _plain(request.news), context)
        found = diffing.compare(row, state, new, tuple(request.ignoreChanges))
        return diffing.answer(found, delete_first=diffing.deletes_first(row, state, new))

    def Create(self, request: pb.CreateRequest, context: Any) -> pb.CreateResponse:
        """Make the resource, or say what a preview can know of it."""
        row = self._row(request.urn, context)
        new = _plain(request.properties)
        cloud = self.cloud(context, new)
        if request.preview:
            planned = planning.planned_create(row, new, cloud.region)
            return pb.CreateResponse(properties=dump(planning.seal(row, planned)))
        with self._answering(context):
            identity = row.create(cloud, new)
            state = self._finish(row, cloud, identity, new)
            return pb.CreateResponse(id=identity, properties=dump(state))

    def Read(self, request: pb.ReadRequest, context: Any) -> pb.ReadResponse:
        """Read the resource as it is: for refresh, and for import when nothing is recorded."""
        row = self._row(request.urn, context)
        state, said = _plain(request.properties), _plain(request.inputs)
        cloud = self.cloud(context, state or said)
        with self._answering(context):
            found = self._found(row, cloud, request.id, {**said, **state})
            if found is None:
                return pb.ReadResponse()
            now = planning.recorded(row, {**said, **state}, found)
            inputs = planning.inputs_of(row, said, reveal(now))
            identity = str(now.pop("id", request.id))
            return pb.ReadResponse(id=identity, properties=dump(now), inputs=dump(inputs))

    def Update(self, request: pb.UpdateRequest, context: Any) -> pb.UpdateResponse:
        """Change the resource in place, or say what a preview can know of the change."""
        row = self._row(request.urn, context)
        state, new = _plain(request.olds), _plain(request.news)
        found = diffing.compare(row, state, new, tuple(request.ignoreChanges))
        names = frozenset(item.name for item in found)
        if request.preview:
            planned = planning.planned_update(row, state, new, names)
            return pb.UpdateResponse(properties=dump(planning.seal(row, planned)))
        cloud = self.cloud(context, state)
        with self._answering(context):
            if names:
                # Without a difference, only what failed after the making is to be finished.
                self._update(row, cloud, request.id, Change(old=state, new=new, names=names))
            return pb.UpdateResponse(properties=dump(self._finish(row, cloud, request.id, new)))

    def Delete(self, request: pb.DeleteRequest, context: Any) -> Empty:
        """Remove the resource; one that is already gone is no error."""
        row = self._row(request.urn, context)
        state = _plain(request.properties)
        cloud = self.cloud(context, state)
        with self._answering(context):
            try:
                row.delete(cloud, request.id, state)
            except Exception as error:
                if not self.is_gone(row, error):
                    raise
            return Empty()

    def _row(self, urn: str, context: Any) -> ResourceType:
        token = urn.split("::")[2].rpartition("$")[2]
        if token not in self.rows:
            known = ", ".join(sorted(self.rows))
            refuse(context, f"resource type {token} is unknown to this attached provider: {known}")
        return self.rows[token]

    def _finish(self, row: ResourceType, cloud: Any, identity: str, new: Values) -> dict[str, Any]:
        """Do what follows the making; whatever fails now must not lose the resource."""
        try:
            if row.settle is not None:
                row.settle(cloud, identity, new)
            found = row.read(cloud, identity, new)
        except Exception as error:
            reason = self.explain(error)
            if reason is None:
                raise
            said = planning.seal(row, new)
            raise NotFinished(identity, said, [reason]) from error
        if found is None:
            raise NotFinished(identity, planning.seal(row, new), [f"{identity} is gone again"])
        state = planning.recorded(row, new, {k: v for k, v in found.items() if k != "id"})
        lost = sorted({item.path for item in diffing.compare(row, reveal(state), new)})
        if lost:
            # Better said now than found later as a difference that no update removes.
            raise NotFinished(identity, state, [f"accepted, but not kept: {', '.join(lost)}"])
        return state

    def _found(self, row: ResourceType, cloud: Any, identity: str, state: Values) -> Values | None:
        try:
            return row.read(cloud, identity, state)
        except Exception as error:
            if self.is_gone(row, error):
                return None
            raise

    def _update(self, row: ResourceType, cloud: Any, identity: str, change: Change) -> None:
        if row.update is None:
            raise ProviderError(f"{row.token} cannot be changed in place: {sorted(change.names)}")
        row.update(cloud, identity, change)

    def _answering(self, context: Any) -> _Answer:
        return _Answer(self, context)


class _Answer:
    """Turns what goes wrong in a call into the engine's form."""

    def __init__(self, provider: TableProvider, context: Any) -> None:
        self._provider = provider
        self._context = context

    def __enter__(self) -> None:
        return None

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        if isinstance(error, NotFinished):
            report_unfinished(self._context, error)
        if isinstance(error, ProviderError):
            refuse(self._context, str(error))
        reason = self._provider.explain(error) if isinstance(error, Exception) else None
        if reason is not None:
            refuse(self._context, reason)


def _plain(struct: Any) -> dict[str, Any]:
    return {key: reveal(item) for key, item in load(struct).items()}
