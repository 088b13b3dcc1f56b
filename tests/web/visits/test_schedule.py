"""The practitioner's list: today's visits and all, who is waiting, and booking the next one."""

import re
import time
from datetime import datetime

import pytest
from playwright.sync_api import Page, expect

from tests.waiting import until
from tests.web.accessibility import audit
from tests.web.cases import cases, heights, resize
from tests.web.german import check_german, check_no_english
from tests.web.mirrored import check_mirrored, use_pseudo
from tests.web.people_fake import Fault, person
from tests.web.settling import settle
from tests.web.tabs import Open
from tests.web.visits.visits_fake import Clinic, instant


@pytest.fixture
def schedule(visitor: Open, clinic: Clinic) -> Page:
    """The tab of a clinician, not opened yet."""
    return visitor(clinic.clinician)


def opened(page: Page) -> Page:
    """Open the list."""
    page.goto("/schedule")
    expect(page.get_by_role("heading", name="Visits", exact=True)).to_be_visible()
    return page


def test_a_row_tells_what_matters(schedule: Page, clinic: Clinic) -> None:
    """Time, name, length, state, and a link that leads to the visit's room."""
    visit_id = clinic.book(0.5)
    opened(schedule)
    row = schedule.get_by_role("listitem").filter(has_text="Aroha Ngata")
    expect(row).to_contain_text("20 min")
    expect(row).to_contain_text("Scheduled")
    expect(row.locator(".visit-time")).to_have_text(re.compile(r"^\d{1,2}:\d\d"))
    expect(row.get_by_role("link", name="Open the visit of Aroha Ngata")).to_have_attribute(
        "href", f"/visit#v={visit_id}"
    )
    expect(schedule.locator("#count")).to_have_text("1 visit")


def test_who_waits_is_said_since_when(schedule: Page, clinic: Clinic) -> None:
    """A live message is enough: the badge pulses, says since when, and a screen reader hears it once."""
    visit_id = clinic.book(1)
    opened(schedule)
    expect(schedule.locator("#pill")).to_have_text("Live")
    clinic.arrive(visit_id, "patient", tell=False)
    clinic.visits[visit_id]["waitingSince"] = instant(clinic.now() - 190_000)
    clinic.tell(visit_id)
    badge = schedule.locator(".pulsing")
    expect(badge).to_have_text(re.compile(r"^Patient waiting since .+ \(3 min\)$"))
    expect(schedule.locator("#announcer")).to_have_text("Aroha Ngata is waiting.")
    animation = "getComputedStyle(document.querySelector('.pulsing'), '::before').animationName"
    assert schedule.evaluate(animation) == "pulse"
    schedule.emulate_media(reduced_motion="reduce")
    assert schedule.evaluate(animation) == "none"


def test_waiting_is_counted_by_the_servers_clock(visitor: Open, clinic: Clinic) -> None:
    """A computer that is an hour behind tells the same minutes."""
    # At noon, since an hour before midnight the two clocks would name different days.
    noon = datetime.fromisoformat("2026-11-21T12:00+00:00").timestamp()
    clinic.skew_ms = round((noon - time.time()) * 1000) + 3_600_000
    schedule = visitor(clinic.clinician, timezone_id="UTC")
    schedule.clock.install(time=noon)
    visit_id = clinic.book(1)
    clinic.arrive(visit_id, "patient", tell=False)
    clinic.visits[visit_id]["waitingSince"] = instant(clinic.now() - 250_000)
    opened(schedule)
    expect(schedule.locator(".pulsing")).to_contain_text("(4 min)")


def test_without_a_socket_the_list_is_polled(schedule: Page, clinic: Clinic) -> None:
    """Every 5 seconds, and not at all in a tab that nobody sees; a look at it brings it up to date at once."""
    clinic.refuse_sockets = True
    visit_id = clinic.book(1)
    schedule.clock.install()
    opened(schedule)

    def polls() -> bool:
        schedule.clock.run_for(1_000)
        return schedule.locator("#pill").text_content() == "Polling"

    until(polls, "the list is not polled", page=schedule)
    clinic.arrive(visit_id, "patient", tell=False)
    schedule.clock.run_for(6_000)
    expect(schedule.locator(".pulsing")).to_be_visible()
    schedule.evaluate("Object.defineProperty(document, 'hidden', { configurable: true, get: () => true })")
    settle(schedule)
    before = len(clinic.asked("GET", "/visits"))
    schedule.clock.run_for(8_000)
    schedule.clock.run_for(8_000)
    settle(schedule)
    assert len(clinic.asked("GET", "/visits")) == before
    schedule.evaluate("delete document.hidden; document.dispatchEvent(new Event('visibilitychange'))")
    until(lambda: len(clinic.asked("GET", "/visits")) > before, "the list was not asked for", page=schedule)


