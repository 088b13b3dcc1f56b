"""What becomes of a message on its channels: the next one has its turn, and who is throttled waits."""

from dataclasses import replace

import pytest

from bedside.kernel.errors import UnavailableError
from bedside.notifications.channels.outcomes import Outcomes
from bedside.notifications.recipients import MAX_CRITICAL_TEXTS, MAX_TEXTS
from bedside.ports.channels import Delivery
from bedside.ports.notices import Notice
from tests.unit.notifications.office import HOUR, MINUTE, NOW, PATIENT, Office, reminder


def _tell(office: Office, until: int = 3 * HOUR) -> None:
    office.want(reminder(NOW, until=NOW + until))
    office.hear()
    office.settle()


@pytest.mark.parametrize("state", ["refused", "gone"])
def test_the_next_channel_has_its_turn(state: str) -> None:
    """If a provider refuses the message, or knows the address no more."""
    with Office.opened() as office:
        office.push.answers = [Delivery(state)]  # type: ignore[arg-type]  # parametrised
        _tell(office)
        [record] = office.all()
        assert {name: attempt.state for name, attempt in record.attempts.items()} == {"push": state, "sms": "sent"}
        assert (record.state, office.gone) == ("told", ["a browser"] if state == "gone" else [])


def test_who_is_throttled_waits_and_is_never_dropped() -> None:
    """As often as it takes, and as long as the provider says."""
    with Office.opened() as office:
        office.push.answers = [Delivery("throttled", None, 30_000)] * 40
        _tell(office)
        [record] = office.all()
        assert (record.state, record.attempts["push"].state, office.sms.sent) == ("told", "sent", [])
        assert office.now >= NOW + 40 * 30_000


def test_a_provider_that_is_away_is_asked_again_and_then_left() -> None:
    """Four times, with growing pauses; then the next channel has its turn."""
    with Office.opened() as office:
        office.push.answers = [UnavailableError("away")] * 5
        _tell(office)
        [record] = office.all()
        assert {name: attempt.state for name, attempt in record.attempts.items()} == {"push": "failed", "sms": "sent"}
        assert office.now - NOW < 25 * MINUTE


def test_a_message_that_may_have_been_sent() -> None:
    """Push is sent again under the same name; a text message never."""
    with Office.opened() as office:
        office.push.answers = ["late"]
        _tell(office)
        assert len(office.push.sent) == 2
        assert len({name for _, name in office.push.sent}) == 1
    with Office.opened(sms_only=True) as office:
        office.sms.answers = ["late"]
        _tell(office)
        [record] = office.all()
        assert (len(office.sms.sent), record.state, record.attempts["sms"].state) == (1, "told", "unknown")


def test_whom_no_channel_reaches_finds_it_in_the_inbox() -> None:
    """Told, if none was wanted; failed, if none took it."""
    with Office.opened() as office:
        office.prefer(categories={"appointments": ()})
        _tell(office)
        [record] = office.all()
        assert (record.state, record.attempts, office.recipients.get(PATIENT).unread) == ("told", {}, 1)
    with Office.opened() as office:
        office.push.answers, office.sms.answers = [Delivery("refused")], [Delivery("refused")]
        _tell(office)
        [record] = office.all()
        assert (record.state, record.reason) == ("failed", "noChannel")
        assert record.told


def test_a_reader_who_is_faster_than_the_provider_changes_nothing() -> None:
    """The message is read while it is being sent; both are kept."""
    with Office.opened() as office:
        on_send = office.push.on_send

        def read(message: object) -> None:
            on_send(message)  # type: ignore[arg-type]  # as it came
            [record] = office.all()
            assert office.records.save(replace(record, read_at=office.now))

        office.push.on_send = read
        _tell(office)
        [record] = office.all()
        assert (record.state, record.read_at) == ("told", NOW)


def test_a_text_that_lacks_a_field_is_not_sent() -> None:
    """Nobody reads half a sentence."""
    with Office.opened() as office:
        broken = reminder(NOW)
        office.want(type(broken)(**{**{name: getattr(broken, name) for name in broken.__slots__}, "fields": {}}))
        office.hear()
        office.settle()
        [record] = office.all()
        assert (record.state, record.reason, record.told) == ("failed", "text:startsAt", None)
        assert office.push.sent == []


