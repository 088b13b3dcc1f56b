"""Webhooks that were kept are processed: each once, whatever fails in between."""

import itertools
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bedside.adapters.aws.secret_values import HmsKeys
from bedside.adapters.hms import Hms
from bedside.adapters.rest import Answer, RestError
from bedside.kernel.errors import UnavailableError
from tests.conftest import WEBHOOKS, client
from tests.examples import examples
from tests.fakes.aws_calls import listen
from tests.fakes.invocation import Invocation
from tests.functions import hooks
from tests.functions.clinic import Clinic, event_of
from tests.functions.hooks import NOW, deliver, process, queued, stored
from tests.functions.surgery import Surgery

MINUTE = 60_000


@dataclass
class Ear:
    """A listener that takes each event in once, as a conditional write would; `failures` are raised before or after."""

    heard: list[tuple[str, Mapping[str, Any], int]] = field(default_factory=list)
    calls: int = 0
    applied: Counter[str] = field(default_factory=Counter)
    failures: list[tuple[str, BaseException | None]] = field(default_factory=list)
    known: frozenset[str] = frozenset({"peer.join.success"})

    def handle(self, kind: str, data: Mapping[str, Any], at_ms: int, now_ms: int) -> bool:
        del now_ms
        self.calls += 1
        when, failure = self.failures.pop(0) if self.failures else ("", None)
        if failure and when == "before":
            raise failure
        self.heard.append((kind, data, at_ms))
        name = str(data.get("peer_id", ""))
        if kind in self.known and not self.applied[name]:
            self.applied[name] += 1
        if failure:
            raise failure
        return kind in self.known


@pytest.fixture
def ear(clinic: Clinic) -> Ear:
    clinic.wiring.stopped_ms = NOW
    ear = Ear()
    clinic.wiring.visits.__dict__["provider_events"] = ear
    return ear


def outcomes() -> dict[str, Any]:
    return {key: item.get("outcome") for key, item in stored().items()}


def test_the_example_event_is_gone(clinic: Clinic, ear: Ear) -> None:
    """A message about an event that is not kept any more is done with."""
    assert clinic.invoke("webhook_processor", event_of("webhook_processor")) == {"batchItemFailures": []}
    assert ear.calls == 0


def test_an_event_is_heard_and_closed(clinic: Clinic, ear: Ear) -> None:
    """With its type, its data and its time; it waits no more, and stays until its time is over."""
    clinic.invoke("webhook_receiver", event_of("webhook_receiver"))
    [message] = queued()
    assert process(clinic, message) == []
    [(kind, data, at)] = ear.heard
    assert (kind, at) == ("peer.join.success", NOW - 1000 + 406)
    assert (data["user_id"], data["peer_id"]) == ("abcdefghijklmnop", "5d8ea1c4-6e4d-4d0a-9d5f-0b8f4a2c7e11")
    [item] = stored().values()
    assert (item["outcome"], item["processedAt"]) == ("applied", NOW)
    assert {"waits", "dueAt"}.isdisjoint(item)
    assert item["payload"]


def test_a_message_twice_is_heard_once(clinic: Clinic, ear: Ear) -> None:
    """Within a batch or later."""
    deliver(clinic, hooks.hms("e1"))
    [message] = queued()
    assert process(clinic, message, message) == []
    assert process(clinic, message) == []
    assert ear.calls == 1


@pytest.mark.parametrize("webhook", [hooks.hms("e1", "transcription.started"), hooks.stripe("e1"), hooks.lab("e1")])
def test_what_nobody_knows_is_kept(clinic: Clinic, ear: Ear, webhook: hooks.Webhook) -> None:
    """An unknown type, or a source that nobody listens to, is no failure."""
    deliver(clinic, webhook)
    assert process(clinic, *queued()) == []
    assert list(outcomes().values()) == ["kept"]
    assert ear.calls == (webhook.source == "hms")


def test_data_that_is_none(clinic: Clinic, ear: Ear) -> None:
    """Without `data` the whole event is what it is about."""
    deliver(clinic, hooks.hms("e1", data=[1]))
    assert process(clinic, *queued()) == []
    assert ear.heard[0][1]["id"] == "e1"


