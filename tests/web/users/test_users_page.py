"""The people of a facility: listed, found, added and managed by their administrators."""

import threading

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.web.accessibility import audit
from tests.web.cases import cases, heights, resize
from tests.web.conftest import SignedIn
from tests.web.people_fake import Fault, Json, People, person


@pytest.fixture
def newcomer(people: People) -> Json:
    """A clinician who waits to be verified."""
    return people.add(
        person(201, "clinician", name="Rawiri Parata", verification="pending", lastSignInAt=None, removable=True)
    )


def opened(signed_in: SignedIn, admin: Json) -> Page:
    """The page of an administrator, with its list."""
    page = signed_in(admin)
    page.goto("/users")
    expect(page.get_by_role("heading", name="People", exact=True)).to_be_visible()
    return page


def line(page: Page, name: str) -> Locator:
    """The row of a person."""
    return page.locator("#list tr").filter(has_text=name)


def manage(page: Page, name: str) -> Locator:
    """Open what can be done about a person."""
    page.get_by_role("button", name=f"Manage {name}").click()
    expect(page.locator("#manage-title")).to_have_text(name)
    return page.locator("#manage")


def test_the_list_tells_what_matters(signed_in: SignedIn, people: People) -> None:
    """Name, number, roles, state and last sign-in of everybody of the facility, and who oneself is."""
    people.add(person(202, "clinician", name="Kiri Lock", locked=True, verification="rejected"))
    page = opened(signed_in, people.admin)
    expect(page.get_by_role("columnheader")).to_have_text(
        ["Name", "Number", "Roles", "State", "Last sign-in", "Manage"]
    )
    row = line(page, "Kiri Lock")
    expect(row.get_by_role("cell")).to_contain_text(
        ["+64215550202", "Clinician", "RejectedLocked", "20 Nov 2026", "Manage"]
    )
    expect(line(page, "Hana Cole")).to_contain_text("You")
    expect(page.locator("#count")).to_have_text("3 people")
    expect(page.get_by_text("Ari Root")).to_be_hidden()


def test_more_people_are_shown_on_demand(signed_in: SignedIn, people: People) -> None:
    """The next page follows the last one, and the keyboard goes on with its first person."""
    for number in range(300, 303):
        people.add(person(number, "patient", name=f"Person {number}"))
    page = opened(signed_in, people.admin)
    expect(page.locator("#list tr")).to_have_count(3)
    expect(page.locator("#count")).to_have_text("3 people, more to show")
    people.fail("GET /admin/users", Fault(422, "invalid-request"))
    page.get_by_role("button", name="Show more").click()
    expect(page.locator("#list-said")).to_contain_text("as told by the server")
    page.get_by_role("button", name="Show more").click()
    expect(page.locator("#list tr")).to_have_count(5)
    expect(page.get_by_role("button", name="Manage Person 301")).to_be_focused()
    expect(page.get_by_role("button", name="Show more")).to_be_hidden()


def test_a_person_is_found_by_their_number(signed_in: SignedIn, people: People) -> None:
    """The number may be typed as people do; nobody found is said, and all are a press away. So it is with names."""
    page = opened(signed_in, people.admin)
    field = page.get_by_label("Find by name or number")
    field.fill(" Mere ")
    page.keyboard.press("Enter")
    expect(page.locator("#list tr")).to_have_count(1)
    expect(line(page, "Mere Tipene")).to_be_visible()
    field.fill("Zoe")
    page.keyboard.press("Enter")
    expect(page.locator("#empty-text")).to_contain_text("Nobody has a name like “Zoe”.")
    field.fill("٠٢١ ٥٥٥\u2212٠١٠١")  # noqa: RUF001  # Arabic-Indic digits
    page.keyboard.press("Enter")
    expect(page.locator("#list tr")).to_have_count(1)
    expect(line(page, "Mere Tipene")).to_be_visible()
    field.fill("+64 21 555 9999")
    page.get_by_role("button", name="Find", exact=True).click()
    expect(page.get_by_role("heading", name="Nobody found")).to_be_visible()
    expect(page.locator("#empty-text")).to_contain_text("Nobody with the number +64215559999 is known here.")
    page.get_by_role("button", name="Show all").click()
    expect(page.locator("#list tr")).to_have_count(2)
    expect(field).to_have_value("")


