"""A configured connection to AWS: boto3 clients, made at first use and shared by all calls."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Collection
from functools import cached_property
from typing import TYPE_CHECKING, Any, TypeVar

from attached_providers.aws.configuration import Configuration
from attached_providers.failures import ProviderError

if TYPE_CHECKING:
    import boto3

T = TypeVar("T")
PROPAGATION_S = 120.0
"""How long a new role or policy may take to be seen by other services (the official wait)."""


class Aws:
    """AWS as one provider configuration sees it, in one region."""

    def __init__(self, configuration: Configuration, cancelled: threading.Event) -> None:
        self.configuration = configuration
        self.cancelled = cancelled
        self._lock = threading.RLock()
        self._clients: dict[tuple[str, str], Any] = {}
        self._region: str | None = None

    def at(self, region: str | None) -> Aws:
        """Return the same connection, for another region."""
        if region is None or region == self.region:
            return self
        other = Aws.__new__(Aws)
        other.__dict__.update(self.__dict__)
        other._region = region
        return other

    @property
    def region(self) -> str:
        """The region that calls go to."""
        region: str | None = self._region or self.configuration.region or self._session.region_name
        if not region:
            raise ProviderError(
                "no AWS region: expected aws:region or AWS_REGION, found neither; "
                "run `pulumi config set aws:region <region>`"
            )
        return region

    @cached_property
    def account(self) -> str:
        """The account that the credentials belong to."""
        with self._lock:
            return str(self.client("sts").get_caller_identity()["Account"])

    @property
    def partition(self) -> str:
        """The partition of the region: aws, aws-cn, aws-us-gov."""
        return str(self._session.get_partition_for_region(self.region))

    @property
    def domain(self) -> str:
        """The domain below which the partition's services are."""
        return "amazonaws.com.cn" if self.partition == "aws-cn" else "amazonaws.com"

    def arn(self, service: str, resource: str, *, region: str | None = None) -> str:
        """Spell an ARN in this account and region."""
        where = self.region if region is None else region
        return f"arn:{self.partition}:{service}:{where}:{self.account}:{resource}"

    def client(self, service: str) -> Any:
        """Return the shared client of a service; boto3 clients are safe to share, not to make."""
        key = (service, self.region)
        with self._lock:
            if key not in self._clients:
                self._clients[key] = self._make_client(service)
            return self._clients[key]

    def retry(
        self,
        call: Callable[[], T],
        codes: Collection[str],
        saying: str = "",
        *,
        wait_s: float = PROPAGATION_S,
    ) -> T:
        """Repeat a call while AWS refuses it only because something new is not yet seen."""
        from botocore.exceptions import ClientError

        deadline = time.monotonic() + wait_s
        pause_s = 0.2
        while True:
            try:
                return call()
            except ClientError as error:
                said = error.response["Error"]
                passing = said.get("Code") in codes and saying in said.get("Message", "")
                if not passing or time.monotonic() > deadline or self.cancelled.wait(pause_s):
                    raise
                pause_s = min(pause_s * 1.6, 5.0)

    def wait(self, ready: Callable[[], bool], what: str, *, wait_s: float = 600.0) -> None:
        """Wait until something made or changed is in the state it was asked for."""
        deadline = time.monotonic() + wait_s
        pause_s = 0.05
        while not ready():
            if time.monotonic() > deadline:
                raise ProviderError(f"expected {what} within {wait_s:.0f} s, it did not happen")
            if self.cancelled.wait(pause_s):
                raise ProviderError(f"cancelled while waiting for {what}")
            pause_s = min(pause_s * 1.6, 5.0)

    @cached_property
    def _session(self) -> boto3.Session:
        import boto3

        settings = self.configuration
        return boto3.Session(
            aws_access_key_id=settings.access_key,
            aws_secret_access_key=settings.secret_key,
            aws_session_token=settings.token,
            region_name=settings.region,
            profile_name=settings.profile,
        )

    def _make_client(self, service: str) -> Any:
        from botocore.config import Config

        settings = self.configuration
        style: Any = "path" if settings.s3_use_path_style else "auto"
        mode: Any = settings.retry_mode or "standard"
        config = Config(
            retries={"total_max_attempts": min(settings.max_retries, 25) + 1, "mode": mode},
            max_pool_connections=64,
            s3={"addressing_style": style},
        )
        client: Any = self._session.client
        url = settings.endpoints.get(service)
        return client(service, region_name=self.region, endpoint_url=url, config=config)
