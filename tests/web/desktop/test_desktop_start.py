"""Starting, ending and being refused."""

import re

from playwright.sync_api import expect

from tests.waiting import until
from tests.web.accessibility import audit
from tests.web.cases import cases, resize
from tests.web.desktop.desktop_page import Desk, offer_patients
from tests.web.settling import settle

# A patient of the directory.
KNOWN = {
    "name": "Mere Paki",
    "dateOfBirth": "1984-03-07",
    "identifiers": [],
    "identifierKind": {"system": "nhi", "label": "NHI", "required": False},
}


def test_a_link_waits_for_a_click(desk: Desk) -> None:
    """Anybody can make a link, so it says whom it is about and starts nothing; a click, or Enter, does."""
    desk.visit(patientName="\u202bAroha\u202c  Ngata", patientNHI="ZAC5361")
    expect(desk.page.get_by_role("heading", name="Aroha Ngata")).to_be_visible()
    expect(desk.page.locator("#form-patient-about")).to_have_text(
        "NHI ZAC5361 · Patient PAT-1 · Encounter ENC-1 · Kauri Street Hospital"
    )
    expect(desk.page.get_by_role("button", name="Start capture")).to_be_focused()
    assert desk.fake.asked("POST", "/session/create") == []
    desk.page.keyboard.press("Enter")
    expect(desk.page.locator("#patient-name")).to_have_text("Aroha Ngata")
    expect(desk.page.locator("#patient-ids")).to_contain_text("NHI ZAC5361")
    expect(desk.page.locator("#code-link")).to_have_value(f"{desk.fake.origin}/capture#t=code-1")
    expect(desk.page.get_by_text("No photos yet")).to_be_visible()
    sent = desk.fake.asked("POST", "/session/create")
    names = {"patientName": "Aroha Ngata", "patientNHI": "ZAC5361"}
    assert sent == [{"encounterId": "ENC-1", "patientId": "PAT-1", "facilityId": "FAC001"} | names]


def test_the_patients_name_leaves_the_address_but_survives_a_reload(desk: Desk) -> None:
    """A name in the query ends up in no history entry, and the session is the same after a reload."""
    desk.open(patientName="Aroha Ngata", patientNHI="ZAC5361")
    expect(desk.page.locator("#patient-name")).to_have_text("Aroha Ngata")
    assert "Aroha" not in desk.page.url
    assert "ZAC" not in desk.page.url
    desk.page.reload()
    expect(desk.page.locator("#patient-name")).to_have_text("Aroha Ngata")
    assert desk.fake.asked("POST", "/session/create")[-1]["patientName"] == "Aroha Ngata"


def test_a_reload_opens_no_session_again_that_was_ended_elsewhere(desk: Desk) -> None:
    """It is shown as ended, with or without photos; only a press opens it."""
    desk.open(patientName="Aroha Ngata")
    desk.fake.upload()
    desk.expect_photos(1)
    desk.fake.open = False
    desk.page.reload()
    expect(desk.page.get_by_role("heading", name="Session ended")).to_be_visible()
    assert desk.fake.codes == 1
    desk.page.get_by_role("button", name="Open again").click()
    desk.expect_photos(1)
    assert desk.fake.codes == 2
    desk.fake.open, desk.fake.images = False, {}
    desk.page.reload()
    expect(desk.page.get_by_role("heading", name="Session ended")).to_be_visible()
    expect(desk.page.get_by_text("There are no photos.")).to_be_visible()
    assert desk.fake.codes == 2


def test_a_link_to_an_open_session_shows_it(desk: Desk) -> None:
    """Nobody has to press a button to see what is there already; but a link that brings a name changes nothing."""
    desk.open(patientName="Aroha Ngata")
    desk.fake.upload()
    desk.expect_photos(1)
    other = Desk(desk.page.context.new_page(), desk.fake)
    other.visit()
    other.expect_state("Live")
    other.expect_photos(1)
    asked = desk.fake.asked("POST", "/session/create")[-1]
    assert asked == {"encounterId": "ENC-1", "patientId": "PAT-1", "facilityId": "FAC001", "renew": True}
    other.visit(patientName="Mallory")
    expect(other.page.get_by_role("button", name="Start capture")).to_be_focused()
    assert len(desk.fake.asked("POST", "/session/create")) == 2
    other.page.goto(f"{desk.fake.origin}/?encounterId=ENC-1&patientId=")
    other.expect_photos(1)


