"""The notes of a visit: saved as they are typed, and nothing typed is ever lost."""

import json
import re
import threading

import pytest
from playwright.sync_api import Page, expect

from tests.waiting import until
from tests.web.accessibility import audit
from tests.web.people_fake import Fault, Json, person
from tests.web.phone.steps import freeze
from tests.web.settling import settle
from tests.web.tabs import Open
from tests.web.visits.visit_page import Room
from tests.web.visits.visits_fake import EMPTY, Clinic

PUT = "PUT /visits/{visit_id}/notes"
KEPT = """() => new Promise((resolve) => {
  const request = indexedDB.open("bedside-drafts");
  request.onsuccess = () => {
    const database = request.result;
    if (!database.objectStoreNames.contains("notes")) { database.close(); return resolve([]); }
    const all = database.transaction("notes").objectStore("notes").getAll();
    all.onsuccess = () => { database.close(); resolve(all.result.map(({ texts }) => texts)); };
  };
})"""

# Makes everything that is kept so many milliseconds older.
AGE = """(age) => new Promise((resolve) => {
  const request = indexedDB.open("bedside-drafts");
  request.onsuccess = () => {
    const drafts = request.result.transaction("notes", "readwrite").objectStore("notes");
    drafts.openCursor().onsuccess = ({ target: { result: cursor } }) => {
      if (!cursor) { request.result.close(); return resolve(null); }
      cursor.update({ ...cursor.value, keptAt: cursor.value.keptAt - age });
      cursor.continue();
    };
  };
})"""


class Desk:
    """The notes beside a room."""

    def __init__(self, page: Page, clinic: Clinic) -> None:
        self.room = Room(page, clinic, "/visit")
        self.page = page
        self.clinic = clinic
        self.visit_id = self.room.visit_id

    def open(self) -> "Desk":
        self.page.goto(f"/visit#v={self.visit_id}")
        expect(self.page.locator("#notes-form")).to_be_visible()
        return self

    def type(self, name: str, text: str) -> None:
        """Type into a field, key by key, and stay in it."""
        self.page.get_by_label(name).press_sequentially(text)

    def expect_state(self, text: str) -> None:
        expect(self.page.locator("#notes-state")).to_have_text(re.compile(text))

    def saved(self) -> Json:
        """What the server has."""
        return self.clinic.notes.get(self.visit_id, (0, EMPTY))[1]

    def elsewhere(self, **texts: str) -> None:
        """Another window saves."""
        version, before = self.clinic.notes.get(self.visit_id, (0, EMPTY))
        self.clinic.notes[self.visit_id] = (version + 1, before | texts)

    def puts(self) -> int:
        """How often something was sent."""
        return len(self.clinic.asked("PUT", f"/visits/{self.visit_id}/notes"))

    def leave(self) -> None:
        """Type nothing for ten seconds."""
        self.page.clock.run_for(10_000)
        settle(self.page)


@pytest.fixture
def desk(visitor: Open, clinic: Clinic) -> Desk:
    """The clinician's desk with the notes of the next visit."""
    return Desk(visitor(clinic.clinician), clinic).open()


def test_notes_save_themselves(desk: Desk) -> None:
    """A moment after the last key, once, and then say when."""
    desk.expect_state("Saves as you type")
    freeze(desk.page)
    desk.type("Chief complaint", "Sore knee")
    desk.expect_state("Not saved yet")
    assert desk.puts() == 0
    desk.leave()
    desk.expect_state(r"^Saved \d")
    assert desk.saved() == EMPTY | {"chiefComplaint": "Sore knee"}
    desk.type("Plan", "Ice")
    desk.leave()
    desk.expect_state(r"^Saved \d")
    assert desk.clinic.notes[desk.visit_id][0] == desk.puts() == 2
    desk.page.reload()
    expect(desk.page.get_by_label("Plan")).to_have_value("Ice")
    read_versions(desk)


def read_versions(desk: Desk) -> None:
    """Read every version that was saved, the newest first, each with its time."""
    dialog = desk.page.get_by_role("dialog", name="Earlier versions")
    desk.clinic.people.fail("GET /visits/{visit_id}/notes/history", Fault(403, "forbidden"))
    desk.page.get_by_role("button", name="Earlier versions").press("Enter")
    expect(dialog.locator("#versions-said")).to_contain_text("The notes could not be loaded.")
    desk.page.keyboard.press("Escape")
    desk.page.get_by_role("button", name="Earlier versions").press("Enter")
    versions = dialog.get_by_role("listitem")
    expect(versions).to_have_text(
        [re.compile(r"m, the latestChief complaintSore kneePlanIce$"), re.compile("Sore knee$")]
    )
    versions.last.locator("summary").press("Enter")
    expect(versions.last.get_by_text("Sore knee")).to_be_visible()
    expect(versions.first.get_by_text("Ice")).to_be_hidden()
    audit(desk.page, "visit", 320)
    dialog.get_by_role("button", name="Close").click()
    expect(dialog).to_be_hidden()