def test_a_facility_adds_to_itself(signed_in: SignedIn, people: People) -> None:
    """An administrator gives name, number and roles; the facility is theirs, and no role is above their own."""
    page = opened(signed_in, people.admin)
    page.get_by_role("button", name="Add person").click()
    dialog = page.get_by_role("dialog", name="Add a person")
    expect(dialog.locator("#add-roles").get_by_role("checkbox")).to_have_count(3)
    expect(dialog).to_contain_text("They belong to Kauri Street Hospital (FAC001).")
    expect(dialog.get_by_label("Name")).to_be_focused()
    dialog.get_by_label("Name").fill(" Kim Ross ")
    dialog.get_by_label("Mobile phone number").fill("021 555 0777")
    dialog.get_by_role("checkbox", name="Facility administrator").check()
    page.keyboard.press("Enter")
    expect(dialog).to_be_hidden()
    assert people.asked("POST", "/admin/users") == [
        {
            "phone": "021 555 0777",
            "displayName": "Kim Ross",
            "roles": ["clinician", "facilityAdmin"],
            "facilityId": "FAC001",
        }
    ]
    expect(page.locator("#list tr").first).to_contain_text("+64215550777")
    expect(page.locator("#list-said")).to_have_text(
        "Kim Ross was added and can sign in now with +64215550777. An invitation was sent."
    )


def test_mistakes_in_a_new_person_are_named(signed_in: SignedIn, people: People) -> None:
    """A missing name, a missing number and no role are said where they are, and nothing is sent."""
    page = opened(signed_in, people.system_admin)
    page.get_by_label("Facility", exact=True).select_option(label="Harbour Clinic (FAC002)")
    page.get_by_role("button", name="Add person").click()
    dialog = page.get_by_role("dialog", name="Add a person")
    expect(dialog.locator("#add-roles").get_by_role("checkbox")).to_have_count(4)
    dialog.get_by_role("button", name="Add person").click()
    expect(page.locator("#add-name-error")).to_have_text("Enter their name.")
    expect(page.locator("#add-phone-error")).to_have_text("Enter a phone number.")
    dialog.get_by_label("Name").fill("Kim Ross")
    dialog.get_by_label("Mobile phone number").fill("+64 21 555 0777")
    # Nobody is there yet: the first person adds the others.
    expect(dialog.get_by_role("checkbox", name="Facility administrator")).to_be_checked()
    dialog.get_by_role("checkbox", name="Facility administrator").uncheck()
    dialog.get_by_role("button", name="Add person").click()
    expect(page.locator("#add-roles-error")).to_have_text("Choose at least one role.")
    assert people.asked("POST", "/admin/users") == []
    dialog.get_by_role("checkbox", name="Clinician").check()
    dialog.get_by_role("button", name="Add person").click()
    expect(dialog).to_be_hidden()
    assert people.asked("POST", "/admin/users")[0]["facilityId"] == "FAC002"


def test_a_refused_person_stays_in_the_form(signed_in: SignedIn, people: People) -> None:
    """Each refusal is said plainly and nothing that was typed is lost."""
    not_served = [{"field": "phone", "message": "This country is not served.", "code": "invalid"}]
    refusals = [
        (Fault(409, "user-exists"), "#add-phone-error", "Somebody with this number exists already."),
        (Fault(403, "forbidden"), "#add-failure", "You may not add somebody with these roles"),
        (Fault(429, "", {"retry-after": "60"}), "#add-failure", "Try again in 60 seconds."),
        (Fault(422, "invalid-request", errors=not_served), "#add-phone-error", "This country is not served."),
    ]
    page = opened(signed_in, people.admin)
    page.get_by_role("button", name="Add person").click()
    page.locator("#add-name").fill("Kim Ross")
    page.locator("#add-phone").fill("+64 21 555 0777")
    with cases() as case:
        for fault, place, text in refusals:
            with case(status=fault.status):
                people.fail("POST /admin/users", fault)
                page.locator("#add-yes").click()
                expect(page.locator(place)).to_contain_text(text)
                expect(page.locator("#add-phone")).to_have_value("+64 21 555 0777")


