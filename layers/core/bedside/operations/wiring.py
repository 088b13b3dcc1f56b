"""Composes the parts that serve all domains: health, counters' export, the sweeper and the check of deployments."""

import os
from contextlib import ExitStack, contextmanager
from functools import cached_property
from typing import TYPE_CHECKING

from bedside.kernel.errors import UnavailableError
from bedside.kernel.invocation import remaining_s
from bedside.platform.observability import sweep_failed

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from bedside.operations.deployment_check import DeploymentCheck
    from bedside.operations.health import Health
    from bedside.operations.metrics_export import MetricsExport
    from bedside.operations.settings import OperationsSettings
    from bedside.platform.sweeper import Sweeper, SweepSource
    from bedside.platform.wiring import Platform
    from bedside.ports.functions import Deployments, Functions, PhotoUpload


class OperationsWiring:
    """Parts of the operations domain."""

    def __init__(self, platform: "Platform") -> None:
        self.platform = platform

    @cached_property
    def health(self) -> "Health":
        from bedside.operations.health import Health

        return Health(lambda: self.platform.redis)

    @cached_property
    def metrics_export(self) -> "MetricsExport":
        from bedside.operations.metrics_export import MetricsExport

        return MetricsExport(self.platform.secrets.scrape_token, self.platform.counters)

    @contextmanager
    def sweep_lease(self, holder: str, now_ms: int) -> "Iterator[bool]":
        """Keep other sweeps from running; gives False if one is.

        If that cannot be told it gives True: two sweeps at once only do some work in vain.
        """
        from bedside.adapters.aws.dynamodb import Table
        from bedside.adapters.aws.lease import Lease

        lease = Lease(Table(self.platform.settings.idempotency_table), "sweep")
        with ExitStack() as stack:
            try:
                held = stack.enter_context(lease.held(holder, now_ms, int(remaining_s() * 1000)))
            except UnavailableError as error:
                sweep_failed("lease", error)
                held = True
            yield held

    def sweeper(self, sources: "Mapping[str, Callable[[], SweepSource]]") -> "Sweeper":
        """Return the sweeper of all `sources`."""
        from bedside.platform.sweeper import Sweeper

        return Sweeper(sources, remaining_s, sweep_failed)

    @cached_property
    def settings(self) -> "OperationsSettings":
        from bedside.operations.settings import OperationsSettings

        return OperationsSettings.from_env(self.platform.env)

    @cached_property
    def deployment_check(self) -> "DeploymentCheck":
        from bedside.identity.wiring import IdentityWiring
        from bedside.operations.deployment_check import DeploymentCheck

        return DeploymentCheck(
            functions=self.functions,
            arns=self.settings.checked_versions,
            people=self.platform.domain(IdentityWiring).synthetic_people,
            upload=self.photo_upload,
            random_bytes=os.urandom,
            now_ms=self.platform.now_ms,
            remaining_s=remaining_s,
        )

    @cached_property
    def functions(self) -> "Functions":
        from bedside.adapters.aws.functions import LambdaFunctions

        return LambdaFunctions(self.platform.settings.region)

    @cached_property
    def deployments(self) -> "Deployments":
        from bedside.adapters.aws.code_deploy import CodeDeploy

        return CodeDeploy(self.platform.settings.region)

    @cached_property
    def photo_upload(self) -> "PhotoUpload":
        from bedside.adapters.uploads import upload

        return upload
