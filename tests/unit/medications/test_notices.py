"""What a patient and their carer should be told of a plan, as it stands."""

import json
import re
from dataclasses import replace
from pathlib import Path

import pytest

from bedside.adapters.aws.dynamodb import Table
from bedside.kernel.errors import WrongStateError
from bedside.medications import workflows
from bedside.medications.circle import Care, Circle, Step, asked, stepped
from bedside.medications.circle_notices import CircleNotices
from bedside.medications.circle_repository import CircleRepository, circle_from_item, circle_item
from bedside.medications.notices import PlanNotices
from bedside.medications.plan import Plan
from bedside.medications.records import dose_item, plan_from_item, plan_item
from bedside.medications.repository import PlanRepository
from bedside.ports.notices import Notice
from tests.unit.medications.course_book import DAY, HOUR, Book, at, every, times

MONDAY = at("2026-11-30T06:00")
EIGHT = at("2026-11-30T08:00")
MINUTE = HOUR // 60
TEXTS = Path(workflows.__file__).parent / "texts"


class Shelf(PlanRepository):
    """A plan, and the patient's others."""

    def __init__(self, plan: Plan, *others: Plan) -> None:
        super().__init__(Table("none"))
        object.__setattr__(self, "plan", plan)
        object.__setattr__(self, "others", others)

    plan: Plan
    others: tuple[Plan, ...]

    def find(self, plan_id: str) -> Plan | None:
        return self.plan if plan_id == self.plan.plan_id else None

    def list_current(self, patient_id: str) -> list[Plan]:
        return [self.plan, *self.others] if patient_id == self.plan.patient_id else []


class Circles(CircleRepository):
    """One circle, or none."""

    def __init__(self, circle: Circle | None) -> None:
        super().__init__(Table("none"))
        object.__setattr__(self, "circle", circle)

    circle: Circle | None

    def find(self, patient_id: str) -> Circle | None:
        return self.circle if self.circle and patient_id == self.circle.patient_id else None


EMPTY = Circle("patient", "FAC001", "Mere")
ACCEPTED = Circle("patient", "FAC001", "Mere", (Care("care", "carer", "Ana", (Step("accepted", "carer", MONDAY),)),))


def wanted(book: Book, circle: Circle | None = None) -> list[Notice]:
    return PlanNotices(Shelf(book.plan), Circles(circle)).wanted("plan")


def told(book: Book, circle: Circle | None = None) -> list[tuple[str, str, int]]:
    return [(notice.workflow, notice.recipient, notice.send_at) for notice in wanted(book, circle)]


def test_a_dose_is_told_when_it_is_due() -> None:
    """In quiet hours too, because the patient chose the time, until it is missed; not of one that was taken."""
    book = Book.begin(times(480, 1200), MONDAY)
    [due] = wanted(book)
    assert (due.workflow, due.recipient, due.send_at, due.until) == ("dose-due", "patient", EIGHT, EIGHT + HOUR)
    assert (due.at_chosen_time, due.link, due.facility_id) == (True, "/medicines#dose=plan.20261130T080000", "FAC001")
    book.now = EIGHT
    book.answer("taken")
    assert told(book) == [("dose-due", "patient", at("2026-11-30T20:00"))]


def test_a_dose_that_is_snoozed_or_moved_is_told_again() -> None:
    """As another occurrence; hours that are counted wait for the end of quiet hours, if that is in time."""
    book = Book.begin(every(8), MONDAY)
    occurrences = [wanted(book)[0].occurrence]
    assert (wanted(book)[0].at_chosen_time, wanted(book)[0].until) == (False, MONDAY + HOUR)
    book.answer("snoozed", minutes=10)
    assert told(book) == [("dose-due", "patient", MONDAY + 10 * MINUTE)]
    assert wanted(book)[0].at_chosen_time
    occurrences.append(wanted(book)[0].occurrence)
    book.look(MONDAY + 10 * MINUTE)
    assert wanted(book)[0].occurrence == occurrences[-1]
    book.look(MONDAY + 2 * HOUR)
    occurrences.append(wanted(book)[0].occurrence)
    key = max(book.closed)
    book.answer("taken", key)
    occurrences.append(wanted(book)[0].occurrence)
    assert told(book) == [("dose-due", "patient", book.now + 8 * HOUR)]
    assert len(set(occurrences)) == 4