def test_a_link_to_another_name_waits_in_a_tab_that_has_started(desk: Desk) -> None:
    """What a person has started here starts again by itself, and nothing else does."""
    desk.open(patientName="Aroha Ngata")
    desk.visit(patientName="Mallory")
    expect(desk.page.get_by_role("heading", name="Mallory")).to_be_visible()
    assert len(desk.fake.asked("POST", "/session/create")) == 1


def test_two_patients_are_shown_side_by_side(desk: Desk) -> None:
    """The open session's patient and the one asked for; a person goes on with the first, or ends it for the second."""
    desk.fake.recorded = {"patientId": "PAT-1", "patientName": "Aroha Ngata"}
    desk.visit(patientName="Mallory", patientNHI="ZAC5361")
    desk.start()
    expect(desk.page.get_by_role("heading", name="Which patient?")).to_be_focused()
    rows = desk.page.locator(".compare tbody tr")
    expect(rows).to_have_text(["NameAroha NgataMallory", "NHINot givenZAC5361", "PatientPAT-1PAT-1"])
    desk.page.get_by_role("button", name="Continue with the open session").click()
    expect(desk.page.locator("#patient-name")).to_have_text("Aroha Ngata")
    assert desk.fake.asked("POST", "/session/create")[-1] == {
        "encounterId": "ENC-1",
        "facilityId": "FAC001",
        "patientId": "PAT-1",
        "patientName": "Aroha Ngata",
    }
    assert desk.fake.asked("DELETE", "/session/ENC-1") == []
    desk.visit(patientName="Mallory")
    desk.start()
    desk.page.get_by_role("button", name="End it and start anew").click()
    expect(desk.page.locator("#patient-name")).to_have_text("Mallory")
    assert desk.fake.asked("DELETE", "/session/ENC-1") == [None]


def test_the_directory_has_the_last_word_on_a_name(desk: Desk) -> None:
    """Another name in a link is shown beside it, and nothing is ended; the session shows the directory's name.

    The directory's own id tells people nothing; the date of birth does.
    """
    desk.fake.recorded = {"patientId": "p" * 26, "patientName": "Aroha Ngāta"}
    desk.page.route("**/patients/*", lambda route: route.fulfill(json=KNOWN | {"name": "Aroha Ngāta"}))
    desk.fake.source, desk.fake.known = "directory", {"patientName": "Aroha Ngāta", "patientNHI": "ZZZ0016"}
    desk.visit(patientName="Mallory")
    desk.start()
    expect(desk.page.get_by_role("columnheader", name="Directory")).to_be_visible()
    expect(desk.page.locator(".compare tbody tr")).to_have_text(
        ["NameAroha NgātaMallory", "Date of birthMarch 7, 1984Not given", "PatientNot givenPAT-1"]
    )
    expect(desk.page.get_by_role("button", name="End it and start anew")).to_be_hidden()
    desk.page.get_by_role("button", name="Continue as in the directory").click()
    expect(desk.page.locator("#patient-name")).to_have_text("Aroha Ngāta")
    expect(desk.page.locator("#patient-ids")).to_contain_text("ZZZ0016")


