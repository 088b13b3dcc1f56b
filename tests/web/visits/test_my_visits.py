"""The patient's pages: what is planned, the visit itself, and how it ended, in plain words."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.waiting import until
from tests.web.accessibility import audit
from tests.web.cases import cases, heights, resize
from tests.web.german import check_german
from tests.web.mirrored import check_mirrored, use_pseudo
from tests.web.people_fake import Fault
from tests.web.phone.steps import freeze
from tests.web.tabs import Open
from tests.web.visits.visit_page import Room
from tests.web.visits.visits_api import NO_NOTES
from tests.web.visits.visits_fake import Clinic, instant

JOIN = "POST /visits/{visit_id}/join"


@pytest.fixture
def phone(visitor: Open, clinic: Clinic) -> Page:
    """The patient's phone."""
    return visitor(clinic.patient, width=390)


@pytest.fixture
def room(phone: Page, clinic: Clinic) -> Room:
    """The patient's next visit, opened."""
    return Room(phone, clinic, "/my-visits").open()


@pytest.fixture
def talking(room: Room) -> Room:
    """The call with both in it."""
    room.join()
    room.clinic.arrive(room.visit_id, "practitioner")
    expect(room.page.locator("#state")).to_have_text("Going on now")
    return room


def test_what_comes_next_is_on_top(phone: Page, clinic: Clinic) -> None:
    """Soonest first; what is over below, latest first; nobody else's visits."""
    clinic.book(3_000)
    soon = clinic.book(5)
    clinic.finish(clinic.book(-3_000), "noShow")
    clinic.finish(clinic.book(-1_500))
    clinic.book(1, patientId="somebody-else")
    phone.goto("/my-visits")
    expect(phone.locator("#ahead .my-when").first).to_have_text(re.compile("^Today, "))
    expect(phone.locator("#ahead > li")).to_have_count(2)
    expect(phone.locator("#earlier .badge")).to_have_text(["Done", "Did not take place"])
    phone.locator("#ahead a").first.click()
    phone.wait_for_url(f"/my-visits#v={soon}")
    expect(phone.get_by_role("heading", name="Mere Tipene")).to_be_visible()
    phone.go_back()
    expect(phone.get_by_role("heading", name="My visits")).to_be_visible()


def test_nothing_planned_is_said(phone: Page, clinic: Clinic) -> None:
    """And a visit that is booked meanwhile appears by itself."""
    phone.goto("/my-visits")
    expect(phone.get_by_role("heading", name="No visit is scheduled")).to_be_visible()
    audit(phone, "my-visits")
    until(lambda: clinic.sockets, "no socket has opened", page=phone)
    clinic.tell(clinic.book(5))
    expect(phone.locator("#ahead > li")).to_have_count(1)


def test_pages_of_a_patient_are_translated_and_mirror(
    phone: Page, clinic: Clinic, monkeypatch: pytest.MonkeyPatch
) -> None:
    """They have all their texts from catalogues, in German too, find room for longer words, and are mirrored."""
    clinic.finish(clinic.book(-1_500))
    soon = clinic.book(5)
    phone.goto("/favicon.ico")
    check_german(phone, "/my-visits", "#ahead li")
    check_german(phone, f"/my-visits#v={soon}", "#join:visible")
    use_pseudo(monkeypatch)
    phone.goto("/favicon.ico")
    check_mirrored(phone, "/my-visits", "#ahead li")
    check_mirrored(phone, f"/my-visits#v={soon}", "#join:visible")
    phone.locator("#check-open").click()
    expect(phone.locator("#check")).to_be_visible()
    assert phone.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_who_works_here_too_sees_only_their_own(visitor: Open, clinic: Clinic) -> None:
    """The facility's other visits neither show nor promise that there is more."""
    clinic.page_size = 1
    for minutes in (5, 50, 500):
        clinic.book(minutes)
    page = visitor(clinic.clinician, width=390)
    page.goto("/my-visits")
    expect(page.get_by_role("heading", name="No visit is scheduled")).to_be_visible()
    expect(page.get_by_role("button", name="Show more")).to_be_hidden()
    clinic.tell(clinic.book(60, patientId=clinic.clinician["userId"]))
    expect(page.locator("#ahead > li")).to_have_count(1)