def test_a_missed_dose_is_told_until_it_is_entered() -> None:
    """To the patient, and to a carer who had accepted by then; to nobody once either has ended it."""
    book = Book.begin(times(480), MONDAY)
    book.look(EIGHT + HOUR)
    due = ("dose-due", "patient", at("2026-12-01T08:00"))
    missed = ("dose-missed", "patient", EIGHT + HOUR)
    assert told(book, ACCEPTED) == [due, missed, ("dose-missed-carer", "carer", EIGHT + HOUR)]
    of_carer = wanted(book, ACCEPTED)[2]
    assert (of_carer.fields, of_carer.link, of_carer.about) == ({"name": "Mere", "time": "08:00"}, "/inbox", "patient")
    for by in ("patient", "carer"):
        assert told(book, stepped(ACCEPTED, "care", "end", by, EIGHT)) == [due, missed]
    waiting = asked(EMPTY, "care", "carer", "Ana", MONDAY)
    assert told(book, waiting) == [due, missed]
    assert told(book, stepped(waiting, "care", "accept", "carer", EIGHT + HOUR + 1)) == [due, missed]
    book.answer("taken", min(book.closed))
    assert told(book, ACCEPTED) == [due]


def test_that_reminders_pause_is_told_once() -> None:
    """To the patient and to a carer, for whom silence would mean that all is well; of no dose any more."""
    book = Book.begin(times(480), MONDAY)
    silent = EIGHT + 14 * DAY + HOUR
    wanted_then = [("reminders-paused", "patient", silent), ("reminders-paused-carer", "carer", silent)]
    for days in (14, 16):
        book.look(EIGHT + days * DAY + HOUR)
        assert told(book, ACCEPTED) == wanted_then
        assert {notice.occurrence for notice in wanted(book, ACCEPTED)} == {f"silent@{silent}"}
    assert told(book) == wanted_then[:1]
    silent_plan, book.plan = book.plan, replace(book.plan, created_by="clinician", chart_id="chart")
    assert told(book) == [wanted_then[0], ("reminders-paused-clinician", "clinician", silent)]
    assert wanted(book)[1].link == "/patient?id=chart"
    book.plan = silent_plan
    book.answer("taken", max(book.closed))
    assert told(book, ACCEPTED)[0] == ("dose-due", "patient", EIGHT + 17 * DAY)


def test_doses_of_the_same_minute_are_one_message() -> None:
    """Due, snoozed or missed: each plan's notice speaks of all, and the first that is told is the only one."""
    books = [Book.begin(times(480), MONDAY), Book.begin(times(480), MONDAY), Book.begin(times(500), MONDAY)]
    names = ("b", "a", "c")
    for book, name in zip(books, names, strict=True):
        book.plan = replace(book.plan, plan_id=name, medicine=f"Medicine {name.upper()}")

    def heard(*also: Plan) -> list[Notice]:
        one, two, other = (book.plan for book in books)
        shelves = [Shelf(one, two, other, *also), Shelf(two, one, other, *also), Shelf(other, one, two, *also)]
        return [
            PlanNotices(shelf, Circles(ACCEPTED)).wanted(name)[-1] for shelf, name in zip(shelves, names, strict=True)
        ]

    first, second, alone = heard()
    assert first.together == second.together != alone.together
    assert first.fields == second.fields
    assert (first.fields["count"], first.fields["all"]) == (2, "Medicine A (5 mg), Medicine B (5 mg)")
    assert first.link == second.link == "/medicines#dose=a.20261130T080000,b.20261130T080000"
    assert (first.short_link, alone.short_link) == (f"/medicines#at={EIGHT}", alone.link)
    assert (alone.fields["count"], alone.fields["medicine"]) == (1, "Medicine C")
    paused = replace(books[0].plan, plan_id="p", state="paused")
    many = [replace(books[0].plan, plan_id=f"m{number}") for number in range(5)]
    assert heard(paused)[0].fields == first.fields
    assert heard(*many)[0].link == f"/medicines#at={EIGHT}"
    assert heard(*many)[0].fields["all"] == "Medicine A (5 mg)" + ", Medicine B (5 mg)" * 4 + ", …"
    for book in books:
        book.look(EIGHT + HOUR)
    books[2].answer("snoozed", minutes=10)
    by_carer = heard()
    assert by_carer[0].together == by_carer[1].together
    assert by_carer[0].workflow == "dose-missed-carer"
    books[0].answer("taken", min(books[0].closed))
    assert heard()[1].fields["time"] == "08:00"


