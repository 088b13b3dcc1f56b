"""Patients take their medicines: today's doses, answers without a network, what was missed, and plans."""

import json
import re

from playwright.sync_api import expect

from tests.waiting import until
from tests.web.accessibility import audit
from tests.web.german import check_german
from tests.web.medications.medicines_fake import NOW, Medicines
from tests.web.people_fake import Fault
from tests.web.settling import settle
from tests.web.tabs import Open

DUE = "2026-03-30T19:00:00.000Z"


def test_a_patient_takes_what_is_due(visitor: Open, medicines: Medicines) -> None:
    """One tap takes, skips or snoozes; it can be undone; what was missed is entered with its time."""
    page = visitor(medicines.people.patient, width=390)
    page.clock.set_fixed_time(NOW)
    medicines.faults["GET /plans"] = [Fault(429, "", {"retry-after": "90"})]
    page.goto("/medicines")
    expect(page.locator("#failed-text")).to_contain_text("Too many attempts")
    page.get_by_role("button", name="Try again").click()
    expect(page.get_by_text("No medicine is planned yet.")).to_be_visible()
    audit(page, "medicines", 320)
    amoxicillin, ibuprofen = medicines.plan("Amoxicillin"), medicines.plan("Ibuprofen")
    amoxicillin["following"] = ["2026-03-31T07:00:00.000Z"]
    medicines.dose(amoxicillin, "2026-03-28T19:00:00.000Z", "missed")
    medicines.dose(amoxicillin, DUE)
    medicines.dose(ibuprofen, "2026-03-30T20:00:00.000Z", earliestAt="2026-03-30T19:30:00.000Z")
    medicines.weeks = [
        {"startsOn": "2026-03-16", "taken": 3, "skipped": 0, "missed": 1, "late": 0, "adherence": 75},
        {"startsOn": "2026-03-23", "taken": 2, "skipped": 1, "missed": 0, "late": 1, "adherence": 66},
    ]
    page.reload()
    rows = page.locator("#doses > li")
    expect(rows).to_have_text(
        [
            re.compile(r"^8:00\sam\s*Amoxicillin1 tabletDue"),
            re.compile(r"^9:00\sam\s*Ibuprofen1 tabletCan be taken from 8:30\sam$"),
            re.compile(r"^8:00\spm\s*Amoxicillin1 tablet$"),
        ]
    )
    expect(page.locator("#history-sum")).to_have_text("71% of all doses were taken in the last 2 weeks.")
    expect(page.locator("#chart rect")).to_have_count(4)
    page.get_by_text("The same as a table").click()
    expect(page.locator("#weeks tr").first).to_have_text(re.compile(r"^\s*23 Mar\s*66%\s*4\s*2\s*0$"))
    audit(page, "medicines", 320)
    take = page.get_by_role("button", name=re.compile(r"^Taken: Amoxicillin, 8:00\sam$"))
    take.press("Enter")
    expect(rows.first).to_contain_text("Taken at 8:05")
    undo = page.get_by_role("button", name="Undo: Amoxicillin")
    expect(undo).to_be_focused()
    undo.press("Enter")
    expect(take).to_be_focused()
    page.get_by_role("button", name="In 10 minutes: Amoxicillin").click()
    expect(rows.first).to_contain_text("Again at 8:15")
    page.get_by_role("button", name="Skip: Amoxicillin").click()
    expect(rows.first).to_have_text(re.compile("Skipped(?!Not sent yet)"))
    assert medicines.wishes == [("taken", {}), ("undo", None), ("snooze", {"minutes": 10}), ("skipped", None)]
    page.locator("#earlier").get_by_role("button", name="Taken earlier: Amoxicillin").click()
    dialog = page.get_by_role("dialog", name="When was it taken?")
    expect(dialog.get_by_label("Taken on")).to_have_value("2026-03-29T08:00")
    dialog.get_by_label("Taken on").fill("2027-03-29T08:20")
    page.keyboard.press("Enter")
    expect(dialog.get_by_text("This must not be in the future.")).to_be_visible()
    audit(page, "medicines", 320)
    dialog.get_by_label("Taken on").fill("2026-03-29T08:20")
    page.keyboard.press("Enter")
    expect(page.locator("#earlier")).to_be_hidden()
    assert medicines.wishes[-1] == ("taken", {"at": "2026-03-28T19:20:00.000Z"})
    check_german(page, "/medicines", "#doses > li", ".dose-what strong, .dose-what .muted, .plan strong")


