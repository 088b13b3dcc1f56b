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
# Push services have no such limits for one sender.
_PUSH_A_SECOND = 1_000


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
    ("sms_a_second", "mail_a_second", "by_sms", "by_mail", "within_ms"),
    [
        # An account with raised limits of SNS and SES; one with their defaults, enough for some; one whose limits are
        # too low (https://docs.aws.amazon.com/general/latest/gr/sns.html, …/gr/ses.html).
        (100, 100, 0.4, 0.4, _PROMISE_MS),
        (20, 14, 0.05, 0.08, _PROMISE_MS),
        (50, 14, 0.6, 0.15, 8 * 60_000),
    ],
)
def test_all_are_handed_over_and_none_is_dropped(
    sms_a_second: int, mail_a_second: int, by_sms: float, by_mail: float, within_ms: int
) -> None:
    """In two minutes, if the account's limits allow as much; who is throttled waits."""
    with Office.opened() as office:
        sms, mail, push = (Account(rate * _SCALE, office) for rate in (sms_a_second, mail_a_second, _PUSH_A_SECOND))
        for provider, account in ((office.sms, sms), (office.mail, mail), (office.push, push)):
            provider.send = account.send  # type: ignore[method-assign]  # as an account is limited
        texts, mails = round(_COUNT * by_sms), round(_COUNT * by_mail)
        for number in range(_COUNT):
            subject, workflow = f"v{number}", "visit-reminder-day"
            to = _person(number)
            office.enrol(to)
            if number < texts + mails:
                office.without_browser.add(to)
            if texts <= number < texts + mails:
                office.with_mail.add(to)
            notice = reminder(NOW, occurrence="1", workflow=workflow, until=NOW + HOUR, subject=subject, to=to)
            office.want(notice, subject=subject)
            office.hear(subject)
        last = _run(office)
        handed = [name for _, name in [*sms.taken, *mail.taken, *push.taken]]
        assert len(handed) == len(set(handed)) == _COUNT
        assert (len(sms.taken), len(mail.taken)) == (texts, mails)
        assert last - NOW <= within_ms
        assert {record.state for record in office.all()} == {"told"}