@pytest.mark.parametrize(
    ("zone", "noon", "hours", "wrong"),
    [
        ("Europe/Berlin", "2026-10-25T12:00+01:00", 25, 0),
        ("Europe/Berlin", "2026-10-26T12:00+01:00", 24, 13),
        ("Pacific/Auckland", "2026-09-27T12:00+13:00", 23, -40),
    ],
)
def test_today_is_the_day_of_the_calendar(
    visitor: Open, clinic: Clinic, zone: str, noon: str, hours: int, wrong: int
) -> None:
    """From midnight to midnight by the server's clock, however many hours that is, with what goes on across them."""
    at = datetime.fromisoformat(noon).timestamp() * 1000
    clinic.skew_ms = round(at - time.time() * 1000)
    page = visitor(clinic.clinician, timezone_id=zone)
    page.clock.install(time=at / 1000 + wrong * 3600)
    ends = at + 12 * 3_600_000
    begins = ends - hours * 3_600_000
    for name, start in {"Before": begins - 1, "First": begins, "Last": ends - 1, "After": ends}.items():
        clinic.book(startsAt=instant(start), patientName=name)
    clinic.book(startsAt=instant(begins - 1), patientName="Going on", state="inProgress")
    opened(page)
    expect(page.locator(".visit-name")).to_have_text(["Going on", "First", "Last"])
    expect(page.locator(".visit-day")).to_have_text(["Yesterday"])


def test_no_visits_is_said_with_what_to_do(schedule: Page, clinic: Clinic) -> None:
    """An empty day names both ways on; all visits have their own words."""
    assert clinic.visits == {}
    opened(schedule)
    expect(schedule.get_by_role("heading", name="No visits today")).to_be_visible()
    schedule.get_by_role("tab", name="All").click()
    expect(schedule.get_by_role("heading", name="No visits yet")).to_be_visible()


def test_all_visits_come_page_by_page(schedule: Page, clinic: Clinic) -> None:
    """The keyboard turns the tab and goes on with the first row of the next page; days are named."""
    clinic.page_size = 2
    for days in range(5):
        clinic.book(days * 1440, patientName=f"Person {days}")
    opened(schedule)
    schedule.get_by_role("tab", name="Today").focus()
    schedule.keyboard.press("ArrowRight")
    expect(schedule.get_by_role("tab", name="All")).to_be_focused()
    expect(schedule.locator(".visit-name")).to_have_text(["Person 4", "Person 3"])
    expect(schedule.locator("#count")).to_have_text("2 visits, more to show")
    schedule.get_by_role("button", name="Show more").click()
    expect(schedule.locator(".visit-name")).to_have_text([f"Person {days}" for days in (4, 3, 2, 1)])
    expect(schedule.get_by_role("link", name="Open the visit of Person 2")).to_be_focused()
    expect(schedule.locator(".visit-day").last).to_have_text("Tomorrow")
    schedule.get_by_role("button", name="Show more").click()
    expect(schedule.locator(".visit-name")).to_have_count(5)
    expect(schedule.get_by_role("button", name="Show more")).to_be_hidden()


def test_a_change_keeps_the_keyboard_where_it_was(schedule: Page, clinic: Clinic) -> None:
    """A row that is drawn anew does not throw the focus away."""
    visit_id = clinic.book(1)
    clinic.book(2, patientName="Kiri Tane")
    opened(schedule)
    expect(schedule.locator("#pill")).to_have_text("Live")
    link = schedule.get_by_role("link", name="Open the visit of Aroha Ngata")
    link.focus()
    clinic.arrive(visit_id, "patient")
    expect(schedule.locator(".pulsing")).to_be_visible()
    expect(link).to_be_focused()