def test_the_first_refused_field_has_the_keyboard(signed_in: SignedIn, people: People) -> None:
    """A refusal within a list is said under the whole of it; what is no field of the form is left out."""
    page = opened(signed_in, people.admin)
    fields = ("later", "roles.0", "phone")
    errors = [{"field": field, "message": f"Not this one: {field}.", "code": "invalid"} for field in fields]
    people.fail("POST /admin/users", Fault(422, "invalid-request", errors=errors))
    page.get_by_role("button", name="Add person").click()
    page.locator("#add-name").fill("Kim Ross")
    page.locator("#add-phone").fill("+64 21 555 0777")
    page.locator("#add-yes").click()
    expect(page.locator("#add-roles-error")).to_have_text("Not this one: roles.0.")
    expect(page.locator("#add-phone-error")).to_have_text("Not this one: phone.")
    expect(page.locator("#add-roles input:enabled").first).to_be_focused()


def test_a_role_is_given_at_once_and_taken_after_a_question(
    signed_in: SignedIn, people: People, newcomer: Json
) -> None:
    """More roles are saved by the button; fewer are asked about first, and counted in the list."""
    page = opened(signed_in, people.admin)
    dialog = manage(page, "Rawiri Parata")
    save = dialog.get_by_role("button", name="Save roles")
    expect(save).to_be_disabled()
    dialog.get_by_role("checkbox", name="Facility administrator").check()
    save.click()
    expect(page.locator("#manage-said")).to_have_text("Roles saved")
    path = f"/users/{newcomer['userId']}/roles"
    assert people.asked("PUT", path) == [{"roles": ["clinician", "facilityAdmin"]}]
    dialog.get_by_role("checkbox", name="Clinician").uncheck()
    save.click()
    expect(page.locator("#confirm-text")).to_contain_text("They lose: Clinician.")
    page.locator("#confirm-no").click()
    assert len(people.asked("PUT", path)) == 1
    save.click()
    page.locator("#confirm-yes").click()
    expect(page.locator("#confirm")).to_be_hidden()
    expect(page.locator("#manage-said")).to_have_text("Roles saved")
    page.keyboard.press("Escape")
    expect(line(page, "Rawiri Parata")).to_contain_text("Facility administrator")
    expect(page.get_by_role("button", name="Manage Rawiri Parata")).to_be_focused()


def test_a_refused_change_of_roles_is_said(signed_in: SignedIn, people: People, newcomer: Json) -> None:
    """Nothing was changed, and why; the choice stays."""
    refusals = [
        (Fault(403, "forbidden"), "They may belong to another facility."),
        (Fault(404, "user-not-found"), "This person is not known any more."),
        (Fault(429, "", {"retry-after": "80"}), "You have changed many roles within an hour. Try again in 80 seconds."),
    ]
    page = opened(signed_in, people.admin)
    dialog = manage(page, newcomer["displayName"])
    dialog.get_by_role("checkbox", name="Patient").check()
    with cases() as case:
        for fault, text in refusals:
            with case(status=fault.status):
                people.fail("PUT /users/{user_id}/roles", fault)
                dialog.get_by_role("button", name="Save roles").click()
                expect(page.locator("#manage-said")).to_contain_text(text)
                expect(page.locator("#manage-said")).to_contain_text("Nothing was changed.")
                expect(dialog.get_by_role("checkbox", name="Patient")).to_be_checked()


def test_a_clinician_is_approved_and_rejected(signed_in: SignedIn, people: People, newcomer: Json) -> None:
    """Approving is one press; taking the verification away is asked about. What the payment provider knows is told."""
    people.identities[newcomer["userId"]] = {"state": "verified", "problem": None, "at": "2026-11-21T02:31:52.000Z"}
    page = opened(signed_in, people.admin)
    dialog = manage(page, "Rawiri Parata")
    expect(dialog.get_by_text("The payment provider verified their identity document on 21 Nov 2026")).to_be_visible()
    dialog.get_by_role("button", name="Approve").click()
    expect(page.locator("#manage-badges")).to_have_text("Verified")
    dialog.get_by_role("button", name="Withdraw verification").click()
    people.fail("POST /experts/verify-specific", Fault(429, "", {"retry-after": "30"}))
    page.locator("#confirm-yes").click()
    expect(page.locator("#confirm-failure")).to_contain_text("Try again in 30 seconds.")
    page.locator("#confirm-yes").click()
    expect(page.locator("#manage-badges")).to_have_text("Rejected")
    user_id = newcomer["userId"]
    assert [body["decision"] for body in people.asked("POST", "/experts/verify-specific")] == [
        "approve",
        "reject",
        "reject",
    ]
    assert people.asked("POST", "/experts/verify-specific")[0]["userId"] == user_id
    page.keyboard.press("Escape")
    expect(line(page, "Rawiri Parata")).to_contain_text("Rejected")