def test_a_link_of_the_directory_asks_for_nothing(desk: Desk) -> None:
    """The patient is known by name, and nobody reads or types an id; without an answer the form is as ever."""
    patient_id, known = "p" * 26, KNOWN
    desk.fake.known = {"patientName": "Mere Paki", "recordId": patient_id}
    desk.page.route("**/patients/*", lambda route: route.fulfill(json=known))
    desk.page.goto(f"{desk.fake.origin}/?patientId={patient_id}&encounterId=ENC-1")
    expect(desk.page.get_by_role("heading", name="Mere Paki")).to_be_visible()
    expect(desk.page.locator("#form-patient-about")).to_have_text("March 7, 1984")
    expect(desk.page.locator("#form-names")).to_be_hidden()
    assert patient_id not in desk.page.inner_text("main")
    desk.page.get_by_role("button", name="Start capture").click()
    expect(desk.page.locator("#patient-name")).to_have_text("Mere Paki")
    expect(desk.page.locator("#patient-ids")).to_contain_text("March 7, 1984")
    asked = desk.fake.asked("POST", "/session/create")[-1]
    assert asked == {"encounterId": "ENC-1", "patientId": patient_id, "facilityId": "FAC001"}


def test_the_code_is_drawn(desk: Desk) -> None:
    """The QR code is a loaded picture, even from SVG that leaves its namespace out."""
    desk.open()
    desk.page.wait_for_function("() => document.getElementById('code-image').naturalWidth > 0")


def test_a_patient_is_found_and_nobody_types_an_id(desk: Desk) -> None:
    """Without a query the page asks for a patient, makes the encounter's id, and starts on Enter."""
    offer_patients(desk)
    desk.page.goto(desk.fake.origin)
    find = desk.page.get_by_role("combobox", name="Patient")
    expect(find).to_be_focused()
    expect(desk.page.get_by_role("link", name="New patient")).to_have_attribute("href", "/directory#new-photos")
    assert desk.page.locator("#encounter-form input:visible").count() == 1
    desk.page.keyboard.press("Enter")
    expect(desk.page.locator("#form-find-error")).to_have_text("Choose a patient from the list.")
    expect(find).to_be_focused()
    assert desk.fake.asked("POST", "/session/create") == []
    find.press_sequentially("mere")
    expect(desk.page.get_by_role("option")).to_contain_text("March 7, 1984")
    for key in ("ArrowDown", "Enter", "Enter"):
        desk.page.keyboard.press(key)
    desk.expect_state("Live")
    assert "encounterId=ENC-1" in desk.page.url
    sent = desk.fake.asked("POST", "/session/create")
    assert sent == [{"encounterId": "ENC-1", "patientId": "p" * 26, "facilityId": "FAC001"}]


def test_an_incomplete_address_asks_for_the_patient_and_waits(desk: Desk) -> None:
    """What is no id is not shown; the encounter that the link names is kept, and nothing starts."""
    offer_patients(desk)
    desk.page.goto(f"{desk.fake.origin}/?encounterId=ENC-1&patientId=bad id")
    expect(desk.page.get_by_role("combobox", name="Patient")).to_have_value("")
    assert "bad id" not in desk.page.inner_text("main")
    assert desk.fake.asked("POST", "/session/create") == []


def test_what_the_server_refuses_is_shown_in_the_form(desk: Desk) -> None:
    """A 422 leads back to the form with the server's message; another patient can be chosen."""
    desk.fake.create_status = 422
    desk.page.goto(f"{desk.fake.origin}/?encounterId=ENC-1&patientId=PAT-1&facilityId=FAC001")
    desk.start()
    expect(desk.page.locator("#form-failure")).to_contain_text("This patient is not known here.")
    expect(desk.page.get_by_role("heading", name="Patient not in the directory")).to_be_visible()
    desk.page.get_by_role("button", name="Another patient").click()
    expect(desk.page.get_by_role("combobox", name="Patient")).to_be_focused()
    expect(desk.page.locator("#form-failure")).to_be_hidden()


def test_a_foreign_encounter_is_explained(desk: Desk) -> None:
    """A 403 says what it means and offers to change the details, not to try the same again."""
    desk.fake.create_status = 403
    desk.page.goto(f"{desk.fake.origin}/?encounterId=ENC-1&patientId=PAT-1&facilityId=FAC002")
    desk.start()
    expect(desk.page.get_by_text("You are not allowed to capture photos for this encounter.")).to_be_visible()
    expect(desk.page.get_by_role("button", name="Try again")).to_be_hidden()
    desk.page.get_by_role("button", name="Change details").click()
    expect(desk.page.locator("#form-patient-about")).to_contain_text("FAC002")