def test_a_patient_asks_for_help(visitor: Open, medicines: Medicines) -> None:
    """Whoever is asked accepts, and may end it; who is no patient sees nothing else of the page."""
    helper = visitor(medicines.people.clinician)
    helper.goto("/medicines")
    expect(helper.get_by_role("heading", name="Only patients have medicines here")).to_be_visible()
    medicines.helped = {medicines.people.clinician["userId"]: [medicines.care("Mere Paki")]}
    helper.goto("/medicines#helped")
    helper.reload()
    expect(helper.get_by_role("region")).to_have_count(1)
    helper.get_by_role("button", name="Accept: Mere Paki").click()
    expect(helper.locator("#helped-list")).to_contain_text("You are told of missed doses since Monday, 30 March")
    audit(helper, "medicines", 320)
    helper.get_by_role("button", name="End: Mere Paki").click()
    helper.get_by_role("dialog").get_by_role("button", name="End").click()
    expect(helper.get_by_role("region")).to_have_count(0)
    assert medicines.wishes == [("accept", None), ("end", None)]
    page = visitor(medicines.people.patient)
    page.goto("/medicines")
    medicines.faults["POST /carers"] = [Fault(404, "user-not-found")]
    page.get_by_role("button", name="Ask somebody").click()
    dialog = page.get_by_role("dialog", name="Ask somebody")
    dialog.get_by_label("Name").fill("Ana")
    dialog.get_by_label("Mobile number").fill("021 555 0102")
    page.keyboard.press("Enter")
    expect(dialog.get_by_text("Nobody at your clinic has this number.")).to_be_visible()
    audit(page, "medicines", 320)
    dialog.get_by_role("button", name="I agree").click()
    expect(page.locator("#helper-list")).to_contain_text("Asked on Monday, 30 March, has not answered yet")
    assert medicines.wishes[-1] == ("ask", {"name": "Ana", "phone": "021 555 0102"})
    check_german(page, "/medicines", "#helper-list > li", "#helper-list strong")


def test_a_dose_is_taken_without_a_network(visitor: Open, medicines: Medicines) -> None:
    """It waits with the time of the tap, also through a reload, and says what the server did not take."""
    page = visitor(medicines.people.patient)
    page.clock.set_fixed_time(NOW)
    medicines.dose(medicines.plan("Amoxicillin"), DUE)
    page.goto("/medicines")
    take = page.get_by_role("button", name="Taken: Amoxicillin")
    expect(take).to_be_visible()
    page.context.set_offline(offline=True)
    take.click()
    row = page.locator("#doses > li")
    expect(row).to_contain_text("TakenNot sent yet")
    page.get_by_role("button", name="Undo").click()
    expect(row).not_to_contain_text("Not sent yet")
    take.click()
    expect(row).to_contain_text("Not sent yet")
    audit(page, "medicines", 320)
    page.clock.set_fixed_time("2026-03-30T19:14:00.000Z")
    # What was being sent by the old time has failed before the network is back.
    settle(page)
    page.context.set_offline(offline=False)
    expect(row).to_contain_text("Taken late, at 8:05")
    assert medicines.wishes == [("taken", {"at": NOW})]
    settle(page)
    for medicine in ("Metformin", "Ramipril", "Tramadol"):
        medicines.dose(medicines.plan(medicine), "2026-03-30T19:11:00.000Z")
    page.reload()
    expect(page.get_by_role("button", name=re.compile(r"^All taken: 3 medicines at 8:11\sam$"))).to_be_visible()
    skip = page.get_by_role("button", name="Skip: Tramadol")
    skip.focus()
    # The page draws its doses anew from time to time: the same button keeps the focus.
    page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    settle(page)
    expect(skip).to_be_focused()
    skip.press("Enter")
    until(lambda: medicines.wishes[1:] == [("skipped", None)], "nothing was skipped")
    settle(page)
    page.get_by_role("button", name="The other 2 taken").press("Enter")
    group = row.filter(has_text="3 medicines at 8:11")
    expect(group.get_by_role("listitem").filter(has_text="Taken at")).to_have_count(2)
    expect(page.get_by_role("button", name="The other")).to_have_count(0)
    expect(page.get_by_role("button", name="Undo: Metformin")).to_be_focused()
    assert medicines.wishes[1:] == [("skipped", None), *[("taken", {})] * 2]
    settle(page)
    medicines.dose(medicines.plan("Ibuprofen"), "2026-03-30T19:12:00.000Z")
    medicines.faults["POST taken"] = [Fault(503, "unavailable"), Fault(409, "wrong-state")]
    page.reload()
    page.get_by_role("button", name="Taken: Ibuprofen").click()
    expect(row.last).to_contain_text("Not sent yet")
    page.reload()
    expect(page.locator("#said")).to_have_text("Ibuprofen: this dose was answered already.")
    expect(page.get_by_text("Not sent yet")).to_have_count(0)