def test_verifying_without_review_wants_a_reason(signed_in: SignedIn, people: People, newcomer: Json) -> None:
    """Without a reason nothing is asked; with one, the question comes first. A locked number stays locked."""
    newcomer |= {"locked": True, "lockedUntil": "2026-12-21T02:31:52.345Z"}
    page = opened(signed_in, people.admin)
    dialog = manage(page, "Rawiri Parata")
    expect(page.locator("#manage-badges")).to_contain_text("Locked")
    dialog.get_by_role("button", name="Verify now").click()
    expect(page.locator("#force-reason-error")).to_contain_text("Say why")
    dialog.get_by_label("Reason").fill("Locum for tonight, known to me")
    dialog.get_by_role("button", name="Verify now").click()
    page.locator("#confirm-yes").click()
    expect(page.locator("#manage-badges")).to_have_text("VerifiedLocked")
    assert people.asked("POST", "/internal/force-verification") == [
        {"userId": newcomer["userId"], "reason": "Locum for tonight, known to me"}
    ]
    expect(page.locator("#force")).to_be_hidden()


def test_a_locked_number_is_unlocked_and_nobody_verified(signed_in: SignedIn, people: People, newcomer: Json) -> None:
    """The dialog says until when it is locked; one press unlocks, and a rejected clinician stays rejected."""
    newcomer |= {"locked": True, "lockedUntil": "2026-12-21T02:31:52.345Z", "verification": "rejected"}
    page = opened(signed_in, people.admin)
    dialog = manage(page, "Rawiri Parata")
    expect(page.locator("#locked")).to_contain_text("Dec 2026")
    dialog.get_by_role("button", name="Unlock").click()
    expect(page.locator("#manage-said")).to_have_text("Unlocked")
    expect(page.locator("#manage-badges")).to_have_text("Rejected")
    expect(page.locator("#locked")).to_be_hidden()
    assert len(people.asked("POST", f"/admin/users/{newcomer['userId']}/unlock")) == 1
    assert people.asked("POST", "/internal/force-verification") == []


def test_whoever_never_signed_in_is_removed(signed_in: SignedIn, people: People, newcomer: Json) -> None:
    """After a question; who has signed in by then stays, and the dialog says so. Others offer no removal at all."""
    page = opened(signed_in, people.admin)
    manage(page, "Mere Tipene")
    expect(page.locator("#mistyped")).to_be_hidden()
    page.keyboard.press("Escape")
    dialog = manage(page, "Rawiri Parata")
    expect(dialog.locator("#invitation-text")).to_contain_text("None was sent yet.")
    people.fail("POST /admin/users/{user_id}/invite", Fault(429, "too-many-requests", {"retry-after": "60"}))
    dialog.get_by_role("button", name="Send invitation").click()
    expect(dialog.locator("#manage-said")).to_contain_text("An invitation was sent a moment ago")
    dialog.get_by_role("button", name="Send invitation").click()
    expect(dialog.locator("#manage-said")).to_have_text("Invitation sent")
    expect(dialog.locator("#invitation-text")).to_contain_text("Last sent 21 Nov 2026")
    newcomer["removable"] = False
    dialog.get_by_role("button", name="Remove").click()
    page.locator("#confirm-yes").click()
    expect(page.locator("#confirm-failure")).to_contain_text("They have signed in by now.")
    newcomer["removable"] = True
    page.locator("#confirm-yes").click()
    expect(page.locator("#list-said")).to_have_text("Rawiri Parata was removed.")
    expect(page.locator("#list")).not_to_contain_text("Rawiri Parata")


