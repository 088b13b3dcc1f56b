"""What reaches a visit from outside: the provider's webhooks, queues, schedules, and the sweeper."""

import json
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from typing import Any, Final

from moto.core.models import DEFAULT_ACCOUNT_ID
from moto.scheduler.models import scheduler_backends

from bedside.webhooks.processor import pause_s
from tests.conftest import REGION, WEBHOOK_QUEUE_URL
from tests.faults.job import Job
from tests.functions import hooks
from tests.functions.surgery import MINUTE, Surgery

RECORDING_QUEUE_URL: Final = WEBHOOK_QUEUE_URL.replace("webhooks", "recordings")
# https://www.100ms.live/docs/server-side/v2/how-to-guides/configure-webhooks/webhook: it tries three times more.
_WEBHOOK_RETRY_S: Final = (1, 3, 10)
# As in template.yaml: the queues' maxReceiveCount.
_TRIES_OF_WEBHOOKS: Final = 10
_TRIES_OF_COPIES: Final = 5


@dataclass
class Deliveries(Job):
    """Delivers as senders do, again where it fails; `told` are the provider's events that arrived, by their id."""

    surgery: Surgery = field(init=False)
    told: set[str] = field(default_factory=set)

    def _tell(self, kind: str, event_id: str = "", **data: Any) -> None:
        """Let the provider tell of something; what it told before under the same id is not told of anew."""
        event_id = event_id or kind
        webhook = hooks.hms(event_id, kind, timestamp=iso(self.surgery.now), data=data)
        for wait_s in (0, *(_WEBHOOK_RETRY_S if self.patient else ())):
            self.clinic.wait(wait_s * 1000)
            answer = hooks.deliver(self.clinic, webhook)
            if answer.status == 200:
                break
        if self._check(answer, {200}):
            self.told.add(event_id)

    def _process(self) -> None:
        """Let the processor have what is queued; what fails comes again after the pauses that it asks for."""
        messages = hooks.queued()
        for tries in range(1, (_TRIES_OF_WEBHOOKS if self.patient else 1) + 1):
            if not messages:
                return
            messages = [messages[number] for number in hooks.process(self.clinic, *messages, tries=tries)]
            if messages:
                self.clinic.wait(pause_s(tries) * 1000)
        if messages:
            self.find("failed", f"given up: {messages}")

    def _copy(self) -> None:
        """Let the recording be copied, if that was asked for."""
        for message in hooks.queued(RECORDING_QUEUE_URL):
            for number in range(1, (_TRIES_OF_COPIES if self.patient else 1) + 1):
                if not hooks.copy(self.clinic, message, number):
                    break
                self.clinic.wait(16 * MINUTE)
            else:
                self.find("failed", f"given up: {message}")

    def _schedules(self) -> list[tuple[str, int]]:
        """Give the schedules that there are: their names, and when they fire."""
        kept = scheduler_backends[DEFAULT_ACCOUNT_ID][REGION].schedule_groups["default"].schedules
        return sorted(((name, fires_at(each.schedule_expression)) for name, each in kept.items()), key=lambda it: it[1])

    def _pass(self, minutes: int) -> None:
        """Let time pass: schedules fire, the sweeper looks, queues deliver."""
        self.clinic.wait(minutes * MINUTE)
        kept = scheduler_backends[DEFAULT_ACCOUNT_ID][REGION].schedule_groups["default"].schedules
        for name, at in self._schedules():
            if at <= self.surgery.now:
                payload = json.loads(kept.pop(name).target["Input"])
                failure = self._event(partial(self.clinic.invoke, "timeout", payload))
                if failure and not self.patient:
                    self.find("failed", f"a schedule: {failure!r}")
        self._event(self.surgery.sweep)
        self._process()
        self._copy()


def iso(at_ms: int) -> str:
    return datetime.fromtimestamp(at_ms / 1000, UTC).isoformat()


def fires_at(expression: str) -> int:
    """Return when `at(…)` is, in Unix ms."""
    at = datetime.fromisoformat(expression.removeprefix("at(").removesuffix(")"))
    return int(at.replace(tzinfo=UTC).timestamp() * 1000)
