"""How long the running product waits for those who take part in a visit."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta

from tests.e2e.aws import Aws

# The functions that look at a visit's time.
_FUNCTIONS = ("Visits", "Timeout", "Sweep", "WebhookProcessor")


@dataclass(frozen=True)
class Waits:
    """The waits of FAST=1, which the product is started with, unless a test needs others; in whole seconds."""

    no_show: timedelta = timedelta(seconds=30)
    grace: timedelta = timedelta(seconds=6)
    warning: timedelta = timedelta(seconds=120)
    limit: timedelta = timedelta(seconds=135)

    @contextmanager
    def apply(self, aws: Aws) -> Iterator[None]:
        """Let the product wait so long, and then as long as before."""
        if self == Waits():
            yield
            return
        with aws.configured(
            *_FUNCTIONS,
            BEDSIDE_NO_SHOW_SECONDS=_seconds(self.no_show),
            BEDSIDE_GRACE_SECONDS=_seconds(self.grace),
            BEDSIDE_WARNING_SECONDS=_seconds(self.warning),
            BEDSIDE_LIMIT_SECONDS=_seconds(self.limit),
        ):
            yield


def _seconds(wait: timedelta) -> str:
    return str(wait // timedelta(seconds=1))