def test_a_failed_start_can_be_tried_again(desk: Desk) -> None:
    """After a 503 and its retries the page says so, and the same details start once the server is back."""
    desk.fake.create_status = 503
    desk.page.clock.install()
    desk.page.goto(f"{desk.fake.origin}/?encounterId=ENC-1&patientId=PAT-1&facilityId=FAC001")
    desk.start()
    heading = desk.page.get_by_role("heading", name="The capture could not be started")
    for _ in range(50):
        if heading.is_visible():
            break
        desk.page.clock.fast_forward(1_000)
        desk.page.evaluate("fetch('/favicon.ico').then(() => null)")
    expect(heading).to_be_visible()
    assert desk.fake.codes == 0
    assert len(desk.fake.asked("POST", "/session/create")) == 4
    expect(desk.page.get_by_text("Reference for support: req-1")).to_be_visible()
    desk.fake.create_status = 0
    desk.page.get_by_role("button", name="Try again").click()
    desk.expect_state("Live")


def test_ending_is_asked_about_and_tells_the_server(desk: Desk) -> None:
    """Cancel keeps the session; yes ends it on the server, shows what stays of it, and stops asking."""
    desk.page.clock.install()
    desk.open()
    desk.expect_state("Live")
    desk.fake.upload()
    desk.expect_photos(1)
    desk.page.get_by_role("button", name="End session").click()
    expect(desk.page.get_by_role("heading", name="End this session?")).to_be_visible()
    expect(desk.page.locator("#confirm-text")).to_contain_text("The photo stays here for a day.")
    desk.page.get_by_role("button", name="Cancel").click()
    expect(desk.page.get_by_role("button", name="End session")).to_be_focused()
    assert desk.fake.asked("DELETE", "/session/ENC-1") == []
    desk.fake.unsent = 3
    desk.page.get_by_role("button", name="End session").click()
    expect(desk.page.get_by_role("heading", name="End with unsent photos?")).to_be_visible()
    expect(desk.page.locator("#confirm-text")).to_contain_text("The phone still holds 3 photos that are not sent.")
    desk.page.get_by_role("button", name="Cancel").click()
    desk.page.get_by_role("button", name="End session").click()
    desk.page.locator("#confirm-yes").click()
    expect(desk.page.get_by_role("heading", name="Session ended")).to_be_visible()
    expect(desk.page.get_by_text("1 photo stays here for a while.")).to_be_visible()
    expect(desk.page.locator("#ended-grid li")).to_have_count(1)
    assert desk.fake.asked("DELETE", "/session/ENC-1") == [None]
    assert desk.page.locator("#grid li").count() == 0
    before = desk.lists()
    for _ in range(5):
        desk.page.clock.run_for(8_000)
        settle(desk.page)
    assert desk.lists() == before
    desk.page.reload()
    expect(desk.page.get_by_role("heading", name="Session ended")).to_be_visible()
    expect(desk.page.locator("#ended-grid li")).to_have_count(1)
    desk.page.get_by_role("button", name="Another patient").click()
    expect(desk.page.get_by_role("combobox", name="Patient")).to_be_focused()
    assert "ENC-1" not in desk.page.url