def test_a_list_that_cannot_be_loaded_says_what_to_do(schedule: Page, clinic: Clinic) -> None:
    """The first answer failed: words, and a button; later failures keep the list and say that it may be old."""
    clinic.book(1)
    clinic.people.fail("GET /visits", *[Fault(429, "", {"retry-after": "30"})] * 40)
    schedule.goto("/schedule")
    expect(schedule.get_by_role("heading", name="The visits could not be loaded")).to_be_visible()
    expect(schedule.locator("#failed-text")).to_contain_text("Try again in 30 seconds.")
    expect(schedule.get_by_role("button", name="Try again")).to_be_visible()
    clinic.people.faults.clear()
    # Where the page has asked again by itself in that moment, the button is hidden by now.
    schedule.locator("#again").dispatch_event("click")
    expect(schedule.locator(".visit-row")).to_have_count(1)
    schedule.locator("#again").dispatch_event("click")
    expect(schedule.locator(".visit-row")).to_be_visible()
    clinic.people.fail("GET /visits", *[Fault(503, "unavailable")] * 40)
    clinic.drop_sockets()
    expect(schedule.locator("#list-said")).to_contain_text("may be out of date")
    expect(schedule.locator(".visit-row")).to_have_count(1)


def test_the_list_is_for_those_who_hold_visits(visitor: Open, clinic: Clinic) -> None:
    """A patient is told so and led to their own visits; an administrator of the facility sees the list."""
    page = visitor(clinic.patient)
    page.goto("/schedule")
    expect(page.get_by_role("heading", name="The schedule is for verified clinicians")).to_be_visible()
    assert clinic.asked("GET", "/visits") == []
    clinic.book(1)
    expect(opened(visitor(clinic.admin)).locator(".visit-row")).to_contain_text("Mere Tipene")


def choose(page: Page, label: str, text: str) -> None:
    """Choose by the keyboard the first that is suggested for a text."""
    field = page.get_by_role("dialog", name="New visit").get_by_role("combobox", name=label, exact=True)
    field.fill(text)
    option = page.get_by_role("listbox", name=label).get_by_role("option").filter(has_text=text)
    expect(option).to_have_count(1)
    field.press("ArrowDown")
    expect(option).to_have_attribute("aria-selected", "true")
    expect(field).to_have_attribute("aria-activedescendant", option.get_attribute("id") or "")
    field.press("Enter")
    expect(field).to_have_attribute("aria-expanded", "false")


def test_a_clinician_books_a_visit(schedule: Page, clinic: Clinic) -> None:
    """With a patient who is found by name; afterwards the visit is in the list and the keyboard is on it."""
    aroha = clinic.enter("Aroha Ngata", userId=clinic.patient["userId"], dateOfBirth="1984-03-07")
    clinic.enter("Arohanui Pene")
    opened(schedule)
    schedule.get_by_role("button", name="New visit").click()
    dialog = schedule.get_by_role("dialog", name="New visit")
    expect(dialog.get_by_role("combobox", name="Clinician")).to_have_value("Mere Tipene")
    dialog.get_by_role("button", name="Book visit").press("Enter")
    expect(schedule.locator("#patientId-error")).to_have_text("Choose a patient from the list.")
    patient = dialog.get_by_role("combobox", name="Patient")
    expect(patient).to_be_focused()
    patient.fill("nobody")
    expect(dialog.locator(".combobox-popup").first).to_contain_text("No patient found for “nobody”.")
    patient.press("Escape")
    expect(patient).to_have_attribute("aria-expanded", "false")
    expect(dialog).to_be_visible()
    patient.fill("aroha")
    expect(schedule.locator(".combobox-option:visible")).to_have_text(
        ["Aroha Ngata7 March 1984 (42 years)", "Arohanui Pene"]
    )
    schedule.get_by_role("option", name="Arohanui Pene").click()
    expect(patient).to_have_value("Arohanui Pene")
    expect(schedule.locator("#patient-note")).to_contain_text("Nobody signs in for Arohanui Pene yet")
    # More would stand beside one another.
    assert schedule.evaluate("document.querySelector('#patient-note').childNodes.length") == 1
    choose(schedule, "Patient", "Aroha Ngata")
    expect(schedule.locator("#patient-note")).to_be_hidden()
    dialog.get_by_label("Length").select_option("30")
    dialog.get_by_role("button", name="Book visit").press("Enter")
    expect(dialog).to_be_hidden()
    expect(schedule.get_by_role("link", name="Open the visit of Aroha Ngata")).to_be_focused()
    (booking,) = clinic.asked("POST", "/visits")
    assert booking["patientId"] == aroha["patientId"]
    assert booking["practitionerId"] == clinic.clinician["userId"]
    assert booking["durationMinutes"] == 30
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:00\.000Z", booking["startsAt"])
    clashes(schedule, clinic)