def test_nobody_gets_text_messages_without_end() -> None:
    """Twenty a day: they share a budget with the codes that people sign in with. The inbox has all."""
    with Office.opened(sms_only=True) as office:
        for number in range(MAX_TEXTS + 2):
            subject = f"v{number}"
            office.want(reminder(NOW, until=NOW + 3 * HOUR, subject=subject), subject=subject)
            office.hear(subject)
        office.settle()
        assert len(office.sms.sent) == MAX_TEXTS
        assert {record.state for record in office.all()} == {"told"}
        assert office.recipients.get(PATIENT).unread == MAX_TEXTS + 2
        assert office.recipients.get(PATIENT).may_get_text(NOW + 24 * HOUR, critical=False)
        kept_back = [record for record in office.all() if not record.attempts]
        assert [record.reason for record in kept_back] == ["textLimit"] * 2
        assert {record.reason for record in office.all() if record.attempts} == {""}


def test_reminders_never_keep_back_what_is_critical() -> None:
    """It has as many text messages of its own; beyond them its record does not say that anybody was told."""
    with Office.opened(sms_only=True) as office:
        for number in range(MAX_TEXTS + MAX_CRITICAL_TEXTS + 1):
            subject, workflow = f"v{number}", "visit-cancelled" if number >= MAX_TEXTS else "visit-reminder-hour"
            office.want(reminder(NOW, until=NOW + 3 * HOUR, subject=subject, workflow=workflow), subject=subject)
            office.hear(subject)
            office.deliver()
        assert len(office.sms.sent) == MAX_TEXTS + MAX_CRITICAL_TEXTS
        [limited] = [record for record in office.all() if not record.attempts]
        assert (limited.workflow, limited.state, limited.reason) == ("visit-cancelled", "failed", "textLimit")


@pytest.mark.parametrize("answer", ["no browser", "gone", "refused"])
def test_what_is_critical_cannot_be_turned_off(answer: str) -> None:
    """It comes as a text message if no channel that was chosen reaches its recipient; anything else does not."""
    with Office.opened() as office:
        office.prefer(channels=("push",))
        if answer == "no browser":
            office.without_browser.add(PATIENT)
        else:
            office.push.answers = [Delivery(answer)] * 2  # type: ignore[arg-type]  # parametrised
        office.want(reminder(NOW, workflow="visit-cancelled"), reminder(NOW, until=NOW + 3 * HOUR))
        office.hear()
        office.settle()
        attempts = {record.workflow: set(record.attempts) for record in office.all()}
        pushed: set[str] = set() if answer == "no browser" else {"push"}
        assert attempts == {"visit-cancelled": pushed | {"sms"}, "visit-reminder-hour": pushed}
        assert {record.state for record in office.all() if record.workflow == "visit-cancelled"} == {"told"}


@pytest.mark.parametrize("later_ms", [MINUTE, 2 * HOUR])
def test_what_comes_back_after_it_was_told_is_told_on_the_next_channel(later_ms: int) -> None:
    """Unless it is too late by then for what it tells; only once, however often the provider says so."""
    with Office.opened() as office:
        _tell(office, until=3 * HOUR)
        [record] = office.all()
        office.now += later_ms
        for _ in range(2):
            assert Outcomes(office.records).note(record.record_id, "push", "gone", office.now)
        office.settle()
        [record] = office.all()
        states = {name: attempt.state for name, attempt in record.attempts.items()}
        assert record.due_at is None
        assert len(office.told_live) == 1  # the inbox has it already
        if later_ms == MINUTE:
            assert (record.state, record.reason, states) == ("told", "", {"push": "gone", "sms": "sent"})
            assert Outcomes(office.records).note(record.record_id, "sms", "refused", office.now)
            office.settle()
            [record] = office.all()
            assert (record.state, record.reason) == ("failed", "noChannel")
        else:
            assert (record.state, record.reason, states) == ("withdrawn", "tooLate", {"push": "gone"})
        assert len(office.push.sent) + len(office.sms.sent) == len(states)


def test_what_nobody_can_tell_is_given_up() -> None:
    """After many attempts and hours, so that it shows in the delivery log; an outage of some hours drops nothing."""
    with Office.opened() as office:
        wanted = office.world.wanted
        asked: list[int] = []

        def broken(subject_id: str) -> list[Notice]:
            asked.append(office.now)
            raise UnavailableError(subject_id)

        office.want(reminder(NOW, until=NOW + 12 * HOUR))
        office.hear()
        office.world.wanted = broken  # type: ignore[method-assign]  # a mistake in a source
        office.settle(NOW + 5 * HOUR)
        [record] = office.all()
        assert (record.state, record.told) == ("sending", None)
        office.settle()
        [record] = office.all()
        assert (record.state, record.reason, record.due_at) == ("failed", "stuck", None)
        assert NOW + 6 * HOUR < asked[-1] + HOUR < NOW + 8 * HOUR
        assert len(asked) < 500
        office.world.wanted = wanted  # type: ignore[method-assign]  # mended
        assert office.dispatcher.dispatch(record.record_id, office.now) == "nothing"