def test_an_ended_session_is_looked_at_and_opened_again(started: Desk) -> None:
    """Its photos say when they vanish, can be kept, released, changed and deleted, and come back with 'Open again'."""
    page, fake = started.page, started.fake
    for number in (1, 2):
        fake.upload()
        started.expect_photos(*range(number, 0, -1))
    fake.open = False
    fake.send({"type": "session-ended", "encounterId": "ENC-1", "revision": 3})
    expect(page.get_by_role("heading", name="Session ended")).to_be_visible()
    expect(page.locator("#patient-name")).to_have_text("Patient not in the directory")
    expect(page.locator("#patient-ids")).to_have_text(
        "Compare with the record: number PAT-1 · Encounter ENC-1 · Kauri Street Hospital"
    )
    stays = page.locator("#ended-grid .photo-stay span")
    expect(stays).to_have_text([re.compile("^Vanishes ")] * 2)
    fake.keep_status = 503
    page.get_by_role("button", name="Keep photo 2").click()
    expect(page.locator("#ended-failure")).to_contain_text("The photo is not kept.")
    fake.keep_status = 0
    page.get_by_role("button", name="Keep photo 2").click()
    expect(stays).to_have_text([re.compile("^Kept until "), re.compile("^Vanishes ")])
    expect(page.get_by_role("button", name="Release photo 2")).to_be_focused()
    audit(page, "desktop", 320)
    page.keyboard.press("Enter")
    expect(stays).to_have_text([re.compile("^Vanishes ")] * 2)
    assert len(fake.asked("DELETE", "/session/images/ENC-1/image-2/keep")) == 1
    started.photo(2).click()
    page.get_by_role("button", name="Delete photo").click()
    page.locator("#confirm-yes").click()
    expect(page.get_by_role("heading", name="Photo 1")).to_be_visible()
    page.get_by_role("button", name="Close", exact=True).click()
    expect(page.locator("#ended-grid li")).to_have_count(1)
    page.get_by_role("button", name="Open again").click()
    # The state says “Live” until the new connection stands, too.
    until(lambda: started.fake.sockets_opened >= 2, lambda: started.fake.calls, page=started.page)
    started.expect_state("Live")
    started.expect_photos(1)
    started.fake.upload()
    started.expect_photos(3, 1)


def test_a_link_to_an_ended_session_shows_its_photos(desk: Desk) -> None:
    """Nothing is opened by that; the patient is the session's own."""
    desk.fake.upload(tell=False)
    desk.fake.open = False
    desk.visit()
    expect(desk.page.get_by_role("heading", name="Session ended")).to_be_visible()
    expect(desk.page.locator("#patient-name")).to_have_text("Aroha Ngata")
    expect(desk.page.locator("#ended-grid li")).to_have_count(1)
    assert desk.fake.asked("POST", "/session/create") == []


def test_a_session_that_is_gone_is_noticed_without_a_message(started: Desk) -> None:
    """When the list says that there is no session any more, the page says so too."""
    started.fake.open = False
    started.fake.drop_sockets()
    expect(started.page.get_by_role("heading", name="Session ended")).to_be_visible()


def test_a_session_that_is_closed_to_the_clinician_says_so(started: Desk) -> None:
    """A 403 in the middle of a session stops everything and explains."""
    started.fake.list_status = 403
    started.fake.drop_sockets()
    expect(started.page.get_by_role("heading", name="This session is closed to you")).to_be_visible()
    audit(started.page, "desktop")


def test_nothing_is_wider_than_the_window(desk: Desk) -> None:
    """On a desk and on a phone's width the page never scrolls sideways, in the form, the session and the preview."""
    fits = "document.documentElement.scrollWidth <= innerWidth"
    with cases() as case:

        def expect_fitting(screen: str) -> None:
            for width in (390, 1440):
                with case(screen=screen, width=width):
                    resize(desk.page, width, 844)
                    assert desk.evaluate(fits)

        desk.page.goto(desk.fake.origin)
        expect(desk.page.get_by_role("combobox", name="Patient")).to_be_visible()
        expect_fitting("form")
        audit(desk.page, "desktop")
        desk.fake.upload({"notes": "x" * 500})
        desk.open(patientName="A name that is longer than any name should ever have to be " * 3)
        desk.expect_photos(1)
        expect_fitting("session")
        audit(desk.page, "desktop", 320)
        desk.preview(1)
        expect_fitting("preview")
        audit(desk.page, "desktop")
        for width in (390, 1440):
            with case(screen="dialog", width=width):
                resize(desk.page, width, 844)
                dialog = desk.page.locator("#preview").evaluate("dialog => dialog.scrollWidth <= dialog.clientWidth")
                assert dialog is True


def test_the_link_can_be_copied(desk: Desk) -> None:
    """The button says that it did it."""
    desk.open()
    desk.page.get_by_role("button", name="Copy").click()
    expect(desk.page.locator("#code-copy")).to_have_text(re.compile("Copied"))