def test_a_list_that_cannot_be_loaded_says_what_to_do(phone: Page, clinic: Clinic) -> None:
    """With a button that works once the server is well again."""
    clinic.people.fail("GET /visits", *[Fault(503, "unavailable")] * 20)
    phone.goto("/my-visits")
    expect(phone.locator("#failed-text")).to_contain_text("Try again in a little while.")
    expect(phone.get_by_role("button", name="Try again")).to_be_visible()
    clinic.people.faults.clear()
    # Where the page has asked again by itself in that moment, the button is hidden by now.
    phone.locator("#again").dispatch_event("click")
    expect(phone.get_by_role("heading", name="My visits")).to_be_visible()
    phone.locator("#again").dispatch_event("click")
    expect(phone.get_by_role("heading", name="My visits")).to_be_visible()


def test_waiting_is_reassuring(room: Room) -> None:
    """Joined first: the clinician has been told; when they come the call is simply there."""
    room.join()
    expect(room.page.locator("#alone")).to_contain_text("Your clinician has been told that you are here.")
    room.clinic.arrive(room.visit_id, "practitioner")
    expect(room.page.locator("#alone")).to_be_hidden()
    expect(room.page.locator("#state")).to_have_text("Going on now")


def test_the_clinician_who_waits_is_named(room: Room) -> None:
    """Whoever is expected sees it before they join."""
    room.clinic.arrive(room.visit_id, "practitioner")
    expect(room.page.get_by_role("heading", name="Mere Tipene is waiting for you")).to_be_visible()


def test_a_drop_is_mended_by_itself_and_by_hand(talking: Room) -> None:
    """A countdown, a big button, and a way back with growing pauses."""
    talking.clinic.people.fail(JOIN, Fault(503, "unavailable"))
    # Otherwise the page may be ahead of whoever presses the button.
    freeze(talking.page)
    talking.clinic.lose(talking.visit_id, "patient")
    talking.lost("You lost the connection.")
    expect(talking.page.locator("#lost-left")).to_have_text(re.compile(r"^You can come back for (2:00|1:[1-5]\d)\.$"))
    talking.page.clock.run_for(1_000)
    expect(talking.page.locator("#lost-next")).to_have_text(re.compile("^Next try in 2 s"))
    talking.page.get_by_role("button", name="Rejoin now").click()
    talking.expect_in()
    expect(talking.page.locator("#state")).to_have_text("Going on now")


def test_offline_and_back(talking: Room) -> None:
    """A phone without a network waits, and comes back as soon as there is one, without waiting for a pause."""
    talking.page.context.set_offline(True)
    talking.say("dropped")
    expect(talking.page.locator("#lost-next")).to_have_text(re.compile("Next try in [48] s"))
    talking.page.context.set_offline(False)
    talking.expect_in()


def test_the_clinicians_drop_is_explained(talking: Room) -> None:
    """Who is missing and for how long they can come back; the patient need do nothing."""
    talking.clinic.lose(talking.visit_id, "practitioner")
    talking.lost("Mere Tipene lost the connection.")
    expect(talking.page.locator("#state")).to_have_text("Connection lost")
    talking.clinic.leave(talking.visit_id, "practitioner")
    talking.lost("Mere Tipene left the call.")
    expect(talking.page.locator("#state")).to_have_text("Your clinician left the call")
    expect(talking.page.locator("#room iframe")).to_be_visible()
    assert talking.joins() == 1


def test_the_back_button_asks_first(talking: Room) -> None:
    """It changes only the end of the address, and so the page asks; no keeps the call, yes leads to the list."""
    talking.page.evaluate("location.hash = ''")
    talking.page.locator("#confirm-no").click()
    talking.expect_in()
    assert talking.page.url.endswith(f"#v={talking.visit_id}")
    talking.page.locator("#crumbs").get_by_role("link", name="My visits").click()
    talking.page.locator("#confirm-yes").click()
    expect(talking.page.get_by_role("heading", name="My visits")).to_be_visible()
    expect(talking.page.locator("#room iframe")).to_have_count(0)