@pytest.mark.parametrize("way", ["blur", "hide"])
def test_leaving_a_field_or_the_tab_saves_at_once(desk: Desk, way: str) -> None:
    """Nobody has to wait before turning to something else."""
    freeze(desk.page)
    desk.type("Assessment", "Sprain")
    if way == "blur":
        desk.page.get_by_label("Assessment").blur()
    else:
        desk.page.evaluate(
            "Object.defineProperty(document, 'hidden', { configurable: true, get: () => true });"
            "document.dispatchEvent(new Event('visibilitychange'))"
        )
    until(lambda: desk.saved()["assessment"] == "Sprain", desk.saved, page=desk.page)


def test_what_cannot_be_saved_is_kept_and_sent_later(desk: Desk) -> None:
    """It says that it is not saved, keeps it here, tries again by itself, and survives a reload."""
    desk.clinic.people.fail(PUT, *[Fault(503, "unavailable")] * 2)
    desk.type("Observations", "Swollen")
    desk.expect_state("^Not saved$")
    expect(desk.page.locator("#notes-why")).to_contain_text("kept in this browser")
    assert desk.page.evaluate(KEPT) == [EMPTY | {"observations": "Swollen"}]
    desk.page.reload()
    expect(desk.page.get_by_label("Observations")).to_have_value("Swollen")
    desk.expect_state(r"^Saved \d")
    assert desk.saved()["observations"] == "Swollen"
    assert desk.page.evaluate(KEPT) == []


def test_a_crash_in_the_middle_of_a_word_loses_nothing(desk: Desk) -> None:
    """Closed right after the last key: the next window of this browser has it, and saves it."""
    # On a busy machine one is sent while somebody types, and another by the window that closes.
    desk.clinic.people.fail(PUT, *[Fault(503, "unavailable")] * 20)
    desk.type("Plan", "Rest and")
    until(lambda: desk.page.evaluate(KEPT) == [EMPTY | {"plan": "Rest and"}], "nothing is kept", page=desk.page)
    context = desk.page.context
    desk.page.close()
    desk.page = context.new_page()
    desk.page.goto("/not-there")
    settle(desk.page)
    assert desk.saved() == EMPTY
    desk.clinic.people.faults.clear()
    desk.open()
    expect(desk.page.get_by_label("Plan")).to_have_value("Rest and")
    desk.expect_state(r"^Saved \d")
    assert desk.saved()["plan"] == "Rest and"


@pytest.mark.parametrize(
    ("choice", "text"),
    [("Keep mine", "Mine"), ("Use the other", "Theirs"), ("Keep both", "Theirs\n\nMine")],
)
def test_two_versions_are_shown_and_one_chooses(desk: Desk, choice: str, text: str) -> None:
    """Nothing is overwritten unseen; what only one side changed is kept from both."""
    desk.elsewhere(chiefComplaint="Theirs", plan="Their plan")
    desk.type("Chief complaint", "Mine")
    dispute = desk.page.get_by_role("region", name="These notes were changed elsewhere")
    expect(dispute).to_contain_text("Theirs")
    expect(desk.page.locator("#dispute-title")).to_be_focused()
    expect(desk.page.get_by_label("Chief complaint")).to_have_value("Mine")
    assert desk.saved()["chiefComplaint"] == "Theirs"
    dispute.get_by_role("button", name=choice).click()
    desk.expect_state(r"^Saved \d")
    expect(dispute).to_be_hidden()
    assert desk.saved() == EMPTY | {"chiefComplaint": text, "plan": "Their plan"}


def test_versions_that_do_not_meet_are_joined_without_a_question(desk: Desk) -> None:
    """Two people in two fields disturb nobody."""
    desk.elsewhere(plan="Their plan")
    desk.type("Chief complaint", "Mine")
    desk.expect_state(r"^Saved \d")
    expect(desk.page.get_by_label("Plan")).to_have_value("Their plan")
    expect(desk.page.locator("#dispute")).to_be_hidden()
    assert desk.saved() == EMPTY | {"chiefComplaint": "Mine", "plan": "Their plan"}