_KEPT = "caches.open('bedside-medicines').then((cache) => cache.keys()).then((keys) => keys.length)"
_DOSES = "localStorage.getItem('bedside.doses')"
# What is in the browser's database beside whom push messages are for: the key, if there is one.
_KEY = """() => new Promise((resolve) => {
  const request = indexedDB.open("bedside-device", 1);
  request.onsuccess = () => {
    const found = request.result.transaction("owner").objectStore("owner").get("doses");
    found.onsuccess = () => {
      request.result.close();
      resolve(found.result ? `${found.result.algorithm.name} ${found.result.extractable}` : null);
    };
  };
})"""


def test_the_page_opens_without_a_network(visitor: Open, medicines: Medicines) -> None:
    """With today's doses, sealed; a tap is sent with its time. The doses and their key leave with the sign-in."""
    page = visitor(medicines.people.patient, width=390)
    page.clock.set_fixed_time(NOW)
    amoxicillin = medicines.plan("Amoxicillin")
    medicines.dose(amoxicillin, "2026-03-28T19:00:00.000Z", "missed")
    medicines.dose(amoxicillin, DUE)
    page.goto("/medicines")
    expect(page.locator("#earlier")).to_be_visible()
    expect(page.locator("#offline")).to_be_empty()
    # The page, its script, its stylesheet and its icon.
    until(lambda: page.evaluate(_KEPT) == 4, "the page is not kept")
    page.context.set_offline(offline=True)
    page.reload()
    expect(page.locator("#offline")).to_contain_text(re.compile(r"offline. These are your doses as of 8:05\sam;"))
    expect(page.locator("#earlier")).to_be_hidden()
    audit(page, "medicines", 320)
    page.get_by_role("button", name="Taken: Amoxicillin").click()
    row = page.locator("#doses > li")
    expect(row).to_contain_text("Not sent yet")
    page.clock.set_fixed_time("2026-03-30T19:14:00.000Z")
    # What was being sent by the old time has failed before the network is back.
    settle(page)
    page.context.set_offline(offline=False)
    expect(row).to_contain_text("Taken late, at 8:05")
    expect(page.locator("#offline")).to_be_empty()
    expect(page.locator("#earlier")).to_be_visible()
    assert medicines.wishes == [("taken", {"at": NOW})]
    settle(page)
    assert set(json.loads(page.evaluate(_DOSES))) == {"userId", "at", "sealed"}
    assert "Amoxicillin" not in page.evaluate(_DOSES)
    assert page.evaluate(_KEY) == "AES-GCM false"
    page.get_by_role("button", name="Menu").click()
    page.get_by_role("button", name="Sign out").click()
    page.wait_for_url("**/sign-in*")
    assert page.evaluate(_DOSES) is None
    assert page.evaluate(_KEY) is None