def test_whoever_leaves_is_deactivated_and_may_come_back(signed_in: SignedIn, people: People) -> None:
    """Their visits to come are told before, and stay or are cancelled with them; a wrong name is corrected."""
    mere = people.clinician["userId"]

    def visit(number: int, starts_at: str, who: str = mere, state: str = "scheduled") -> Json:
        return {
            "visitId": f"visit{number}",
            "facilityId": "FAC001",
            "practitionerId": who,
            "practitionerName": None,
            "patientId": people.patient["userId"],
            "patientName": None,
            "startsAt": starts_at,
            "durationMinutes": 20,
            "sequence": 0,
            "audioOnly": {},
            "state": state,
            **dict.fromkeys(("present", "left", "didNotShow"), ()),
            **dict.fromkeys(("waitingSince", "noShowAt", "startedAt", "warningAt", "limitAt", "returnBy", "endedAt")),
            "outcome": None,
            "recordingConsent": "none",
            "notesState": "none",
            "serverTime": "2026-11-21T02:31:52.000Z",
        }

    later = "2026-11-22T01:00:00.000Z"
    people.visits = [
        visit(1, later),
        visit(2, later, "other"),
        visit(3, later, state="cancelled"),
        visit(4, "2026-11-20T01:00:00.000Z"),
    ]
    page = opened(signed_in, people.admin)
    dialog = manage(page, "Mere Tipene")
    dialog.get_by_label("Name", exact=True).fill("Mere Tipene-Ross")
    dialog.get_by_role("button", name="Save name").click()
    expect(dialog.locator("#manage-said")).to_have_text("Name saved")
    expect(line(page, "Mere Tipene-Ross")).to_be_visible()
    expect(dialog.locator("#visits-text")).to_have_text("1 visit is scheduled with them.")
    dialog.get_by_role("button", name="Deactivate").click()
    expect(page.locator("#confirm-text")).to_contain_text("1 visit is scheduled with them and will stay scheduled.")
    page.locator("#confirm-no").click()
    dialog.get_by_label("Cancel this visit").check()
    dialog.get_by_role("button", name="Deactivate").click()
    expect(page.locator("#confirm-text")).to_contain_text("1 visit is scheduled with them and will be cancelled.")
    people.fail("PUT /admin/users/{user_id}/active", Fault(503, "unavailable"))
    page.locator("#confirm-yes").click()
    expect(page.locator("#confirm-failure")).to_contain_text("They can still sign in.")
    page.locator("#confirm-yes").click()
    expect(dialog.locator("#manage-said")).to_have_text("Deactivated")
    expect(line(page, "Mere Tipene-Ross")).to_contain_text("Deactivated")
    assert [each["state"] for each in people.visits] == ["cancelled", "scheduled", "cancelled", "scheduled"]
    dialog.get_by_role("button", name="Reactivate").click()
    expect(dialog.locator("#manage-said")).to_have_text("Reactivated")
    assert people.asked("PUT", f"/admin/users/{mere}/active") == [
        {"active": False},
        {"active": False},
        {"active": True},
    ]
    page.keyboard.press("Escape")
    manage(page, "Hana Cole")
    expect(dialog.locator("#leaving")).to_be_hidden()


def test_what_was_submitted_before_is_told_as_such(signed_in: SignedIn, people: People, newcomer: Json) -> None:
    """The answer to the first press was lost: nothing is claimed about what came of it."""
    people.fail("POST /internal/force-verification", Fault(409, "duplicate-submission"))
    page = opened(signed_in, people.admin)
    dialog = manage(page, newcomer["displayName"])
    dialog.get_by_label("Reason").fill("Locum for tonight, known to me")
    dialog.get_by_role("button", name="Verify now").click()
    page.locator("#confirm-yes").click()
    failure = page.locator("#confirm-failure")
    expect(failure).to_have_text(
        "You sent exactly this less than five minutes ago. Load the list again to see what came of it."
    )


def test_a_lost_phone_of_another_is_cut_off(signed_in: SignedIn, people: People, newcomer: Json) -> None:
    """Only after a question; a refusal leaves it open and says that they are still signed in."""
    page = opened(signed_in, people.admin)
    dialog = manage(page, "Rawiri Parata")
    dialog.get_by_role("button", name="Sign out everywhere").click()
    expect(page.locator("#confirm-no")).to_be_focused()
    people.fail("POST /auth/kill-switch", Fault(403, "forbidden"))
    page.locator("#confirm-yes").click()
    expect(page.locator("#confirm-failure")).to_contain_text("They are still signed in.")
    page.locator("#confirm-yes").click()
    expect(page.locator("#manage-said")).to_have_text("Signed out everywhere")
    assert people.asked("POST", "/auth/kill-switch") == [{"userId": newcomer["userId"]}] * 2


