"""DynamoDB throttling or away: every call of visits says so, and leaves nothing half-done."""

from collections.abc import Callable
from typing import Any

import pytest

from bedside.kernel.errors import UnavailableError
from bedside.visits.repository import VisitRepository
from tests.fakes.aws_calls import listen
from tests.functions.clinic import Answer, refusal
from tests.functions.surgery import MINUTE, Surgery
from tests.functions.visits.test_visit_notes import EMPTY

CALLS: dict[str, Callable[[Surgery, str], Answer]] = {
    "book": lambda it, _: it.clinic.call("visits_book", it.booking(), token=it.practitioner, key="another"),
    "page": lambda it, _: it.clinic.call("visits_page", token=it.practitioner, query={"view": "all"}),
    "watch": lambda it, _: it.clinic.call("visits_watch", {}, token=it.patient),
    "look": lambda it, _: it.ask("look", it.patient),
    "join": lambda it, _: it.ask("join", it.patient, {}),
    "token": lambda it, joining: it.ask("token", it.patient, query={"joining": joining}),
    "start": lambda it, _: it.ask("start", it.practitioner, {}),
    "cancel": lambda it, _: it.ask("cancel", it.patient, {"reason": "Feels better."}),
    "end": lambda it, _: it.ask("end", it.practitioner, {}),
    "summary": lambda it, _: it.ask("summary", it.patient),
    "notes": lambda it, _: it.ask("notes", it.practitioner),
    "write notes": lambda it, _: it.write_notes({**EMPTY, "plan": "Rest."}, '"0"'),
    "notes history": lambda it, _: it.ask("notes_history", it.practitioner),
}
# What each needs of DynamoDB. Beyond it, pages may be told of a change, which nobody waits for: these look for them.
ANNOUNCED = {"join", "start", "cancel", "end"}
# Nor does anybody wait for a name of the directory, which these ask for.
NAMED = {"page", "look", "summary"}
NEEDS = {
    "book": ["GetItem", "TransactWriteItems"],
    "page": ["Query"],
    "watch": ["UpdateItem"],
    "look": ["GetItem"],
    "join": ["GetItem", "UpdateItem"],
    "token": ["GetItem", "UpdateItem"],
    "start": ["GetItem", "UpdateItem"],
    "cancel": ["GetItem", "UpdateItem"],
    "end": ["GetItem", "UpdateItem"],
    "summary": ["GetItem"],
    "notes": ["GetItem"],
    "write notes": ["GetItem", "TransactWriteItems"],
    "notes history": ["GetItem"],
}


def prepare(surgery: Surgery, call: str) -> str:
    """Let happen what the call needs, and let everybody be remembered; gives the patient's joining."""
    joining = surgery.join(surgery.patient) if call in {"token", "start", "end", "summary"} else ""
    if call in {"end", "summary"}:
        surgery.join(surgery.practitioner)
    if call == "summary":
        surgery.done("end", surgery.practitioner, {})
    for token in (surgery.patient, surgery.practitioner):
        surgery.look(token)
    return joining


def everything(surgery: Surgery) -> Any:
    """Give what is kept, but for the marks of writes."""
    items = [{name: value for name, value in item.items() if not name.startswith("write")} for item in surgery.items()]
    return (
        sorted(items, key=str),
        surgery.clinic.wiring.visits.scheduler.times(),
        surgery.clinic.wiring.visits.rooms.ended,
    )


@pytest.mark.parametrize(
    ("call", "operation"), [(call, operation) for call, needed in NEEDS.items() for operation in needed]
)
@pytest.mark.parametrize("code", ["ThrottlingException", "no answer"])
def test_a_call_that_meets_a_failure(
    surgery: Surgery, monkeypatch: pytest.MonkeyPatch, call: str, operation: str, code: str
) -> None:
    """503, to be repeated in a second; the visit is as it was, and so are its timers and its room. Then it works."""
    joining = prepare(surgery, call)
    before, calls = everything(surgery), listen(monkeypatch)
    if code == "no answer":
        calls.time_out(operation)
    else:
        calls.fail(operation, code)
    # A booking's own key is looked up and kept, which has its tests.
    answer = _book_without_key(surgery) if call == "book" else CALLS[call](surgery, joining)
    refusal(answer, 503, "unavailable")
    assert answer.headers["retry-after"] == "1"
    assert operation in calls.made
    calls.mend()
    assert everything(surgery) == before
    repeated = CALLS[call](surgery, joining)
    assert repeated.status in {200, 201}, repeated


def _book_without_key(surgery: Surgery) -> Answer:
    # People are remembered for five seconds.
    surgery.at(6000)
    headers = {"idempotency-key": None}
    return surgery.clinic.call("visits_book", surgery.booking(), token=surgery.practitioner, headers=headers)


@pytest.mark.parametrize("call", [call for call in NEEDS if call != "book"])
def test_what_a_call_needs_is_known(surgery: Surgery, monkeypatch: pytest.MonkeyPatch, call: str) -> None:
    """The list above is complete."""
    joining = prepare(surgery, call)
    calls = listen(monkeypatch)
    assert CALLS[call](surgery, joining).status < 300
    told = {"Query"} if call in ANNOUNCED else {"BatchGetItem"} if call in NAMED else set()
    assert {name for name in calls.made if name[0].isupper()} == set(NEEDS[call]) | told


def test_an_end_whose_room_cannot_be_noted_is_seen_to_again(surgery: Surgery, monkeypatch: pytest.MonkeyPatch) -> None:
    """The visit is over; that its room was ended is noted by the sweeper, which ends it once more."""
    prepare(surgery, "end")
    with monkeypatch.context() as patch:

        def failing(*_: object) -> None:
            raise UnavailableError("The record could not be written.")

        patch.setattr(VisitRepository, "mark_cleaned_up", failing)
        assert surgery.done("end", surgery.practitioner, {})["state"] == "completed"
    assert surgery.kept().cleanup_pending
    surgery.at(5 * MINUTE)
    surgery.sweep()
    assert not surgery.kept().cleanup_pending
    assert surgery.clinic.wiring.visits.scheduler.times() == []