def test_an_open_choice_survives_a_reload(desk: Desk) -> None:
    """Typed on, reloaded: both versions are still there, and the question too."""
    desk.elsewhere(plan="Theirs")
    desk.type("Plan", "Mine")
    expect(desk.page.locator("#dispute")).to_be_visible()
    freeze(desk.page)
    desk.type("Plan", ", more")
    desk.leave()
    assert desk.saved()["plan"] == "Theirs"
    desk.page.reload()
    expect(desk.page.locator("#dispute-texts")).to_contain_text("Theirs")
    expect(desk.page.get_by_label("Plan")).to_have_value("Mine, more")


def test_too_long_a_text_is_kept_and_said(desk: Desk) -> None:
    """Nothing is cut off in silence."""
    desk.page.get_by_label("Plan").fill("x" * 10_001)
    expect(desk.page.locator("#notes-why")).to_have_text("Plan is longer than 10,000 characters.")
    assert desk.puts() == 0
    desk.page.get_by_label("Plan").fill("x" * 10_000)
    desk.expect_state(r"^Saved \d")
    expect(desk.page.locator("#notes-why")).to_have_text("")


def sign_out(page: Page) -> None:
    """Ask to be signed out."""
    if page.locator("#side-open").is_visible():
        page.locator("#side-open").click()
    page.locator("#who").get_by_role("button", name="Sign out").click()


def test_a_sign_out_saves_once_more(desk: Desk) -> None:
    """Also from another page, when the one of the visit was closed: nothing is asked, lost or left behind."""
    desk.clinic.people.fail(PUT, *[Fault(503, "unavailable")] * 2)
    desk.type("Plan", "Rest")
    desk.expect_state("^Not saved$")
    context = desk.page.context
    desk.page.close()
    desk.clinic.people.faults.clear()
    page = context.new_page()
    page.goto("/account")
    sign_out(page)
    page.wait_for_url("/sign-in")
    assert desk.saved()["plan"] == "Rest"
    assert page.evaluate(KEPT) == []


@pytest.mark.parametrize("theirs", [{"plan": "Theirs"}, {"assessment": "Theirs"}, {"plan": "Mine"}])
def test_a_sign_out_overwrites_nobody(desk: Desk, theirs: Json) -> None:
    """What was changed elsewhere is joined as it always is; only what both changed has to be chosen."""
    desk.page.evaluate("addEventListener('focusout', (event) => event.stopPropagation(), { capture: true })")
    desk.elsewhere(**theirs)
    desk.type("Plan", "Mine")
    sign_out(desk.page)
    if theirs == {"plan": "Theirs"}:
        expect(desk.page.locator("#parting")).to_contain_text("They were changed elsewhere: open them and choose.")
        assert desk.saved() == EMPTY | theirs
    else:
        desk.page.wait_for_url("/sign-in")
        assert desk.saved() == EMPTY | theirs | {"plan": "Mine"}


def test_whoever_signs_out_chooses_about_what_cannot_be_saved(desk: Desk) -> None:
    """Told why; staying loses nothing, and signing out leaves nothing of a patient behind."""
    desk.clinic.people.fail(PUT, *[Fault(503, "unavailable")] * 50)
    desk.type("Plan", "Rest")
    sign_out(desk.page)
    dialog = desk.page.get_by_role("dialog", name="Your notes are not saved")
    expect(dialog).to_contain_text("could not be saved. The server has a problem at the moment.")
    expect(dialog.get_by_role("link")).to_have_count(0)
    expect(dialog.get_by_role("button", name="Stay signed in")).to_be_focused()
    desk.page.keyboard.press("Enter")
    expect(dialog).to_be_hidden()
    expect(desk.page.get_by_label("Plan")).to_have_value("Rest")
    assert desk.page.evaluate(KEPT) == [EMPTY | {"plan": "Rest"}]
    desk.page.goto("/account")
    sign_out(desk.page)
    expect(dialog.get_by_role("link", name="Open the notes")).to_have_attribute("href", f"/visit#v={desk.visit_id}")
    dialog.get_by_role("button", name="Sign out and lose them").click()
    desk.page.wait_for_url("/sign-in")
    assert desk.page.evaluate(KEPT) == []
    assert desk.saved() == EMPTY