def test_what_is_on_its_way_cannot_be_called_off(signed_in: SignedIn, people: People, newcomer: Json) -> None:
    """Neither Escape nor a button closes the question before its answer is known."""
    page = opened(signed_in, people.admin)
    dialog = manage(page, newcomer["displayName"])
    dialog.get_by_role("button", name="Sign out everywhere").click()
    answer = threading.Event()
    people.fail("POST /auth/kill-switch", Fault(403, "forbidden", held=answer))
    page.locator("#confirm-yes").click()
    expect(page.locator("#confirm-no")).to_be_disabled()
    for _ in range(5):
        page.keyboard.press("Escape")
    expect(page.locator("#confirm")).to_be_visible()
    answer.set()
    expect(page.locator("#confirm-failure")).to_contain_text("They are still signed in.")
    expect(page.locator("#confirm-no")).to_be_enabled()
    page.keyboard.press("Escape")
    expect(page.locator("#confirm")).to_be_hidden()


def test_ones_own_roles_and_those_above_are_closed(signed_in: SignedIn, people: People) -> None:
    """Nobody changes their own roles or cuts themselves off here, and no facility changes a system administrator."""
    people.system_admin["facilityId"] = "FAC001"
    page = opened(signed_in, people.admin)
    dialog = manage(page, "Hana Cole")
    expect(dialog.get_by_role("checkbox").first).to_be_disabled()
    expect(page.locator("#roles-why")).to_contain_text("another administrator")
    expect(dialog.get_by_role("button", name="Sign out everywhere")).to_be_hidden()
    page.keyboard.press("Escape")
    dialog = manage(page, "Ari Root")
    expect(dialog.get_by_role("checkbox", name="System administrator")).to_be_disabled()
    expect(dialog.get_by_role("button", name="Save roles")).to_be_hidden()


def test_a_system_administrator_sees_all_facilities(signed_in: SignedIn, people: People) -> None:
    """They choose one by its name, and find anybody by their number; nothing is asked for before."""
    people.add(person(400, "clinician", name="Elsewhere", facilityId="FAC002", facilityName="Harbour Clinic"))
    page = opened(signed_in, people.system_admin)
    expect(page.get_by_role("heading", name="Choose a facility")).to_be_visible()
    expect(page.get_by_role("button", name="Add person")).to_be_hidden()
    assert people.asked("GET", "/admin/users") == []
    choice = page.get_by_label("Facility", exact=True)
    expect(choice.get_by_role("option")).to_have_text(
        ["Choose a facility", "Harbour Clinic (FAC002)", "Kauri Street Hospital (FAC001)"]
    )
    choice.select_option(label="Harbour Clinic (FAC002)")
    expect(page.locator("#list tr")).to_have_count(1)
    expect(page.get_by_role("columnheader", name="Facility")).to_be_visible()
    expect(line(page, "Elsewhere")).to_contain_text("Harbour Clinic (FAC002)")
    expect(page.locator("#where")).to_have_text("Harbour Clinic")
    page.get_by_label("Find by name or number").fill("021 555 0101")
    page.get_by_role("button", name="Find", exact=True).click()
    expect(line(page, "Mere Tipene")).to_contain_text("Kauri Street Hospital (FAC001)")
    page.get_by_role("button", name="Show all").click()
    expect(line(page, "Elsewhere")).to_be_visible()
    page.get_by_role("button", name="Facility settings").click()
    fee = page.get_by_label("Per cent of payments")
    fee.fill("101")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.locator("#facility-fee-error")).to_have_text("Enter a whole number from 0 to 100.")
    fee.fill("10")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.locator("#list-said")).to_have_text("Facility settings saved")
    assert people.facilities["FAC002"]["feePercent"] == 10
    page.get_by_role("button", name="Facility settings").click()
    expect(fee).to_have_value("10")
    fee.fill("")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.locator("#facility")).to_be_hidden()
    assert people.facilities["FAC002"]["feePercent"] is None