def clashes(schedule: Page, clinic: Clinic) -> None:
    """Book at the time of a visit: the clinician's is in the way, the patient's only until somebody knows of it."""
    dialog, start = schedule.get_by_role("dialog", name="New visit"), schedule.get_by_label("Start")
    failure, taken = schedule.locator("#book-failure"), start.input_value()
    schedule.get_by_role("button", name="New visit").click()
    choose(schedule, "Patient", "Aroha Ngata")
    start.fill(taken)
    clash = schedule.locator("#time-clash")
    expect(clash).to_have_text(re.compile(r"^Mere Tipene has .+ with Aroha Ngata\.$"))
    dialog.get_by_role("button", name="Book visit").press("Enter")
    expect(failure).to_contain_text("The clinician already has a visit at this time: Aroha Ngata with Mere Tipene (")
    expect(dialog.get_by_role("button", name="Book visit")).to_be_visible()
    [other] = clinic.visits.values()
    other |= {"practitionerId": "somebody-else", "practitionerName": "Wiremu Parata"}
    dialog.get_by_role("button", name="Book visit").press("Enter")
    expect(failure).to_contain_text("The patient already has a visit at this time: Aroha Ngata with Wiremu Parata (")
    expect(failure).to_contain_text("Choose another time, or book this visit as well.")
    dialog.get_by_label("Length").select_option("45")
    dialog.get_by_role("button", name="Book visit").press("Enter")
    dialog.get_by_role("button", name="Book as well").click()
    expect(dialog).to_be_hidden()
    asked = [body.get("allowPatientClash") for body in clinic.asked("POST", "/visits")]
    assert asked == [None, None, None, None, True]
    assert len(set(clinic.keys)) == 4