def test_a_patient_plans_a_medicine(visitor: Open, medicines: Medicines) -> None:
    """In plain words, with the next doses before anything is saved."""
    page = visitor(medicines.people.patient, width=390)
    page.clock.set_fixed_time(NOW)
    page.goto("/medicines")
    page.get_by_role("button", name="Plan a medicine").press("Enter")
    dialog = page.get_by_role("dialog", name="Plan a medicine")
    expect(dialog.locator("#plan-words")).to_have_text(re.compile(r"^Every day at 8:00\sam$"))
    expect(dialog.locator("#plan-preview li").first).to_have_text(re.compile(r"^Wednesday, 1 April at 8:00\sam$"))
    dialog.get_by_role("button", name="Save").click()
    expect(dialog.get_by_text("Enter the medicine.")).to_be_visible()
    audit(page, "medicines", 320)
    dialog.get_by_label("Medicine").fill("Metformin")
    dialog.get_by_label("How much").fill("500 mg")
    for day in ("Tuesday", "Thursday", "Friday", "Saturday", "Sunday"):
        dialog.get_by_role("checkbox", name=day).uncheck()
    dialog.get_by_role("button", name="Add a time").click()
    expect(dialog.locator("#plan-times input").last).to_be_focused()
    dialog.locator("#plan-times input").last.fill("20:30")
    expect(dialog.locator("#plan-words")).to_have_text(
        re.compile(r"^Every Monday and Wednesday at 8:00\sam and 8:30\spm$")
    )
    expect(dialog.locator("#plan-preview li").nth(2)).to_have_text(re.compile("^Monday, 6 April at 8:00"))
    dialog.get_by_role("radio", name="Every few hours").check()
    dialog.get_by_label("Hours from one dose").fill("0")
    expect(dialog.locator("#plan-words")).to_have_text("Enter 1 to 168 hours.")
    dialog.get_by_label("Hours from one dose").fill("8")
    expect(dialog.locator("#plan-then")).to_have_text("Then 8 hours after each dose is taken.")
    audit(page, "medicines", 320)
    dialog.get_by_role("radio", name="At certain times").check()
    medicines.faults["POST /plans"] = [Fault(503, "unavailable")]
    dialog.get_by_role("button", name="Save").click()
    expect(dialog.locator("#plan-failure")).to_contain_text("The server has a problem")
    dialog.get_by_role("button", name="Save").click()
    plan = page.locator("#plans > li")
    expect(plan).to_contain_text("Metformin · 500 mg")
    expect(plan).to_be_focused()
    _, wanted = medicines.wishes[-1]
    assert wanted == {
        "patientId": medicines.people.patient["userId"],
        "medicine": "Metformin",
        "dose": "500 mg",
        "timeZone": "Pacific/Auckland",
        "rule": {
            "kind": "times",
            "startsOn": "2026-03-31",
            "endsOn": None,
            "days": [1, 3],
            "times": ["08:00", "20:30"],
        },
        "graceMinutes": 60,
        "travel": "home",
    }


def test_a_plan_is_changed_paused_and_ended(visitor: Open, medicines: Medicines) -> None:
    """A change elsewhere is told before it is replaced; ending is asked for."""
    page = visitor(medicines.people.patient)
    page.clock.set_fixed_time(NOW)
    stored = medicines.plan("Metformin", timeZone="Europe/Berlin")
    medicines.dose(stored, "2026-03-31T06:00:00.000Z")
    page.goto("/medicines")
    plan = page.locator("#plans > li")
    expect(plan).to_contain_text(re.compile(r"Every day at 8:00\sam \(Berlin time\)Next: today at 7:00\spm"))
    page.get_by_role("button", name="Change: Metformin").click()
    dialog = page.get_by_role("dialog", name="Change the plan")
    expect(dialog.get_by_text("Times are Berlin time.")).to_be_visible()
    dialog.get_by_label("How much").fill("1 g")
    stored["version"] = 5
    dialog.get_by_role("button", name="Save").click()
    expect(dialog.locator("#plan-failure")).to_contain_text("changed elsewhere meanwhile. Save again")
    dialog.get_by_role("button", name="Save").click()
    expect(plan).to_contain_text("Metformin · 1 g")
    page.get_by_role("button", name="Pause: Metformin").click()
    expect(plan).to_contain_text("Paused")
    page.get_by_role("button", name="Go on: Metformin").click()
    expect(plan).not_to_contain_text("Paused")
    page.get_by_role("button", name="End the plan: Metformin").click()
    dialog = page.get_by_role("dialog", name="End the plan of Metformin?")
    audit(page, "medicines", 320)
    dialog.get_by_role("button", name="End the plan").click()
    expect(page.locator("#plans-said")).to_have_text("The plan of Metformin has ended.")
    expect(plan).to_have_count(0)