@pytest.mark.parametrize("text", ["", "{", "[]", "7", "{}", '{"source": "hms"}', '{"source": 1, "eventId": "e"}'])
def test_a_message_that_is_none_comes_again_alone(clinic: Clinic, ear: Ear, text: str) -> None:
    """It ends among the dead letters, and holds up nobody."""
    deliver(clinic, hooks.hms("e1"))
    [message] = queued()
    assert process(clinic, text, message) == [0]
    assert ear.calls == 1


def test_a_failure_brings_back_that_message_only(clinic: Clinic, ear: Ear) -> None:
    """Before or after the listener has taken the event in, it is taken in once."""
    for number in range(4):
        deliver(clinic, hooks.hms(f"e{number}", data={"peer_id": f"p{number}"}))
    ear.failures = [("before", KeyError("x")), ("after", UnavailableError())]
    messages = queued()
    assert process(clinic, *messages) == [0, 1]
    assert sorted(map(str, outcomes().values())) == ["None", "None", "applied", "applied"]
    assert process(clinic, *messages[:2]) == []
    assert set(outcomes().values()) == {"applied"}
    assert ear.applied == {f"p{number}": 1 for number in range(4)}


@dataclass
class Pauses:
    """A queue that notes for how many seconds messages are put off; it may be `away`."""

    away: bool = False
    asked: list[tuple[str, int]] = field(default_factory=list)

    def postpone(self, receipt: str, pause_s: int) -> None:
        self.asked.append((receipt, pause_s))
        if self.away:
            raise UnavailableError(cause="AccessDenied")


def test_what_has_failed_comes_again_soon(clinic: Clinic, ear: Ear) -> None:
    """After seconds at first, so that a loss is known of within its grace; what has not failed is left alone."""
    for number in range(3):
        deliver(clinic, hooks.hms(f"e{number}"))
    messages = queued()
    pauses = clinic.wiring.webhooks.__dict__["queue"] = Pauses()
    ear.failures = [("before", KeyError("x")), ("", None), ("after", UnavailableError())]
    assert process(clinic, *messages) == [0, 2]
    assert pauses.asked == [("receipt-0", 2), ("receipt-2", 2)]
    assert process(clinic, *messages) == []
    assert len(pauses.asked) == 2


def test_what_fails_again_and_again_comes_less_often(clinic: Clinic, ear: Ear) -> None:
    """So that an outage of a quarter of an hour leaves no dead letters, and its end no crowd."""
    pauses = clinic.wiring.webhooks.__dict__["queue"] = Pauses()
    assert [process(clinic, "odd", tries=tries) for tries in range(1, 11)] == [[0]] * 10
    waited = [pause for _, pause in pauses.asked]
    assert waited == [2, 4, 8, 16, 32, 64, 128, 256, 512, 512]
    assert sum(waited[:-1]) > 15 * 60
    assert ear.calls == 0


def test_what_cannot_be_put_off_comes_when_the_queue_says(clinic: Clinic, ear: Ear, logged: Any) -> None:
    """The batch has its answer all the same, and the log the reason."""
    deliver(clinic, hooks.hms("e1"))
    [message] = queued()
    clinic.wiring.webhooks.__dict__["queue"] = Pauses(away=True)
    assert process(clinic, "odd", message) == [0]
    assert set(outcomes().values()) == {"applied"}
    assert "webhook comes late" in logged.getvalue()
    assert "AccessDenied" in logged.getvalue()
    assert ear.calls == 1


@pytest.mark.parametrize("when", ["before", "after"])
def test_a_processor_that_dies_mid_batch(clinic: Clinic, ear: Ear, when: str) -> None:
    """The whole batch comes again: what was processed is not heard again, and nothing is lost."""
    for number in range(5):
        deliver(clinic, hooks.hms(f"e{number}", data={"peer_id": f"p{number}"}))
    messages = queued()
    ear.failures = [("before", None), ("before", None), (when, SystemExit(1))]
    with pytest.raises(SystemExit):
        process(clinic, *messages)
    assert Counter(outcomes().values()) == {"applied": 2, None: 3}
    before = ear.calls
    assert process(clinic, *messages) == []
    assert set(outcomes().values()) == {"applied"}
    assert ear.calls - before == 3
    assert ear.applied == {f"p{number}": 1 for number in range(5)}