def test_each_step_with_a_carer_is_told_to_the_other() -> None:
    """Whoever is asked hears it once for each asking; the patient of each answer, and of nothing that they did."""

    def heard(circle: Circle) -> list[tuple[str, str, str, str]]:
        notices = CircleNotices(Circles(circle_from_item(circle_item(circle)))).wanted("patient")
        return [(one.workflow, one.recipient, str(one.fields["name"]), one.occurrence) for one in notices]

    waiting = asked(EMPTY, "care", "carer", "Ana", MONDAY)
    assert heard(waiting) == [("carer-named", "carer", "Mere", "care@1")]
    assert heard(stepped(waiting, "care", "decline", "carer", EIGHT)) == [
        ("carer-declined", "patient", "Ana", "care@2")
    ]
    accepted = stepped(waiting, "care", "accept", "carer", EIGHT)
    assert heard(accepted) == [("carer-accepted", "patient", "Ana", "care@2")]
    assert stepped(accepted, "care", "accept", "carer", EIGHT + 1) == accepted
    with pytest.raises(WrongStateError):
        stepped(accepted, "care", "decline", "carer", EIGHT)
    assert heard(stepped(accepted, "care", "end", "carer", EIGHT)) == [("carer-ended", "patient", "Ana", "care@3")]
    ended = stepped(accepted, "care", "end", "patient", EIGHT)
    assert heard(ended) == []
    with pytest.raises(WrongStateError):
        stepped(ended, "care", "accept", "carer", EIGHT)
    assert heard(asked(ended, "care", "carer", "Ana", EIGHT)) == [("carer-named", "carer", "Mere", "care@4")]
    assert [step.state for step in asked(ended, "care", "carer", "Ana", EIGHT).cares[0].steps] == [
        "asked",
        "accepted",
        "ended",
        "asked",
    ]
    source = CircleNotices(Circles(None))
    assert (source.subject_in(circle_item(EMPTY)), source.subject_in({"pk": "visit"})) == ("patient", None)
    assert source.wanted("nobody") == []


def test_a_missed_dose_is_still_told_once_the_next_is_answered() -> None:
    """For six hours, each by itself; only what is entered is not told any more."""
    hours = [480, 570, 660, 750]
    book = Book.begin(times(*hours), MONDAY)
    book.look(EIGHT + 2 * HOUR + 30 * MINUTE)
    book.look(EIGHT + 3 * HOUR)
    book.answer("taken")
    missed = [("dose-missed", "patient", EIGHT + HOUR), ("dose-missed", "patient", EIGHT + 2 * HOUR + 30 * MINUTE)]
    assert told(book)[1:] == missed
    book.plan = plan_from_item(plan_item(book.plan))
    assert told(book)[1:] == missed
    book.answer("taken", min(book.closed))
    assert told(book)[1:] == missed[1:]
    book.answer("undone", min(book.closed))
    assert told(book)[1:] == [("dose-missed", "patient", book.now), missed[1]]
    book.answer("skipped", min(book.closed))
    book.look(EIGHT + DAY + HOUR)
    assert told(book)[1:] == [("dose-missed", "patient", EIGHT + DAY + HOUR)]


def test_a_plan_of_a_clinician_is_told_to_its_patient() -> None:
    """Once, and without the medicine where others may read it."""
    book = Book.begin(times(480), MONDAY)
    book.plan = replace(book.plan, created_by="clinician")
    assert told(book)[0] == ("plan-new", "patient", MONDAY)
    assert wanted(book)[0].fields == {"medicine": "Medicine", "dose": "5 mg"}


@pytest.mark.parametrize("state", ["paused", "ended"])
def test_nothing_is_told_of_a_plan_that_rests(state: str) -> None:
    book = Book.begin(times(480), MONDAY)
    book.look(EIGHT + HOUR)
    book.change(state=state)
    assert wanted(book) == []
    assert PlanNotices(Shelf(book.plan), Circles(None)).wanted("another") == []


def test_the_plan_is_found_in_what_changes() -> None:
    """Its own item, and no dose's."""
    book = Book.begin(times(480), MONDAY)
    source = PlanNotices(Shelf(book.plan), Circles(None))
    assert book.plan.open
    assert source.subject_in(plan_item(book.plan)) == "plan"
    assert source.subject_in(dose_item(book.plan, book.plan.open)) is None
    assert source.subject_in({"pk": "visit"}) is None


@pytest.mark.parametrize("language", ["en", "de"])
def test_texts_are_complete_and_discreet(language: str) -> None:
    """Each has the fields that its notice has; only the full text says the medicine or a name."""
    texts = json.loads((TEXTS / f"{language}.json").read_text())
    names = [workflow.name for workflow in workflows.WORKFLOWS]
    assert sorted(texts) == sorted(f"{name}.{part}" for name in names for part in ("title", "text", "discreet"))
    book = Book.begin(times(480), MONDAY)
    book.look(EIGHT + HOUR)
    book.plan = replace(book.plan, created_by="clinician")
    waiting = asked(EMPTY, "care", "carer", "Ana", MONDAY)
    declined = stepped(waiting, "care", "decline", "carer", EIGHT)
    ended = stepped(ACCEPTED, "care", "end", "carer", EIGHT)
    told = wanted(book, ACCEPTED)
    book.look(EIGHT + 14 * DAY + HOUR)
    told += wanted(book, ACCEPTED)
    for circle in (waiting, ACCEPTED, declined, ended):
        told += CircleNotices(Circles(circle)).wanted("patient")
    assert {notice.workflow for notice in told} == set(names)
    for notice in told:
        for part in ("title", "text", "discreet"):
            text = texts[f"{notice.workflow}.{part}"]
            named = set(re.findall(r"\{(\w+)", json.dumps(text)))
            assert named <= notice.fields.keys()
            assert part == "text" or not named & {"medicine", "dose", "all", "name"}
