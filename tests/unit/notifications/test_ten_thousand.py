"""Ten thousand reminders due at the same minute: the real dispatcher, on many functions at once, by the virtual clock.

Each dispatch takes the time that its requests take; providers take so many messages a second, as an account may send,
and throttle what is more.
"""

import heapq
from dataclasses import dataclass, field

import pytest

from bedside.ports.channels import Address, Delivery, Message
from tests.examples import PROFILE
from tests.unit.notifications.office import HOUR, NOW, Office, reminder

# One request of DynamoDB or a provider, and how many functions run at once (an account's default is 1,000).
_REQUEST_MS = 12
_FUNCTIONS = 150
# The promise: two minutes for ten thousand. A quick run has a part of both people and limits.
_COUNT = 10_000 if PROFILE == "thorough" else 400
_SCALE = _COUNT / 10_000
_PROMISE_MS = 120_000


def _person(number: int) -> str:
    """Give the id of the so manieth person; none is the patient's."""
    return "".join("abcdefghij"[int(digit)] for digit in f"1{number:023}")


@dataclass
class Account:
    """A provider that takes `a_second` messages a second, with a burst of as many, and throttles what is more."""

    a_second: float
    office: Office
    taken: list[tuple[int, str]] = field(default_factory=list)
    refused: int = 0
    _tokens: float = field(init=False)
    _at: int = NOW

    def __post_init__(self) -> None:
        self._tokens = self._burst

    @property
    def _burst(self) -> float:
        return max(1.0, self.a_second)

    def send(self, to: Address, message: Message) -> Delivery:  # noqa: ARG002  # the protocol's
        now = self.office.now
        self._tokens = min(self._burst, self._tokens + (now - self._at) / 1000 * self.a_second)
        self._at = now
        if self._tokens < 1:
            self.refused += 1
            return Delivery("throttled")
        self._tokens -= 1
        self.taken.append((now, message.message_id))
        return Delivery("sent")


def _run(office: Office) -> int:
    """Let free functions take what is due, until nothing is left; gives when the last message was handed over."""
    free = [NOW] * max(1, int(_FUNCTIONS * _SCALE))
    waiting = [(at, number, str(message["record"])) for number, (at, message) in enumerate(office.queue.waiting)]
    office.queue.waiting, number, last = [], len(waiting), NOW
    heapq.heapify(waiting)
    while waiting:
        at, _, record_id = heapq.heappop(waiting)
        begins = max(at, heapq.heappop(free))
        office.now, before = begins, office.tables.asked
        if office.dispatcher.dispatch(record_id, begins) == "told":
            last = max(last, begins)
        heapq.heappush(free, begins + (office.tables.asked - before + 1) * _REQUEST_MS)
        for due_at, message in office.queue.waiting:
            number += 1
            heapq.heappush(waiting, (due_at, number, str(message["record"])))
        office.queue.waiting = []
    return last


@pytest.mark.parametrize(
    ("sms_a_second", "push_a_second", "by_sms", "within_ms"),
    [
        # An account with a raised limit of SNS; one with its default, enough for some; one whose limit is too low.
        (100, 1_000, 0.5, _PROMISE_MS),
        (20, 1_000, 0.05, _PROMISE_MS),
        (50, 1_000, 1.0, 8 * 60_000),
    ],
)
def test_all_are_handed_over_and_none_is_dropped(
    sms_a_second: int, push_a_second: int, by_sms: float, within_ms: int
) -> None:
    """In two minutes, if the account's limits allow as much; who is throttled waits."""
    with Office.opened() as office:
        sms, push = Account(sms_a_second * _SCALE, office), Account(push_a_second * _SCALE, office)
        office.sms.send, office.push.send = sms.send, push.send  # type: ignore[method-assign]  # as an account is limited
        texts = round(_COUNT * by_sms)
        for number in range(_COUNT):
            subject, workflow = f"v{number}", "visit-reminder-hour"
            to = _person(number)
            office.enrol(to)
            if number < texts:
                office.without_browser.add(to)
            notice = reminder(NOW, occurrence="1", workflow=workflow, until=NOW + HOUR, subject=subject, to=to)
            office.want(notice, subject=subject)
            office.hear(subject)
        last = _run(office)
        handed = [name for _, name in [*sms.taken, *push.taken]]
        assert len(handed) == len(set(handed)) == _COUNT
        assert len(sms.taken) == texts
        assert last - NOW <= within_ms
        assert {record.state for record in office.all()} == {"told"}