@pytest.mark.parametrize("operation", ["GetItem", "UpdateItem"])
@pytest.mark.parametrize("failure", ["ThrottlingException", "ProvisionedThroughputExceededException", "no answer"])
def test_a_throttled_record_brings_messages_back(
    clinic: Clinic, ear: Ear, monkeypatch: pytest.MonkeyPatch, operation: str, failure: str
) -> None:
    """Nothing is applied twice, whether it fails before the listener hears or after."""
    deliver(clinic, hooks.hms("e1"))
    deliver(clinic, hooks.hms("e2", data={"peer_id": "other"}))
    messages = queued()
    calls = listen(monkeypatch)
    if failure == "no answer":
        calls.time_out(operation)
    else:
        calls.fail(operation, failure)
    assert process(clinic, *messages) == [0, 1]
    assert set(outcomes().values()) == {None}
    calls.mend()
    assert process(clinic, *messages) == []
    assert set(outcomes().values()) == {"applied"}
    assert set(ear.applied.values()) == {1}


def test_no_time_left_brings_messages_back(clinic: Clinic, ear: Ear, monkeypatch: pytest.MonkeyPatch) -> None:
    """What would be cut off by Lambda is not begun."""
    deliver(clinic, hooks.hms("e1"))
    messages = queued()
    monkeypatch.setattr("tests.fakes.invocation.Invocation.get_remaining_time_in_millis", lambda _: 4000)
    assert process(clinic, *messages) == [0]
    assert ear.calls == 0


class Hanging:
    """A connection to a provider that never answers: each request takes all the time that it is given."""

    def __init__(self) -> None:
        self.left_s = 20.0

    def request(self, *_: Any, deadline_s: float, **__: Any) -> Answer:
        self.left_s -= deadline_s
        raise RestError("TimeoutError", sent=True)


def test_many_visits_end_while_the_provider_hangs(surgery: Surgery, monkeypatch: pytest.MonkeyPatch) -> None:
    """All of a batch are processed in one go; the rooms for which there is no time are left to the sweeper."""
    wiring, away = surgery.clinic.wiring, Hanging()
    visits = [surgery.visit_id, *(surgery.book()["visitId"] for _ in range(5))]
    for visit_id in visits:
        for who in (surgery.patient, surgery.practitioner):
            surgery.done("join", who, {}, visit_id=visit_id)
        data = {"room_name": visit_id, "room_id": f"room-of-{visit_id}"}
        deliver(surgery.clinic, hooks.hms("", "room.end.success", data=data))
    fine = wiring.visits.rooms
    hms = wiring.visits.__dict__["rooms"] = Hms("https://hms.example.org", HmsKeys("a", "s" * 32, "t"), "", {})
    monkeypatch.setattr(hms, "_rest", away)
    with monkeypatch.context() as running:
        running.setattr(Invocation, "get_remaining_time_in_millis", lambda _: int(away.left_s * 1000))
        assert process(surgery.clinic, *queued()) == []
    assert away.left_s >= 5
    kept = [wiring.visits.repository.get(visit_id) for visit_id in visits]
    assert {(visit.state, visit.cleanup_pending) for visit in kept} == {("completed", True)}
    assert set(outcomes().values()) == {"applied"}
    wiring.visits.__dict__["rooms"] = fine
    surgery.at(MINUTE)
    monkeypatch.setattr(Invocation, "remaining_ms", 240_000)
    assert surgery.sweep()["visits"] == len(visits)
    assert fine.ended == {f"room-of-{visit_id}" for visit_id in visits}


def test_logs_hold_nothing_of_what_was_sent(clinic: Clinic, ear: Ear, logged: Any) -> None:
    """Ids and types of errors, no names."""
    deliver(clinic, hooks.hms("e1", data={"user_name": "Aroha Ngata"}))
    ear.failures = [("before", ValueError("Aroha Ngata"))]
    assert process(clinic, *(messages := queued())) == [0]
    assert process(clinic, *messages) == []
    told = logged.getvalue()
    assert "webhook not processed" in told
    assert "e1" in told
    assert "Aroha" not in told