@pytest.mark.parametrize(
    ("state", "outcome", "title", "text"),
    [
        ("completed", "completed", "Your visit is over", "Thank you for taking the time to see Mere Tipene."),
        ("completed", "left", "Your visit is over", "The call ended because people left it."),
        ("timedOut", "connectionLost", "The connection could not be restored", "Nobody is to blame"),
        ("timedOut", "timeLimit", "The time for this visit is over", "contact your clinic"),
        ("failed", "failed", "This visit could not be held", "Something failed on our side, not on yours."),
    ],
)
def test_every_end_has_its_words(talking: Room, state: str, outcome: str, title: str, text: str) -> None:
    """What happened, kindly, and what to do; with who, how long, and whether it was recorded."""
    talking.clinic.finish(talking.visit_id, state, outcome)
    expect(talking.page.get_by_role("heading", name=title)).to_be_focused()
    expect(talking.page.locator("#over-text")).to_contain_text(text)
    expect(talking.page.locator("#over-facts")).to_contain_text("ClinicianMere Tipene")
    expect(talking.page.locator("#over-facts")).to_contain_text("Duration14 minutesRecordedNo")


def test_released_notes_are_read_and_printed(phone: Page, clinic: Clinic) -> None:
    """With who signed them; before that, nothing says that there are any."""
    visit_id = clinic.book(-60, startedAt=instant(clinic.now() - 3_000_000))
    clinic.finish(visit_id)
    clinic.notes[visit_id] = (1, NO_NOTES | {"plan": "Rest,\nand tea."})
    clinic.sign(visit_id)
    phone.goto("/my-visits")
    expect(phone.locator("#earlier .badge")).to_have_text(["Done"])
    phone.locator("#earlier a").click()
    expect(phone.locator("#over-facts")).to_contain_text("Mere Tipene")
    expect(phone.locator("#copy")).to_be_hidden()
    assert not clinic.asked("GET", f"/visits/{visit_id}/notes/copy")
    clinic.release(visit_id)
    phone.goto("/my-visits")
    expect(phone.locator("#earlier .badge")).to_have_text(["Notes for you", "Done"])
    clinic.people.fail("GET /visits/{visit_id}/notes/copy", Fault(429, "", {"retry-after": "90"}))
    phone.locator("#earlier a").click()
    copy = phone.get_by_role("region", name="Notes from your visit")
    expect(copy).to_contain_text("The notes could not be loaded.")
    copy.get_by_role("button", name="Try again").click()
    expect(copy).to_contain_text(re.compile(r"PlanRest,\s+and tea.Signed by Mere Tipene, \d"))
    expect(copy.get_by_role("button", name="Print")).to_be_visible()
    audit(phone, "my-visits", 320)
    phone.emulate_media(media="print")
    expect(phone.locator("#paper")).to_contain_text("Notes from your visitPatientAroha NgataClinicianMere Tipene")
    expect(phone.get_by_role("main")).to_be_hidden()


def test_a_visit_that_nobody_held_has_no_length(room: Room) -> None:
    """Not met in time: who did not come, no duration."""
    room.clinic.visits[room.visit_id]["didNotShow"] = ["practitioner"]
    room.clinic.finish(room.visit_id, "noShow")
    expect(room.page.get_by_role("heading", name="This visit did not take place")).to_be_visible()
    expect(room.page.locator("#over-text")).to_contain_text("You were there, and Mere Tipene did not come in time.")
    for missing, text in (
        (["patient"], "Mere Tipene was there"),
        (["patient", "practitioner"], "You and Mere Tipene did not"),
    ):
        room.clinic.visits[room.visit_id]["didNotShow"] = missing
        room.page.reload()
        expect(room.page.locator("#over-text")).to_contain_text(text)
    assert room.clinic.asked("GET", f"/visits/{room.visit_id}/summary") == []


def test_a_patient_cancels(room: Room) -> None:
    """Asked about first; refused when the visit has begun meanwhile."""
    room.clinic.people.fail("POST /visits/{visit_id}/cancel", Fault(409, "wrong-state"))
    room.page.get_by_role("button", name="Cancel this visit").click()
    room.page.locator("#confirm-yes").click()
    expect(room.page.locator("#confirm-failure")).to_contain_text("The visit has moved on meanwhile.")
    room.page.locator("#confirm-yes").click()
    expect(room.page.get_by_role("heading", name="This visit was cancelled")).to_be_visible()