def test_a_sign_out_does_not_wait_for_ever(desk: Desk) -> None:
    """Without an answer for five seconds, it is said; meanwhile one sees why it takes so long."""
    never = threading.Event()
    desk.clinic.people.fail(PUT, *[Fault(held=never)] * 3)
    desk.type("Plan", "Rest")
    freeze(desk.page)
    sign_out(desk.page)
    expect(desk.page.get_by_role("dialog", name="Saving your notes")).to_be_visible()
    desk.page.clock.run_for(4_000)
    expect(desk.page.get_by_role("dialog", name="Saving your notes")).to_be_visible()
    desk.page.clock.run_for(2_000)
    expect(desk.page.get_by_role("dialog", name="Your notes are not saved")).to_be_visible()
    never.set()


def sign_in(page: Page, clinic: Clinic, user: Json, path: str) -> None:
    """Sign somebody in, in the browser of this tab."""
    page.goto("/not-there")
    page.evaluate("localStorage.setItem('bedside.last-used', Date.now())")
    page.evaluate("kept => localStorage.setItem('bedside.sign-in', kept)", json.dumps(clinic.people.kept(user)))
    page.goto(path)


@pytest.mark.parametrize("way", ["ended", "idle"])
def test_a_sign_in_that_ends_by_itself_loses_no_notes(desk: Desk, way: str) -> None:
    """They wait for the same person; another one sees nothing of them, is not asked about them and removes none."""
    desk.clinic.people.fail(PUT, *[Fault(503, "unavailable")] * 9)
    desk.type("Plan", "Rest")
    desk.expect_state("^Not saved$")
    if way == "ended":
        desk.clinic.people.kill(desk.clinic.clinician)
    else:
        desk.page.evaluate("localStorage.setItem('bedside.last-used', '1')")
    desk.page.wait_for_url(re.compile("/sign-in"))
    desk.clinic.people.faults.clear()
    assert desk.page.evaluate(KEPT) == [EMPTY | {"plan": "Rest"}]
    assert desk.saved() == EMPTY

    other = desk.clinic.people.add(person(302, "clinician", name="Rawiri Parata"))
    desk.clinic.visits[desk.visit_id]["practitionerId"] = other["userId"]
    sign_in(desk.page, desk.clinic, other, f"/visit#v={desk.visit_id}")
    expect(desk.page.get_by_label("Plan")).to_have_value("")
    sign_out(desk.page)
    desk.page.wait_for_url("/sign-in")
    assert desk.saved() == EMPTY

    desk.clinic.visits[desk.visit_id]["practitionerId"] = desk.clinic.clinician["userId"]
    sign_in(desk.page, desk.clinic, desk.clinic.clinician, f"/visit#v={desk.visit_id}")
    expect(desk.page.get_by_label("Plan")).to_have_value("Rest")
    desk.expect_state(r"^Saved \d")
    assert desk.saved()["plan"] == "Rest"


def test_notes_of_those_who_never_come_back_are_removed(desk: Desk) -> None:
    """A week after they were typed, by whoever opens a page."""
    desk.clinic.people.fail(PUT, *[Fault(503, "unavailable")] * 9)
    desk.type("Plan", "Rest")
    desk.expect_state("^Not saved$")
    desk.clinic.people.kill(desk.clinic.clinician)
    desk.page.wait_for_url(re.compile("/sign-in"))
    for days, left in ((6.9, 1), (0.2, 0)):
        desk.page.evaluate(AGE, days * 24 * 3600 * 1000)
        sign_in(desk.page, desk.clinic, desk.clinic.patient, "/my-visits")
        expect(desk.page.get_by_role("heading", name="My visits")).to_be_visible()
        assert len(desk.page.evaluate(KEPT)) == left


def test_notes_that_cannot_be_loaded_can_be_asked_for_again(visitor: Open, clinic: Clinic) -> None:
    """Nobody types into notes that are not known; the room works meanwhile."""
    desk = Desk(visitor(clinic.clinician), clinic)
    clinic.people.fail("GET /visits/{visit_id}/notes", Fault(429, "", {"retry-after": "90"}))
    desk.page.goto(f"/visit#v={desk.visit_id}")
    expect(desk.page.locator("#notes-failed-text")).to_contain_text("The notes could not be loaded.")
    expect(desk.page.locator("#notes-form")).to_be_hidden()
    desk.page.locator("#notes-again").click()
    expect(desk.page.locator("#notes-form")).to_be_visible()