def test_a_visit_is_rescheduled(schedule: Page, clinic: Clinic) -> None:
    """What stands in the way is said, what others did meanwhile is shown, and then the keyboard is on its row."""
    visit_id, waits = clinic.book(durationMinutes=25), clinic.book(1, patientName="Hemi Walker")
    clinic.arrive(waits, "patient", tell=False)
    tomorrow = instant((clinic.now() // 60_000 + 24 * 60) * 60_000)
    clinic.book(startsAt=tomorrow, patientName="Ngaio Marsh")
    opened(schedule)
    schedule.get_by_role("tab", name="All").click()
    dialog, failure = (
        schedule.get_by_role("dialog", name="Reschedule the visit"),
        schedule.locator("#reschedule-failure"),
    )
    at, yes = dialog.get_by_label("New time"), schedule.locator("#reschedule-yes")
    # Nobody who waits is sent away.
    expect(schedule.get_by_role("button", name="Reschedule the visit of")).to_have_count(2)
    schedule.get_by_role("button", name="Reschedule the visit of Ngaio Marsh").click()
    expect(at).to_be_focused()
    taken = at.input_value()
    dialog.get_by_role("button", name="Keep the time").click()
    schedule.get_by_role("button", name="Reschedule the visit of Aroha Ngata").click()
    expect(dialog).to_contain_text(re.compile(r"Aroha Ngata with Mere Tipene: To.+, 25 minutes"))
    expect(dialog.get_by_label("New length")).to_have_value("25")
    at.fill("")
    yes.click()
    expect(schedule.locator("#newStart-error")).to_have_text("Enter a day and a time.")
    audit(schedule, "schedule", 320)
    at.fill(taken)
    expect(schedule.locator("#move-time-clash")).to_contain_text("Ngaio Marsh")
    dialog.locator("#move-free-list button").first.click()
    expect(schedule.locator("#move-time-clash")).to_be_hidden()
    expect(at).not_to_have_value(taken)
    at.fill(taken)
    clinic.visits[visit_id]["sequence"] = 1
    yes.click()
    expect(failure).to_contain_text("Somebody else has moved this visit meanwhile, to To")
    at.fill(taken)
    yes.click()
    expect(failure).to_contain_text("The patient already has a visit at this time: Ngaio Marsh with Mere Tipene (")
    expect(yes).to_have_text("Move all the same")
    yes.click()
    expect(dialog).to_be_hidden()
    expect(schedule.get_by_role("link", name="Open the visit of Aroha Ngata, Tomorrow")).to_be_focused()
    expect(schedule.locator("#announcer")).to_contain_text("The visit of Aroha Ngata is now Tomorrow, ")
    asked = clinic.asked("POST", f"/visits/{visit_id}/reschedule")
    assert asked[-1] == {"startsAt": tomorrow, "durationMinutes": 25, "allowPatientClash": True}


def test_free_times_are_offered(visitor: Open, clinic: Clinic) -> None:
    """Those of the day at which both people are free, from the time that was entered on."""
    clinic.skew_ms = round((datetime.fromisoformat("2026-12-02T08:00+13:00").timestamp() - time.time()) * 1000)
    clinic.book(startsAt="2026-12-02T20:00:00.000Z")
    clinic.book(startsAt="2026-12-02T20:30:00.000Z", practitionerId="else", practitionerName="Wiremu Parata")
    clinic.enter("Aroha Ngata", userId=clinic.patient["userId"])
    page = opened(visitor(clinic.clinician, timezone_id="Pacific/Auckland"))
    page.get_by_role("button", name="New visit").click()
    choose(page, "Patient", "Aroha Ngata")
    page.get_by_label("Start").fill("2026-12-03T09:05")
    expect(page.locator("#time-clash")).to_have_text(re.compile("^Mere Tipene has 9:00 am.9:20 am with Aroha Ngata.$"))
    times = page.get_by_role("group", name="Free times on Thursday, 3 December").get_by_role("button")
    offered = ("10:00", "10:15", "10:30", "10:45", "11:00", "11:15", "11:30", "11:45")
    expect(times).to_have_text([f"{each} am" for each in offered])
    times.nth(1).click()
    expect(page.get_by_label("Start")).to_have_value("2026-12-03T10:15")
    expect(page.locator("#time-clash")).to_be_hidden()
    expect(times.first).to_have_attribute("aria-pressed", "true")
    clinic.people.fail("GET /visits", Fault(429, "", {"retry-after": "30"}))
    page.get_by_label("Start").fill("2026-12-04T09:05")
    expect(page.locator("#free-said")).to_contain_text("could not be loaded")
    page.get_by_role("button", name="Book visit").press("Enter")
    expect(page.get_by_role("dialog", name="New visit")).to_be_hidden()


def test_a_visit_is_booked_from_a_patients_page(visitor: Open, clinic: Clinic) -> None:
    """By name; nobody reads or types an id, and a refusal is said in the dialog."""
    page = visitor(clinic.clinician)
    known = {"patientId": clinic.patient["userId"], "name": "Mere Paki"}
    page.route("**/patients/*", lambda route: route.fulfill(json=known))
    page.goto(f"/schedule?patient={known['patientId']}#new")
    dialog = page.get_by_role("dialog", name="New visit")
    expect(dialog).to_contain_text("For Mere Paki")
    expect(dialog.locator("#patientId")).to_be_hidden()
    fault = {"field": "patientId", "message": "Nobody signs in for this patient yet.", "code": "no-sign-in"}
    clinic.people.fail("POST /visits", Fault(422, "invalid-request", errors=[fault]))
    dialog.get_by_role("button", name="Book visit").press("Enter")
    expect(page.locator("#book-failure")).to_have_text(fault["message"])
    audit(page, "schedule", 320)
    dialog.get_by_role("button", name="Book visit").press("Enter")
    expect(dialog).to_be_hidden()
    assert clinic.asked("POST", "/visits")[-1]["patientId"] == known["patientId"]


def test_a_booking_that_is_tried_again_books_once(schedule: Page, clinic: Clinic) -> None:
    """The same booking carries the same key, a changed one another; a refusal is said at its field."""
    opened(schedule)
    schedule.get_by_role("button", name="New visit").click()
    dialog = schedule.get_by_role("dialog", name="New visit")
    clinic.people.fail("POST /visits", Fault(503, "unavailable"))
    clinic.enter("Kiri Tane")
    aroha = clinic.enter("Aroha Ngata", userId=clinic.patient["userId"])
    choose(schedule, "Patient", "Kiri Tane")
    with schedule.expect_request("**/visits") as first:
        dialog.get_by_role("button", name="Book visit").press("Enter")
    expect(schedule.locator("#book-failure")).to_contain_text("problem at the moment")
    with schedule.expect_request("**/visits") as again:
        dialog.get_by_role("button", name="Book visit").press("Enter")
    expect(schedule.locator("#patientId-error")).to_have_text("Nobody signs in for this patient yet.")
    choose(schedule, "Patient", "Aroha Ngata")
    dialog.get_by_role("button", name="Book visit").press("Enter")
    expect(dialog).to_be_hidden()
    assert clinic.asked("POST", "/visits")[-1]["patientId"] == aroha["patientId"]
    assert again.value.headers["idempotency-key"] == first.value.headers["idempotency-key"]
    assert len(set(clinic.keys)) == 2


def test_an_administrator_chooses_among_the_people(visitor: Open, clinic: Clinic) -> None:
    """Patients and clinicians of the facility are found by name; who cannot be booked is not offered."""
    clinic.enter("Aroha Ngata", userId=clinic.patient["userId"])
    clinic.people.add(person(301, "clinician", name="Wiremu Parata", verification="pending"))
    page = opened(visitor(clinic.admin))
    clinic.people.fail("GET /visits/practitioners", Fault(403, "forbidden"))
    page.get_by_role("button", name="New visit").click()
    clinician = page.get_by_role("dialog", name="New visit").get_by_role("combobox", name="Clinician")
    expect(clinician).to_have_value("")
    expect(page.locator("#free-said")).to_have_text("Choose a clinician to see them.")
    clinician.click()
    expect(page.get_by_text("The search failed. Change the text to try again.")).to_be_visible()
    clinician.fill("t")
    expect(page.locator(".combobox-option:visible")).to_have_text(["Mere Tipene"])
    choose(page, "Clinician", "Mere")
    choose(page, "Patient", "Aroha")
    page.get_by_role("button", name="Book visit").press("Enter")
    expect(page.locator(".visit-row")).to_have_count(1)


def test_it_fits(schedule: Page, clinic: Clinic) -> None:
    """Nothing makes the page wider, and whatever is pressed is large enough for a thumb."""
    visit_id = clinic.book(1, patientName="Wilhelmina Alexandrina Featherstonehaugh-Cholmondeley")
    clinic.arrive(visit_id, "patient", tell=False)
    opened(schedule)
    audit(schedule, "schedule", 320)
    with cases() as case:
        for width in (320, 390, 1280):
            with case(width=width):
                resize(schedule, width)
                assert schedule.evaluate("document.documentElement.scrollWidth") <= width
                assert min(heights(schedule.locator("a:visible, button:visible, summary:visible"))) >= 44


def test_it_is_in_german_and_mirrors(schedule: Page, clinic: Clinic, monkeypatch: pytest.MonkeyPatch) -> None:
    """With both dialogs; all its texts are from catalogues."""
    clinic.arrive(clinic.book(1, patientName="Kiri Tane"), "patient", tell=False)
    clinic.book(3)
    clinic.enter("Hemi Walker")
    schedule.goto("/favicon.ico")
    check_german(schedule, "/schedule", "#list li")
    schedule.get_by_role("button", name="Videosprechstunde von Aroha Ngata verlegen").click()
    expect(schedule.locator("#reschedule-what")).to_contain_text("Aroha Ngata mit Mere Tipene: ")
    check_no_english(schedule)
    schedule.get_by_role("button", name="Zeit behalten").click()
    schedule.get_by_role("button", name="Neue Videosprechstunde").click()
    schedule.get_by_role("button", name="Vereinbaren", exact=True).click()
    expect(schedule.locator("#patientId-error")).to_have_text("Wählen Sie einen Patienten aus der Liste.")
    schedule.get_by_role("combobox", name="Patient").fill("hemi")
    schedule.get_by_role("option", name="Hemi Walker").click()
    expect(schedule.locator("#patient-note")).to_contain_text("Für Hemi Walker meldet sich noch niemand an")
    check_no_english(schedule)
    use_pseudo(monkeypatch)
    check_mirrored(schedule, "/schedule", "#list li", "Aroha Ngata|Kiri Tane|.*Kauri Street Hospital")
