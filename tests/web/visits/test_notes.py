"""The notes of a visit: saved as they are typed, and nothing typed is ever lost."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.web.people_fake import Fault, Json
from tests.web.visits.conftest import Open
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

    def leave_for(self, milliseconds: int) -> None:
        self.page.wait_for_timeout(milliseconds)


@pytest.fixture
def desk(visitor: Open, clinic: Clinic) -> Desk:
    """The clinician's desk with the notes of the next visit."""
    return Desk(visitor(clinic.clinician), clinic).open()


def test_notes_save_themselves(desk: Desk) -> None:
    """A moment after the last key, once, and then say when."""
    desk.expect_state("Saves as you type")
    desk.type("Chief complaint", "Sore knee")
    desk.expect_state("Not saved yet")
    assert desk.puts() == 0
    desk.expect_state(r"^Saved \d")
    assert desk.saved() == EMPTY | {"chiefComplaint": "Sore knee"}
    desk.type("Plan", "Ice")
    desk.leave_for(2_000)
    desk.expect_state(r"^Saved \d")
    assert desk.clinic.notes[desk.visit_id][0] == desk.puts() == 2
    desk.page.reload()
    expect(desk.page.get_by_label("Plan")).to_have_value("Ice")


@pytest.mark.parametrize("way", ["blur", "hide"])
def test_leaving_a_field_or_the_tab_saves_at_once(desk: Desk, way: str) -> None:
    """Nobody has to wait before turning to something else."""
    desk.type("Assessment", "Sprain")
    if way == "blur":
        desk.page.get_by_label("Assessment").blur()
    else:
        desk.page.evaluate(
            "Object.defineProperty(document, 'hidden', { configurable: true, get: () => true });"
            "document.dispatchEvent(new Event('visibilitychange'))"
        )
    desk.leave_for(600)
    assert desk.saved()["assessment"] == "Sprain"


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
    desk.clinic.people.fail(PUT, Fault(503, "unavailable"))
    desk.type("Plan", "Rest and")
    desk.leave_for(100)
    context = desk.page.context
    # Whatever a closing window still sends fails.
    desk.page.close()
    desk.page = context.new_page()
    desk.page.wait_for_timeout(300)
    desk.clinic.people.faults.clear()
    assert desk.saved() == EMPTY
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
    desk.type("Plan", ", more")
    desk.leave_for(2_000)
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


def test_a_sign_out_takes_the_drafts_along(desk: Desk) -> None:
    """Whoever uses this browser next finds nothing of a patient in it."""
    desk.clinic.people.fail(PUT, *[Fault(503, "unavailable")] * 9)
    desk.type("Plan", "Rest")
    desk.expect_state("^Not saved$")
    assert len(desk.page.evaluate(KEPT)) == 1
    desk.page.locator("#who summary").click()
    desk.page.get_by_role("button", name="Sign out").click()
    desk.page.wait_for_url("/sign-in")
    assert desk.page.evaluate(KEPT) == []


def test_notes_that_cannot_be_loaded_can_be_asked_for_again(visitor: Open, clinic: Clinic) -> None:
    """Nobody types into notes that are not known; the room works meanwhile."""
    desk = Desk(visitor(clinic.clinician), clinic)
    clinic.people.fail("GET /visits/{visit_id}/notes", Fault(429, "", {"retry-after": "90"}))
    desk.page.goto(f"/visit#v={desk.visit_id}")
    expect(desk.page.locator("#notes-failed-text")).to_contain_text("The notes could not be loaded.")
    expect(desk.page.locator("#notes-form")).to_be_hidden()
    desk.page.locator("#notes-again").click()
    expect(desk.page.locator("#notes-form")).to_be_visible()


def test_notes_stay_open_after_the_visit(desk: Desk) -> None:
    """What is still to be written is written after the call."""
    desk.clinic.finish(desk.visit_id)
    expect(desk.page.get_by_role("heading", name="Visit summary")).to_be_visible()
    desk.type("Assessment", "Sprain")
    desk.expect_state(r"^Saved \d")
    assert desk.saved()["assessment"] == "Sprain"
