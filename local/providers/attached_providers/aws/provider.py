"""The attached `aws` provider as the engine sees it."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from typing import Any

from pulumi.runtime.proto import provider_pb2 as pb

from attached_providers.aws import configuration, errors, invokes, types
from attached_providers.aws.configuration import Configuration
from attached_providers.aws.limits import neighbours
from attached_providers.aws.session import Aws
from attached_providers.checking import Failure
from attached_providers.failures import ProviderError, refuse
from attached_providers.resource import ResourceType
from attached_providers.table import NONE, SOME, TableProvider
from attached_providers.wire import UNKNOWN, Values, dump, has_unknown, load, reveal


class AwsProvider(TableProvider):
    """Behaves like pulumi-aws of the version named, for the resource types of the table."""

    name = "aws"
    version = "7.51.1"

    def __init__(self) -> None:
        super().__init__()
        self.rows = types.ROWS
        # One engine runs several configurations side by side (default and explicit providers,
        # old and new settings); each has a connection of its own, known by its peer address.
        self._clouds: dict[str, Aws] = {}
        self._lock = threading.Lock()

    def CheckConfig(self, request: pb.CheckRequest, context: Any) -> pb.CheckResponse:
        """Check the provider's settings."""
        failures = configuration.failures(load(request.news))
        return pb.CheckResponse(
            inputs=request.news,
            failures=[pb.CheckFailure(property=path, reason=why) for path, why in failures],
        )

    def DiffConfig(self, request: pb.DiffRequest, context: Any) -> pb.DiffResponse:
        """Name the settings that changed; none of them makes resources anew."""
        old, new = reveal(load(request.old_inputs)), reveal(load(request.news))
        changed = sorted(key for key in {*old, *new} if old.get(key) != new.get(key))
        return pb.DiffResponse(changes=SOME if changed else NONE, diffs=changed)

    def Configure(self, request: pb.ConfigureRequest, context: Any) -> pb.ConfigureResponse:
        """Take the settings and make sure that they lead to the right account."""
        settings = load(request.args)
        cloud = Aws(configuration.read(settings), self.cancelled(context))
        with self._answering(context):
            _prove(cloud)
        with self._lock:
            self._clouds[context.peer()] = cloud
        return pb.ConfigureResponse(supportsPreview=True, supports_autonaming_configuration=True)

    def Invoke(self, request: pb.InvokeRequest, context: Any) -> pb.InvokeResponse:
        """Answer a question about the account, the region or the partition."""
        function = invokes.FUNCTIONS.get(request.tok)
        if function is None:
            known = ", ".join(sorted(invokes.FUNCTIONS))
            refuse(context, f"function {request.tok} is unknown to this attached provider: {known}")
        args = reveal(load(request.args))
        if has_unknown(args):
            return pb.InvokeResponse()
        with self._answering(context):
            answer = pb.InvokeResponse()
            # `return` is a word of Python's, so the field cannot be named in the usual way.
            getattr(answer, "return").CopyFrom(dump(function(self._cloud(context), args)))
            return answer

    def cloud(self, context: Any, values: Values) -> Aws:
        """Return the connection of the calling engine, in the resource's region."""
        region = values.get("region")
        return self._cloud(context).at(region if isinstance(region, str) else None)

    def placed(self, row: ResourceType, state: Values, new: Values, context: Any) -> Values:
        """Put what names no region into the provider's, so that another one makes it anew."""
        if not row.regional or not state.get("region") or new.get("region"):
            return new
        return {**new, "region": self._cloud(context).region}

    def misplaced(self, row: ResourceType, new: Values, context: Any) -> list[Failure]:
        """Refuse a region of another partition, and what is of another region than the resource."""
        cloud, region = self._cloud(context), new.get("region")
        if region is UNKNOWN or not row.regional:
            return []
        if region is None or has_partition(region, cloud.partition):
            return list(neighbours.abroad(row.token, new, region or cloud.region))
        return [("region", f"expected a region of the partition {cloud.partition}, found {region}")]

    def explain(self, error: Exception) -> str | None:
        """Put an AWS error in words."""
        return str(error) if isinstance(error, ProviderError) else errors.describe(error)

    def is_gone(self, row: ResourceType, error: Exception) -> bool:
        """Tell whether an AWS error means that the resource does not exist."""
        return errors.code_of(error) in errors.ABSENT | row.gone

    def default_tags(self, context: Any) -> Mapping[str, str]:
        """Return the tags that the provider's settings put on everything."""
        return self._cloud(context).configuration.default_tags

    def _cloud(self, context: Any) -> Aws:
        with self._lock:
            cloud = self._clouds.get(context.peer())
            if cloud is None and len(self._clouds) == 1:
                # The engine came back over a new connection; there is only one thing it can mean.
                cloud = next(iter(self._clouds.values()))
        if cloud is None:
            refuse(context, "the attached aws provider was asked before it was configured")
        return cloud


def has_partition(region: str, partition: str) -> bool:
    """Tell whether AWS has a region, in a partition."""
    from botocore.exceptions import UnknownRegionError
    from botocore.session import get_session

    try:
        return bool(get_session().get_partition_for_region(region) == partition)
    except UnknownRegionError:
        return False


def _prove(cloud: Aws) -> None:
    """Refuse missing or wrong credentials and accounts that the settings rule out."""
    settings: Configuration = cloud.configuration
    allowed, forbidden = settings.allowed_account_ids, settings.forbidden_account_ids
    if settings.skip_credentials_validation and not allowed and not forbidden:
        return
    try:
        account = cloud.account
    except Exception as error:
        if errors.describe(error) is None:
            raise
        raise ProviderError(
            f"no valid AWS credentials: {errors.describe(error)}; expected accessKey/secretKey "
            "on the provider or AWS_* in the environment, and an AWS that answers"
        ) from error
    if (allowed and account not in allowed) or account in forbidden:
        raise ProviderError(
            f"AWS account {account} is not allowed: expected one of "
            f"{', '.join(allowed) or 'any'} and none of {', '.join(forbidden) or 'these'}"
        )