def test_a_system_administrator_begins_with_a_facility(signed_in: SignedIn, people: People) -> None:
    """With none, the page leads to the first one, and from there to its first administrator."""
    people.facilities.clear()
    people.versions.clear()
    people.users = {people.system_admin["userId"]: people.system_admin}
    page = opened(signed_in, people.system_admin)
    expect(page.get_by_role("heading", name="No facility yet")).to_be_visible()
    page.get_by_role("button", name="Add facility").click()
    dialog = page.get_by_role("dialog", name="Add a facility")
    expect(dialog.get_by_label("Country")).to_have_value("NZ")
    dialog.get_by_label("Time zone").fill("")
    dialog.get_by_role("button", name="Add facility").click()
    for field in ("name", "code", "zone"):
        expect(page.locator(f"#facility-{field}-error")).to_be_visible()
    dialog.get_by_label("Name", exact=True).fill("Kauri Street Hospital")
    dialog.get_by_label("Code").fill("KAURI")
    dialog.get_by_label("Time zone").fill("Pacific/Auckland")
    page.keyboard.press("Enter")
    expect(dialog).to_be_hidden()
    assert people.asked("PUT", "/admin/facilities/KAURI") == [
        {"name": "Kauri Street Hospital", "country": "NZ", "timeZone": "Pacific/Auckland"}
    ]
    expect(page.locator("#list-said")).to_have_text(
        "Kauri Street Hospital was added. Add its first administrator next."
    )
    expect(page.get_by_role("button", name="Add person")).to_be_focused()
    page.keyboard.press("Enter")
    person_dialog = page.get_by_role("dialog", name="Add a person")
    expect(person_dialog).to_contain_text("They belong to Kauri Street Hospital (KAURI).")
    person_dialog.get_by_label("Name").fill("Kim Ross")
    person_dialog.get_by_label("Mobile phone number").fill("021 555 0777")
    page.keyboard.press("Enter")
    expect(line(page, "Kim Ross")).to_contain_text("Facility administrator")
    assert people.asked("POST", "/admin/users")[0]["roles"] == ["facilityAdmin"]


def test_a_system_administrator_of_a_facility_begins_there(signed_in: SignedIn, people: People) -> None:
    """Although it has no name yet, which it gets by its settings."""
    people.facilities.clear()
    people.versions.clear()
    people.system_admin |= {"facilityId": "FAC001", "facilityName": None}
    page = opened(signed_in, people.system_admin)
    expect(page.get_by_label("Facility", exact=True)).to_have_value("FAC001")
    expect(line(page, "Mere Tipene")).to_be_visible()
    page.get_by_role("button", name="Facility settings").click()
    page.get_by_role("dialog").get_by_label("Name", exact=True).fill("Kauri Hospital")
    page.get_by_role("dialog").get_by_label("Time zone").fill("Pacific/Auckland")
    page.keyboard.press("Enter")
    expect(page.locator("#where")).to_have_text("Kauri Hospital")
    expect(line(page, "Mere Tipene")).to_contain_text("Kauri Hospital (FAC001)")


def test_a_facility_is_renamed(signed_in: SignedIn, people: People) -> None:
    """By its own administrator, whose page shows the new name at once; a change of others is not overwritten."""
    page = opened(signed_in, people.admin)
    expect(page.get_by_role("button", name="Add facility")).to_be_hidden()
    page.get_by_role("button", name="Facility settings").click()
    dialog = page.get_by_role("dialog", name="Facility settings")
    expect(dialog.get_by_label("Code")).to_have_value("FAC001")
    expect(dialog.get_by_label("Code")).not_to_be_editable()
    dialog.get_by_label("Name", exact=True).fill("Kauri Hospital")
    people.versions["FAC001"] += 1
    dialog.get_by_role("button", name="Save").click()
    expect(page.locator("#facility-failure")).to_contain_text("Somebody else changed these settings meanwhile.")
    page.keyboard.press("Escape")
    page.get_by_role("button", name="Facility settings").click()
    dialog.get_by_label("Name", exact=True).fill("Kauri Hospital")
    expect(dialog.get_by_label("Patients are known by")).to_have_value("nhi")
    dialog.get_by_label("Patients are known by").select_option(label="A number of our own")
    dialog.get_by_label("Name of the number").fill("Kauri number")
    dialog.get_by_label("Every new patient needs one").check()
    dialog.get_by_label("Days that photos stay").fill("31")
    dialog.get_by_role("button", name="Save").click()
    expect(page.locator("#facility-days-error")).to_have_text("Enter a whole number of days, at most 30.")
    dialog.get_by_label("Days that photos stay").fill("7")
    expect(dialog.get_by_label("Days that committed photos stay")).to_have_value("30")
    dialog.get_by_label("Days that committed photos stay").fill("90")
    expect(dialog.get_by_label("until which cancelling is free")).to_have_value("24")
    dialog.get_by_label("until which cancelling is free").fill("48")
    dialog.get_by_label("Per cent that goes back").fill("101")
    dialog.get_by_role("button", name="Save").click()
    expect(page.locator("#facility-late-error")).to_have_text("Enter a whole number from 0 to 100.")
    dialog.get_by_label("Per cent that goes back").fill("50")
    dialog.get_by_role("button", name="Save").click()
    expect(page.locator("#list-said")).to_have_text("Facility settings saved")
    saved = people.facilities["FAC001"]
    assert saved["identifier"] == {"system": "mrn", "label": "Kauri number", "required": True}
    assert (saved["photoRetentionDays"], saved["committedPhotoDays"]) == (7, 90)
    assert saved["bookingPolicy"] == {"freeUntilHours": 48, "lateRefundPercent": 50}
    assert "feePercent" not in saved
    expect(page.locator("#where")).to_have_text("Kauri Hospital")
    expect(page.locator("#side-place")).to_have_text("Kauri Hospital")