def test_another_time_is_shown_at_once(room: Room) -> None:
    """In the patient's words, and aloud."""
    room.clinic.move(room.visit_id, instant(room.clinic.now() + 24 * 3_600_000))
    expect(room.page.locator("#visit-when")).to_have_text(re.compile(r"^Tomorrow, "))
    expect(room.page.locator("#announcer")).to_have_text(re.compile(r"^Your visit was moved: Tomorrow, .+\.$"))
    expect(room.page.locator("#calendar-hint")).to_contain_text("add it again to update it there")
    with room.page.expect_download() as download:
        room.page.get_by_role("button", name="Add to calendar").click()
    assert re.fullmatch(r"video-visit-\d{4}-\d\d-\d\d\.ics", download.value.suggested_filename)
    content = download.value.path().read_text()
    assert "SUMMARY:Video visit with Mere Tipene\n" in content
    assert "SEQUENCE:1\n" in content
    assert "Aroha" not in content


def test_an_end_closes_the_question_about_it(talking: Room) -> None:
    """Whoever was just asked whether to leave sees how it ended instead."""
    talking.page.locator("#leave").click()
    talking.clinic.finish(talking.visit_id)
    expect(talking.page.get_by_role("dialog")).to_be_hidden()
    expect(talking.page.get_by_role("heading", name="Your visit is over")).to_be_visible()


def test_somebody_elses_visit_is_not_found(phone: Page, clinic: Clinic) -> None:
    """No word about whether it exists."""
    phone.goto(f"/my-visits#v={clinic.book(5, patientId='somebody-else')}")
    expect(phone.locator("#failed-text")).to_contain_text("There is no such visit for you.")


def test_the_warning_reaches_the_patient(talking: Room) -> None:
    """Both see how much time is left."""
    now = talking.clinic.now()
    times = {"warningAt": instant(now - 1_000), "limitAt": instant(now + 200_000)}
    talking.clinic.visits[talking.visit_id] |= times
    talking.clinic.tell(talking.visit_id)
    expect(talking.page.locator("#time-left-count")).to_have_text(re.compile(r"^3:[12]\d$"))


def test_the_patient_decides_about_a_recording(talking: Room) -> None:
    """They are asked, see and hear that it runs, and can stop it; what did not arrive is said."""
    page, clinic = talking.page, talking.clinic
    visit = clinic.visits[talking.visit_id]
    said, asked = page.locator("#announcer"), page.locator("#consent")
    expect(asked).to_be_hidden()
    visit["recordingConsent"] = "asked"
    clinic.tell(talking.visit_id)
    expect(asked).to_contain_text("Mere Tipene would like to record this visit.")
    audit(talking.page, "my-visits")
    expect(said).to_contain_text("would like to record this visit. You can allow it or not.")
    clinic.people.fail("POST /visits/{visit_id}/recording/{step}", Fault(409, "wrong-state"))
    page.get_by_role("button", name="Don't allow").click()
    expect(page.locator("#consent-said")).to_have_text(
        "Your answer may not have arrived. The question is not open any more."
    )
    page.get_by_role("button", name="Allow", exact=True).click()
    expect(asked).to_be_hidden()
    expect(page.locator("#recorded")).to_contain_text("Recording")
    expect(said).to_have_text("This visit is being recorded.")
    page.get_by_role("button", name="Stop the recording").click()
    expect(page.locator("#recorded")).to_be_hidden()
    expect(said).to_have_text("This visit is not being recorded any more.")
    answers = clinic.asked("POST", f"/visits/{talking.visit_id}/recording/consent")
    assert [answer["given"] for answer in answers] == [False, True, False]


def test_it_fits_one_hand(room: Room) -> None:
    """Join is big and, on a phone, in the lower half; nothing scrolls sideways and nothing needs to scroll down."""
    join = room.page.get_by_role("button", name="Join visit")
    audit(room.page, "my-visits", 320)
    with cases() as case:
        for width in (320, 390, 1280):
            with case(width=width):
                resize(room.page, width)
                expect(join).to_be_in_viewport(ratio=1)
                box = join.bounding_box()
                assert box
                assert box["height"] >= 56
                if width < 600:
                    assert box["y"] > 844 / 2
                    assert box["width"] > width * 0.7
                assert room.page.evaluate("document.documentElement.scrollWidth") <= width
                assert room.page.evaluate("document.documentElement.scrollHeight <= innerHeight")
        room.join()
        for width in (320, 390, 1280):
            with case(width=width, joined=True):
                resize(room.page, width)
                expect(room.page.locator("#leave")).to_be_in_viewport(ratio=1)
                assert min(heights(room.page.locator("a:visible, button:visible, summary:visible"))) >= 44