@pytest.mark.parametrize("width", [390, 1280])
def test_one_sees_whether_it_is_saved_while_one_types(visitor: Open, clinic: Clinic, width: int) -> None:
    """Also in the last field of long notes; and the end of the visit takes the keyboard from nobody who writes."""
    desk = Desk(visitor(clinic.clinician, width=width), clinic)
    desk.room.open()
    if width < 900:
        desk.page.get_by_role("tab", name="Notes").click()
    desk.page.get_by_label("Observations").fill("Swollen and warm. " * 60)
    desk.page.get_by_label("Plan").click()
    desk.type("Plan", "Rest")
    expect(desk.page.locator("#notes-state")).to_be_in_viewport(ratio=1)
    desk.clinic.finish(desk.visit_id)
    expect(desk.page.locator("#over-facts")).to_contain_text("OutcomeCompleted")
    expect(desk.page.get_by_label("Plan")).to_be_focused()


def test_notes_stay_open_after_the_visit(desk: Desk) -> None:
    """What is still to be written is written after the call."""
    desk.clinic.finish(desk.visit_id)
    expect(desk.page.get_by_role("heading", name="Visit summary")).to_be_visible()
    desk.type("Assessment", "Sprain")
    desk.expect_state(r"^Saved \d")
    assert desk.saved()["assessment"] == "Sprain"


def test_templates_are_made_from_notes_and_fill_them(desk: Desk) -> None:
    """Empty fields at once; where something is written, one is asked. A template of the same name is replaced."""
    page, clinic = desk.page, desk.clinic
    dialog, said = page.get_by_role("dialog", name="Templates"), page.locator("#templates-said")
    desk.type("Observations", "Site:")
    page.get_by_role("button", name="Templates").press("Enter")
    expect(said).to_contain_text("You have no templates yet.")
    name = dialog.get_by_label("Save what is in the notes now as a template")
    name.fill("Rash")
    # Another window has saved one meanwhile: both are kept.
    clinic.templates = (1, [{"name": "Cough", **EMPTY, "plan": "Tea."}])
    name.press("Enter")
    expect(said).to_have_text("“Rash” is saved.")
    expect(dialog.locator(".template-use")).to_have_text(["Cough", "Rash"])
    audit(page, "visit", 320)
    name.fill("cough")
    expect(dialog.get_by_role("button", name="Replace it")).to_be_visible()
    dialog.get_by_role("button", name="Cough", exact=True).click()
    expect(page.get_by_label("Plan")).to_have_value("Tea.")
    expect(page.get_by_label("Plan")).to_be_focused()
    desk.expect_state(r"^Saved \d")
    assert desk.saved() == EMPTY | {"observations": "Site:", "plan": "Tea."}
    for choice, text in (("Leave it as it is", "Left arm"), ("Add it below", "Left arm\n\nSite:")):
        page.get_by_label("Observations").fill("Left arm")
        page.get_by_role("button", name="Templates").click()
        dialog.get_by_role("button", name="Rash", exact=True).click()
        expect(page.locator("#confirm")).to_contain_text("Observations has a text already.")
        page.locator("#confirm").get_by_role("button", name=choice).click()
        expect(page.get_by_label("Observations")).to_have_value(text)
    page.get_by_role("button", name="Templates").click()
    dialog.get_by_role("button", name="Delete Rash").click()
    expect(said).to_have_text("“Rash” is deleted.")
    assert [each["name"] for each in clinic.templates[1]] == ["Cough"]
    clinic.people.fail("PUT /note-templates", Fault(503, "unavailable"))
    dialog.get_by_role("button", name="Delete Cough").click()
    expect(said).to_contain_text("Nothing was changed.")
    expect(dialog.locator(".template-use")).to_have_text(["Cough"])