def test_a_minute_without_a_receiver_or_a_processor(clinic: Clinic, ear: Ear, monkeypatch: pytest.MonkeyPatch) -> None:
    """What the sender repeats, or the sweeper finds, is processed once."""
    webhooks = [hooks.hms(f"e{number}", data={"peer_id": f"p{number}"}) for number in range(6)]
    calls = listen(monkeypatch)
    calls.fail("PutItem", "ThrottlingException")
    assert {deliver(clinic, webhook).status for webhook in webhooks[:3]} == {503}
    calls.mend()
    calls.time_out("SendMessage")
    assert {deliver(clinic, webhook).status for webhook in webhooks[3:]} == {200}
    calls.mend()
    clinic.wiring.ahead_ms = MINUTE
    assert {deliver(clinic, webhook).status for webhook in webhooks} == {200}
    assert clinic.wiring.webhooks.overdue_events.requeue_due(NOW + MINUTE, 100) == 3
    assert process(clinic, *queued()) == []
    assert set(outcomes().values()) == {"applied"}
    assert ear.applied == {f"p{number}": 1 for number in range(6)}
    assert clinic.wiring.webhooks.overdue_events.requeue_due(NOW + 100 * MINUTE, 100) == 0


# What can happen: a delivery (and whether it is kept and queued), a batch (and how it ends), the sweeper, a loss.
STEPS = st.one_of(
    st.tuples(st.just("deliver"), st.integers(0, 3), st.sampled_from(["well", "well", "no queue", "no record"])),
    st.tuples(st.just("process"), st.integers(1, 4), st.sampled_from(["well", "before", "after", "dies", "throttled"])),
    st.tuples(st.just("sweep"), st.integers(1, 3), st.just("well")),
    st.tuples(st.just("forget"), st.integers(0, 3), st.just("well")),
)


@given(steps=st.lists(STEPS, max_size=14))
@settings(max_examples=examples(15), deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_every_event_ends_as_one_outcome(clinic: Clinic, ear: Ear, steps: list[tuple[str, int, str]]) -> None:
    """Whatever is delivered, repeated, cut off, throttled and lost, in whichever order: none lost, none twice."""
    _empty()
    ear.applied.clear()
    clock = itertools.count(NOW + MINUTE, MINUTE)
    accepted: set[str] = set()
    queue: list[dict[str, str]] = []
    for what, number, how in steps:
        clinic.wiring.stopped_ms = next(clock)
        ear.failures.clear()
        with pytest.MonkeyPatch.context() as patch:
            calls = listen(patch)
            if what == "deliver":
                if how != "well":
                    calls.fail("SendMessage" if how == "no queue" else "PutItem", "ThrottlingException")
                answer = deliver(clinic, hooks.hms(f"e{number}", data={"peer_id": f"p{number}"}))
                assert answer.status == (503 if how == "no record" else 200)
                if answer.status == 200:
                    accepted.add(f"e{number}")
            elif what == "process":
                _work(clinic, ear, queue, number, how, calls)
            elif what == "forget":
                queue[:] = queue[number:]  # the queue's own retention, or somebody's purge
            else:
                clinic.wiring.webhooks.overdue_events.requeue_due(clinic.wiring.now_ms(), number)
        queue += queued()
    ear.failures.clear()
    # Some day everything works again.
    clinic.wiring.stopped_ms = NOW + 10 * 24 * 60 * MINUTE
    clinic.wiring.webhooks.overdue_events.requeue_due(clinic.wiring.now_ms(), 100)
    if messages := [*queue, *queued()]:
        assert process(clinic, *messages) == []
    assert outcomes() == {f"hms#{name}": "applied" for name in accepted}
    assert ear.applied == {name.replace("e", "p"): 1 for name in accepted}


def _work(clinic: Clinic, ear: Ear, queue: list[dict[str, str]], number: int, how: str, calls: Any) -> None:
    """Process a batch; what fails stays in the queue."""
    messages = queue[:number]
    if how == "throttled":
        calls.fail("UpdateItem", "ThrottlingException")
    elif how == "dies":
        ear.failures = [("after", SystemExit(1))]
    elif how != "well":
        ear.failures = [(how, UnavailableError())]
    try:
        failed = process(clinic, *messages) if messages else []
    except SystemExit:
        return
    queue[:] = [messages[index] for index in failed] + queue[number:]


def _empty() -> None:
    for key in stored():
        client("dynamodb").delete_item(TableName=WEBHOOKS, Key={"pk": {"S": key}})
    queued()