@pytest.mark.parametrize("who", ["clinician", "patient"])
def test_the_page_is_closed_to_everybody_else(signed_in: SignedIn, people: People, who: str) -> None:
    """Whoever is no administrator is told so, without the list being asked for, and led to their account."""
    page = signed_in(getattr(people, who))
    page.goto("/users")
    expect(page.get_by_role("heading", name="This page is for administrators")).to_be_visible()
    assert people.asked("GET", "/admin/users") == []
    page.get_by_role("link", name="Your account").click()
    page.wait_for_url("/account")


def test_a_role_that_was_taken_closes_the_page(signed_in: SignedIn, people: People) -> None:
    """An administrator who is none any more sees no list, whatever the browser still believes."""
    page = signed_in(people.admin)
    people.fail("GET /admin/users", Fault(403, "forbidden"))
    page.goto("/users")
    expect(page.get_by_role("heading", name="This page is for administrators")).to_be_visible()


def test_a_new_administrator_need_not_sign_in_again(signed_in: SignedIn, people: People) -> None:
    """The browser still knows the old roles; the server is asked before the page is closed."""
    page = signed_in({**people.clinician, "roles": ["clinician"]})
    people.clinician["roles"] = ["clinician", "facilityAdmin"]
    page.goto("/users")
    expect(line(page, "Mere Tipene")).to_be_visible()


def test_a_list_that_cannot_be_loaded_can_be_tried_again(signed_in: SignedIn, people: People) -> None:
    """While it loads that is said; a failure says what to do, and the button does it."""
    answer = threading.Event()
    people.fail("GET /admin/users", Fault(429, "", {"retry-after": "600"}, held=answer))
    page = signed_in(people.admin)
    page.goto("/users")
    expect(page.get_by_text("Loading people…")).to_be_visible()
    answer.set()
    expect(page.locator("#failed-text")).to_contain_text("Too many attempts in a short time. Try again at")
    page.get_by_role("button", name="Try again").click()
    expect(line(page, "Mere Tipene")).to_be_visible()


def test_it_fits_every_screen(signed_in: SignedIn, people: People, newcomer: Json) -> None:
    """Cards on a phone, a table on a desk, both with their roles for screen readers, and nothing scrolls sideways."""
    newcomer["displayName"] = "Josephine-Alexandra Featherstonehaugh-Williams of Upper Something"
    page = signed_in(people.admin)
    page.goto("/users")
    row = line(page, "Josephine")
    with cases() as case:
        for width in (320, 390, 1280):
            with case(width=width):
                resize(page, width)
                expect(row.get_by_role("cell", name="Waiting for review")).to_be_visible()
                spilt = "it => it.getBoundingClientRect().right > it.closest('td').getBoundingClientRect().right"
                assert row.get_by_text("Waiting for review").evaluate(spilt) is False
                assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
                row.get_by_role("button").click()
                expect(page.locator("#manage")).to_be_visible()
                assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
                fits = page.locator("#manage").evaluate("dialog => dialog.scrollWidth <= dialog.clientWidth")
                assert fits is True
                audit(page, "users")
                assert min(heights(page.locator("#manage button:visible"))) >= 44
            page.keyboard.press("Escape")
            expect(page.locator("#manage")).to_be_hidden()