def test_notes_are_signed(desk: Desk) -> None:
    """By keyboard, after the visit; what was typed last is saved first, and nothing is typed any more."""
    page, clinic = desk.page, desk.clinic
    sign, confirm = page.get_by_role("button", name="Sign notes"), page.locator("#confirm")
    expect(sign).to_be_hidden()
    clinic.finish(desk.visit_id)
    sign.focus()
    page.keyboard.press("Enter")
    expect(page.locator("#notes-why")).to_have_text("There is nothing to sign yet.")
    page.get_by_label("Plan").press_sequentially("Rest")
    # Nothing is signed that is not saved, and a cautious Enter signs nothing.
    clinic.people.fail(PUT, *[Fault(503, "unavailable")] * 20)
    sign.press("Enter")
    confirm.get_by_role("button", name="Sign notes").click()
    expect(confirm).to_contain_text("Your latest changes are not saved yet, so nothing was signed.")
    clinic.people.faults.clear()
    # Asked again before the browser has told that the first question was closed.
    page.evaluate(
        "() => { document.querySelector('#confirm').close(); document.querySelector('#notes-sign').click(); }"
    )
    expect(confirm.get_by_role("button", name="Keep writing")).to_be_focused()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator("#notes-title")).to_be_focused()
    expect(page.locator("#notes-text")).to_contain_text(re.compile(r"PlanRestSigned by Mere Tipene, \d"))
    expect(page.locator("#notes-form")).to_be_hidden()
    expect(sign).to_be_hidden()
    assert desk.saved() == EMPTY | {"plan": "Rest"}
    assert page.evaluate(KEPT) == []


def test_signed_notes_are_extended_released_and_printed(desk: Desk) -> None:
    """Only addenda are added, and the patient's copy is as new as the last release."""
    page, clinic = desk.page, desk.clinic
    confirm = page.locator("#confirm")
    clinic.finish(desk.visit_id)
    desk.elsewhere(plan="Rest")
    clinic.sign(desk.visit_id)
    page.reload()
    expect(page.locator("#released-said")).to_have_text("The patient has no copy of these notes.")
    page.get_by_role("button", name="Release to the patient").click()
    confirm.get_by_role("button", name="Release the copy").click()
    expect(page.locator("#released-said")).to_contain_text("The patient has a copy, released")
    expect(page.locator("#notes-release")).to_be_hidden()

    page.get_by_label("New addendum").fill("x" * 2_001)
    expect(page.locator("#addendum-why")).to_contain_text("at most 2,000 characters")
    audit(page, "visit", 320)
    page.get_by_label("New addendum").fill("Healed.")
    # It is not lost with the page, and a sign-out asks.
    typed = KEPT.replace("({ texts }) => texts", "({ addendum }) => addendum")
    until(lambda: page.evaluate(typed) == ["Healed."], lambda: page.evaluate(typed), page=page)
    page.reload()
    expect(page.get_by_label("New addendum")).to_have_value("Healed.")
    expect(page.locator("#unsaved-addendum")).to_be_hidden()
    sign_out(page)
    expect(page.locator("#parting")).to_contain_text(
        "They are signed: open them, and add what you typed as an addendum."
    )
    page.get_by_role("button", name="Stay signed in").click()
    clinic.people.fail("POST /visits/{visit_id}/notes/{step}", Fault(503, "unavailable"))
    add = page.get_by_role("button", name="Add to the notes")
    add.click()
    expect(page.locator("#addendum-said")).to_contain_text("It is not stored.")
    add.click()
    expect(page.locator("#notes-text")).to_contain_text("AddendumHealed.Mere Tipene,")
    assert page.evaluate(KEPT) == []
    expect(page.get_by_label("New addendum")).to_have_value("")
    expect(page.locator("#released-said")).to_contain_text("It lacks the latest addendum.")
    page.get_by_role("button", name="Release it again").click()
    confirm.get_by_role("button", name="Release the copy").click()
    expect(page.locator("#notes-release")).to_be_hidden()

    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    page.emulate_media(media="print")
    expect(page.locator("#paper")).to_contain_text(
        re.compile(
            r"Visit notesPatientAroha NgataClinicianMere Tipene.*PlanRestSigned by Mere Tipene.*Healed", re.DOTALL
        )
    )
    expect(page.get_by_role("main")).to_be_hidden()


def test_what_is_typed_while_another_window_signs_becomes_an_addendum(desk: Desk) -> None:
    """It is not lost, also after a reload, until it is added."""
    page, clinic = desk.page, desk.clinic
    clinic.finish(desk.visit_id)
    desk.elsewhere(plan="Rest")
    clinic.sign(desk.visit_id)
    desk.type("Assessment", "Sprain")
    for _ in range(2):
        expect(page.get_by_label("New addendum")).to_have_value("Assessment: Sprain")
        expect(page.locator("#unsaved-addendum")).to_be_visible()
        assert page.evaluate(KEPT) == [EMPTY | {"assessment": "Sprain"}]
        page.reload()
    page.get_by_role("button", name="Add to the notes").click()
    expect(page.locator("#notes-text")).to_contain_text("Assessment: Sprain")
    assert page.evaluate(KEPT) == []
    assert desk.saved() == EMPTY | {"plan": "Rest"}