def test_a_clinician_plans_a_medicine_in_the_chart(visitor: Open, medicines: Medicines) -> None:
    """For a patient who signs in; the clock while travelling is the patient's own choice."""
    page = visitor(medicines.people.clinician)
    since = "2026-03-01T19:00:00.000Z"
    plan = medicines.plan("Metformin", createdBy="clinician", remindersPausedAt=NOW, unansweredSince=since)
    for state in ("taken", "taken", "taken", "missed"):
        medicines.dose(plan, DUE, state)
    page.goto("/patient?id=patient1")
    section = page.get_by_role("region", name="Medicines")
    expect(section.get_by_role("listitem")).to_contain_text("Metformin · 1 tabletEvery day at 8:00")
    expect(section).to_contain_text("Planned by a clinician75% taken in the last 4 weeks")
    expect(section.locator(".badge")).to_have_text(re.compile("Reminders paused: no answer since Monday, 2 March"))
    section.get_by_role("button", name="Remind again: Metformin").press("Enter")
    expect(section.locator(".badge")).to_have_count(0)
    section.get_by_role("button", name="Plan a medicine").click()
    dialog = page.get_by_role("dialog", name="Plan a medicine")
    expect(dialog.get_by_label("When travelling")).to_be_hidden()
    dialog.get_by_label("Medicine").fill("Aspirin")
    dialog.get_by_label("How much").fill("1")
    dialog.get_by_role("radio", name="Once").check()
    audit(page, "patient", 320)
    dialog.get_by_role("button", name="Save").click()
    expect(section.get_by_role("listitem")).to_have_count(2)
    assert medicines.wishes[-1][1] is not None
    assert medicines.wishes[-1][1]["patientId"] == "patient1"


# What the browser does once it is online again; no page needs to be open.
_SYNC = """async () => {
  const event = new ExtendableEvent("sync");
  let done = null;
  Object.assign(event, { tag: "doses" });
  event.waitUntil = (promise) => { done = promise; };
  dispatchEvent(event);
  await done;
}"""


def test_what_waits_is_sent_without_a_page(visitor: Open, medicines: Medicines) -> None:
    """By the service worker, with the time of the tap; a refusal waits for the page, which tells it."""
    page = visitor(medicines.people.patient)
    # The browser would do it by itself, at some moment of its own.
    page.add_init_script("SyncManager.prototype.register = async () => {};")
    page.clock.set_fixed_time(NOW)
    medicines.dose(medicines.plan("Amoxicillin"), DUE)
    medicines.dose(medicines.plan("Ibuprofen"), DUE)
    page.goto("/medicines")
    page.evaluate("navigator.serviceWorker.ready.then(() => null)")
    medicines.faults["POST taken"] = [Fault(503, "unavailable")] * 50
    page.get_by_role("button", name="Taken: Amoxicillin").click()
    expect(page.get_by_text("Not sent yet")).to_have_count(1)
    page.get_by_role("button", name="Taken: Ibuprofen").click()
    expect(page.get_by_text("Not sent yet")).to_have_count(2)
    page.goto("/account")
    medicines.faults["POST taken"] = [Fault(409, "too-late")]
    [worker] = page.context.service_workers
    worker.evaluate(_SYNC)
    assert medicines.wishes == [("taken", {"at": NOW})]
    medicines.faults["POST taken"] = [Fault(409, "too-late")]
    page.goto("/medicines")
    expect(page.locator("#said")).to_contain_text("it is too late to enter or take this back.")
