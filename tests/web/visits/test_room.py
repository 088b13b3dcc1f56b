"""The practitioner's visit room: in and out of the call, drops and ways back, time, recording, and the end."""

import re

import pytest
from playwright.sync_api import Dialog, Locator, Page, expect

from tests.waiting import until
from tests.web.accessibility import audit
from tests.web.cases import cases, heights, resize
from tests.web.german import check_german, check_no_english
from tests.web.mirrored import check_mirrored, use_pseudo
from tests.web.people_fake import Fault, person
from tests.web.phone.steps import freeze
from tests.web.settling import settle
from tests.web.tabs import Open
from tests.web.visits.visit_page import Room
from tests.web.visits.visits_fake import Clinic, instant

JOIN = "POST /visits/{visit_id}/join"


@pytest.fixture
def room(visitor: Open, clinic: Clinic) -> Room:
    """The room of the clinician's next visit, opened."""
    return Room(visitor(clinic.clinician), clinic, "/visit").open()


@pytest.fixture
def talking(room: Room) -> Room:
    """The room with both in it."""
    room.join()
    room.clinic.arrive(room.visit_id, "patient")
    expect(room.page.locator("#state")).to_have_text("In progress")
    return room


def run_until_visible(page: Page, part: Locator) -> None:
    """Let the page's clock run ahead, with time between its seconds for answers to arrive."""

    def visible() -> bool:
        if not part.is_visible():
            page.clock.run_for(1_000)
        return part.is_visible()

    until(visible, "it has not appeared", page=page)


def test_the_patient_is_always_named(room: Room) -> None:
    """Name, time and state stand in the bar; one without a name is called that.

    The title names nobody, because browsers keep titles in their history.
    """
    expect(room.page.locator("#patient-name")).to_have_text("Aroha Ngata")
    expect(room.page.locator("#patient-ids")).to_have_text(re.compile(r"^Today .+ · 20 min$"))
    expect(room.page.locator("#state")).to_have_text("Scheduled")
    expect(room.page).to_have_title("Visit · Bedside")
    nameless = room.clinic.book(1, patientName=None)
    room.page.goto(f"/visit#v={nameless}")
    expect(room.page.locator("#patient-name")).to_have_text("Patient without a name")
    expect(room.page.locator("#chart")).to_be_hidden()


def test_it_leads_to_the_patients_chart(visitor: Open, clinic: Clinic) -> None:
    """Where the patient is in the directory; an administrator, who may not see it, gets no link."""
    known = clinic.book(1, patientRecordId="p" * 26)
    page = visitor(clinic.clinician)
    page.goto(f"/visit#v={known}")
    expect(page.get_by_role("link", name="Patient\u2019s chart")).to_have_attribute("href", f"/patient?id={'p' * 26}")
    page = visitor(clinic.admin)
    page.goto(f"/visit#v={known}")
    expect(page.locator("#patient-name")).to_have_text("Aroha Ngata")
    expect(page.locator("#chart")).to_be_hidden()


def test_joining_embeds_the_room(room: Room) -> None:
    """A token, fetched once, goes into the room's address; the frame has what a call needs, and the keyboard."""
    room.join()
    frame = room.page.locator("#room iframe")
    expect(frame).to_have_attribute("src", re.compile(r"/hms/room#token=token%201$"))
    expect(frame).to_have_attribute("allow", "camera; microphone; display-capture; autoplay")
    expect(frame).to_be_focused()
    expect(room.page.locator("#alone")).to_have_text("Waiting for Aroha Ngata to join.")
    assert room.joins() == len(room.clinic.asked("GET", f"/visits/{room.visit_id}/rtc-token")) == 1


def test_a_waiting_patient_is_announced(room: Room) -> None:
    """Who waits since when stands where one joins."""
    room.clinic.arrive(room.visit_id, "patient")
    expect(room.page.get_by_role("heading", name="Aroha Ngata is waiting for you")).to_be_visible()
    expect(room.page.locator("#announcer")).to_have_text("Patient waiting")


def test_a_join_that_fails_says_why(room: Room) -> None:
    """And can be tried again; nothing is tried by itself before one was in."""
    refusals = [
        (Fault(409, "wrong-state"), "The visit cannot be joined as it stands now."),
        (Fault(503, "unavailable"), "problem at the moment"),
        (Fault(429, "", {"retry-after": "20"}), "Try again in 20 seconds."),
    ]
    room.page.clock.install()
    with cases() as case:
        for tries, (fault, text) in enumerate(refusals, 1):
            with case(status=fault.status):
                room.clinic.people.fail(JOIN, fault)
                room.page.get_by_role("button", name="Join visit").click()
                expect(room.page.locator("#cover-failure")).to_contain_text(text)
                room.page.clock.run_for(25_000)
                assert room.joins() == tries
    room.join()


def test_the_other_ones_drop_is_counted_down(talking: Room) -> None:
    """Who lost the connection, and until when they can come back, by the server's clock; then all goes on."""
    talking.clinic.lose(talking.visit_id, "patient", grace_s=90)
    talking.lost("Aroha Ngata lost the connection.")
    expect(talking.page.locator("#lost-left")).to_have_text(re.compile(r"^They can come back for 1:[23]\d\.$"))
    expect(talking.page.locator("#lost-text")).to_have_attribute("role", "alert")
    talking.clinic.arrive(talking.visit_id, "patient")
    expect(talking.page.locator("#lost")).to_be_hidden()
    assert talking.joins() == 1


def test_times_are_the_servers(visitor: Open, clinic: Clinic) -> None:
    """With a computer that is ten minutes behind, the countdown is the same."""
    clinic.skew_ms = 600_000
    room = Room(visitor(clinic.clinician), clinic, "/visit").open().join()
    clinic.arrive(room.visit_id, "patient")
    expect(room.page.locator("#state")).to_have_text("In progress")
    clinic.lose(room.visit_id, "patient")
    expect(room.page.locator("#lost-left")).to_have_text(re.compile(r"come back for (2:00|1:5\d)\."))


def test_a_drop_that_the_room_tells_is_mended(talking: Room) -> None:
    """The page comes back by itself, with a token of its own."""
    talking.say("dropped")
    talking.lost("You lost the connection.")
    expect(talking.page.locator("#room iframe")).to_have_attribute("src", re.compile(r"token%202$"))
    talking.expect_in()
    assert talking.joins() == 2


def test_a_drop_that_only_the_visit_tells_is_mended(visitor: Open, clinic: Clinic) -> None:
    """A provider's page that says nothing works too."""
    clinic.silent_room = True
    room = Room(visitor(clinic.clinician), clinic, "/visit").open().join()
    clinic.arrive(room.visit_id, "patient")
    clinic.lose(room.visit_id, "practitioner")
    expect(room.page.locator("#room iframe")).to_have_attribute("src", re.compile(r"token%202"))
    room.expect_in()
    expect(room.page.locator("#state")).to_have_text("In progress")
    # The room's own red button is no drop.
    clinic.leave(room.visit_id, "practitioner")
    expect(room.page.get_by_role("button", name="Rejoin", exact=True)).to_be_visible()
    expect(room.page.locator("#state")).to_have_text("Mere Tipene left")
    assert room.joins() == 2


def test_the_pauses_grow_and_a_press_ends_them(talking: Room) -> None:
    """1, 2, 4 seconds and on; "Rejoin now" does not wait for the next try."""
    talking.clinic.people.fail(JOIN, *[Fault(503, "unavailable")] * 3)
    freeze(talking.page)
    talking.say("dropped")
    expect(talking.page.locator("#stage")).to_have_attribute("data-mode", "dropped")
    for tries, pause in ((2, 1_000), (3, 2_000), (4, 4_000)):
        talking.page.clock.run_for(pause - 400)
        assert talking.joins() == tries - 1
        talking.page.clock.run_for(500)
        expect(talking.page.locator("#stage")).to_have_attribute("data-mode", "dropped")
        assert talking.joins() == tries
    expect(talking.page.locator("#lost-next")).to_have_text(re.compile(r"^Next try in [78] s\.$"))
    talking.page.get_by_role("button", name="Rejoin now").click()
    talking.expect_in()
    assert talking.joins() == 5


def test_a_room_that_mends_itself_is_left_alone(talking: Room) -> None:
    """When its page says that it has joined again before the first try, nothing is torn down."""
    talking.page.clock.install()
    talking.say("dropped")
    talking.lost("You lost the connection.")
    talking.say("joined")
    expect(talking.page.locator("#stage")).to_have_attribute("data-mode", "in")
    talking.page.clock.run_for(3_000)
    assert talking.joins() == 1


def test_only_the_room_speaks_for_the_room(talking: Room) -> None:
    """The same words from our own window, from another frame, or from another origin in the frame are not heard."""
    words = "{ source: 'room', type: 'left' }"
    talking.page.evaluate(f"window.postMessage({words}, '*')")
    talking.page.evaluate(f"""() => {{
      const [frame] = document.querySelectorAll('#room iframe');
      const told = {{ data: {words}, source: frame.contentWindow, origin: 'https://evil.example' }};
      dispatchEvent(new MessageEvent('message', told));
      dispatchEvent(new MessageEvent('message', {{ ...told, origin: location.origin, source: window }}));
      dispatchEvent(new MessageEvent('message', {{ ...told, origin: location.origin, data: null }}));
    }}""")
    settle(talking.page)
    expect(talking.page.locator("#stage")).to_have_attribute("data-mode", "in")
    talking.say("left")
    expect(talking.page.locator("#stage")).to_have_attribute("data-mode", "out")


def test_whoever_leaves_is_not_brought_back(talking: Room) -> None:
    """Leaving is asked about, is not mended by itself, and can be taken back by hand."""
    talking.page.clock.install()
    talking.page.get_by_role("button", name="Leave call").click()
    talking.page.locator("#confirm-no").click()
    talking.expect_in()
    talking.page.get_by_role("button", name="Leave call").click()
    talking.page.locator("#confirm-yes").click()
    expect(talking.page.locator("#room iframe")).to_have_count(0)
    talking.clinic.lose(talking.visit_id, "practitioner")
    talking.lost("You are not in the call.")
    talking.page.clock.run_for(10_000)
    assert talking.joins() == 1
    talking.page.get_by_role("button", name="Rejoin", exact=True).click()
    talking.expect_in()


def test_a_live_page_asks_seldom_and_a_hidden_one_never(visitor: Open, clinic: Clinic) -> None:
    """Once more when its connection is new, then every minute and after a deadline; a look brings it up to date."""
    page = visitor(clinic.clinician)
    page.clock.install()
    room = Room(page, clinic, "/visit").open()
    expect(page.locator("#pill")).to_have_text("Live")

    def asks(seconds: int) -> int:
        before = len(clinic.asked("GET", f"/visits/{room.visit_id}"))
        for _ in range(seconds // 5):
            page.clock.run_for(5_000)
            page.evaluate("fetch('/favicon.ico').then(() => null)")
        return len(clinic.asked("GET", f"/visits/{room.visit_id}")) - before

    assert 2 <= asks(180) <= 5
    clinic.visits[room.visit_id] |= {"state": "interrupted", "returnBy": instant(clinic.now() + 15_000)}
    clinic.tell(room.visit_id)
    expect(page.locator("#state")).to_have_text("Connection lost")
    asked = len(clinic.asked("GET", f"/visits/{room.visit_id}"))
    asks(20)
    until(lambda: len(clinic.asked("GET", f"/visits/{room.visit_id}")) > asked, "nobody asked", page=page)
    assert len(clinic.asked("GET", f"/visits/{room.visit_id}")) <= asked + 2
    page.evaluate("Object.defineProperty(document, 'hidden', { configurable: true, get: () => true })")
    asks(10)  # one may still be under way
    assert asks(130) == 0
    with page.expect_response(f"**/visits/{room.visit_id}"):
        page.evaluate("delete document.hidden; document.dispatchEvent(new Event('visibilitychange'))")


def test_the_page_is_not_left_by_mistake(talking: Room) -> None:
    """The browser asks while one is in the call, and only then; a reload comes back into the call."""
    asked: list[str] = []

    def answer(dialog: Dialog) -> None:
        asked.append(dialog.type)
        dialog.accept()

    talking.page.on("dialog", answer)
    talking.page.locator("#patient-name").click()
    talking.page.reload()
    talking.expect_in()
    assert asked == ["beforeunload"]
    assert talking.joins() == 2
    talking.say("left")
    expect(talking.page.locator("#stage")).to_have_attribute("data-mode", "out")
    talking.page.reload()
    expect(talking.page.get_by_role("button", name="Rejoin", exact=True)).to_be_visible()
    assert asked == ["beforeunload"]


def test_the_warning_shows_what_is_left(talking: Room) -> None:
    """From 40 minutes on, by the server's clock; a screen reader hears when it ends, once."""
    visit = talking.clinic.visits[talking.visit_id]
    expect(talking.page.locator("#time-left")).to_be_hidden()
    now = talking.clinic.now()
    visit |= {"warningAt": instant(now - 1_000), "limitAt": instant(now + 299_000)}
    talking.clinic.tell(talking.visit_id)
    expect(talking.page.locator("#time-left")).to_have_text(re.compile(r"ends by itself in 4:[1-5]\d$"))
    expect(talking.page.locator("#announcer")).to_have_text(re.compile("^The visit ends by itself at "))


def test_nobody_is_signed_out_during_a_call(visitor: Open, clinic: Clinic) -> None:
    """Forty minutes in which nothing is touched: no warning and no sign-out; after the call the time counts again."""
    clinic.people.access_life_s = 36_000
    page = visitor(clinic.clinician)
    page.clock.install()
    room = Room(page, clinic, "/visit").open().join()
    for _ in range(40):
        page.clock.fast_forward(58_000)
        page.clock.run_for(2_000)
    expect(page.get_by_role("alertdialog")).to_be_hidden()
    expect(page.locator("#stage")).to_have_attribute("data-mode", "in")
    room.say("left")
    for _ in range(15):
        page.clock.run_for(58_000)
    expect(page.get_by_role("alertdialog")).to_be_visible()


def test_a_recording_runs_and_is_stopped(talking: Room) -> None:
    """Started, shown while it runs, stopped; what was refused is said."""
    talking.page.get_by_role("button", name="Record").click()
    expect(talking.page.locator("#recording-state")).to_have_text("Recording")
    talking.clinic.people.fail("POST /visits/{visit_id}/recording/{step}", Fault(404, "recording-not-found"))
    talking.page.get_by_role("button", name="Stop recording").click()
    expect(talking.page.locator("#recording-said")).to_contain_text("Nothing was changed.")
    talking.page.get_by_role("button", name="Stop recording").click()
    expect(talking.page.locator("#recording-state")).to_have_text("The recording is being prepared")


def test_the_patient_is_asked_before_a_recording(talking: Room) -> None:
    """The page waits for the answer, says which it was, and can ask again."""
    clinic, state = talking.clinic, talking.page.locator("#recording-state")
    clinic.visits[talking.visit_id]["recordingConsent"] = "none"
    clinic.tell(talking.visit_id)
    record = talking.page.get_by_role("button", name="Record", exact=True)
    record.click()
    expect(state).to_have_text("Waiting for the patient\u2019s consent…")
    expect(record).to_have_attribute("aria-disabled", "true")
    before = len(clinic.asked("GET", f"/visits/{talking.visit_id}/recording"))
    clinic.answer(talking.visit_id, given=False)
    expect(state).to_have_text("The patient did not allow a recording")
    record.click()
    expect(state).to_have_text("Waiting for the patient\u2019s consent…")
    # Until then there is none, and the console stays silent.
    assert len(clinic.asked("GET", f"/visits/{talking.visit_id}/recording")) == before
    clinic.answer(talking.visit_id, given=True)
    expect(state).to_have_text("Recording")
    expect(talking.page.get_by_role("button", name="Stop recording")).to_be_visible()


def test_the_end_brings_summary_and_recording(talking: Room) -> None:
    """Ending is asked about; then the facts, and the recording as soon as it is there, by a link made for it."""
    talking.clinic.recordings[talking.visit_id] = {"state": "copying"}
    asked = {"at": "2026-11-30T09:00:00.000Z", "by": "practitioner", "name": "Mere Tipene", "decision": "asked"}
    given = {**asked, "by": "patient", "name": "Aroha Ngata", "decision": "given"}
    talking.clinic.visits[talking.visit_id]["recordingConsents"] = [asked, given]
    talking.page.get_by_role("button", name="End visit").click()
    talking.page.locator("#confirm-yes").click()
    expect(talking.page.get_by_role("heading", name="Visit summary")).to_be_focused()
    expect(talking.page.locator("#pill")).to_be_hidden()
    expect(talking.page.locator("#over-facts")).to_contain_text(
        "OutcomeCompletedClinicianMere TipenePatientAroha Ngata"
    )
    expect(talking.page.locator("#over-facts")).to_contain_text("Duration14 minutesRecordedYes")
    consent = re.compile(r"Consent to recordingAsked by you, \d+:00.*Allowed by Aroha Ngata, \d+:00")
    expect(talking.page.locator("#over-facts")).to_contain_text(consent)
    expect(talking.page.locator("#recording-state")).to_have_text("The recording is being stored")
    expect(talking.page.locator("#room iframe")).to_have_count(0)
    audit(talking.page, "visit", 320)
    ready = {"state": "completed", "durationSeconds": 840, "downloadUrl": f"{talking.clinic.origin}/bucket/recording"}
    talking.clinic.recordings[talking.visit_id] = ready
    with talking.page.context.expect_page() as opened:
        talking.page.get_by_role("button", name="Download recording").click()
    opened.value.wait_for_url("**/bucket/recording")


def test_each_part_of_a_recording_has_its_link(talking: Room) -> None:
    """Stopped and started again: what is stored so far can be fetched, the rest is still on its way."""
    url = f"{talking.clinic.origin}/bucket/recording"
    parts = [{"state": "completed", "downloadUrl": url}, {"state": "copying"}]
    talking.clinic.recordings[talking.visit_id] = {"state": "copying", "parts": parts}
    talking.clinic.finish(talking.visit_id)
    expect(talking.page.locator("#recording-state")).to_have_text("The recording is being stored")
    expect(talking.page.locator("#recording-downloads button")).to_have_text(["Download part 1"])


def test_a_recording_that_there_is_not_is_not_asked_for(visitor: Open, clinic: Clinic) -> None:
    """The summary says so, and the console stays silent; one that failed is asked for, and said in the page's words."""
    page = visitor(clinic.clinician)
    printed: list[str] = []
    page.on("console", lambda message: printed.append(message.text))
    room = Room(page, clinic, "/visit")
    clinic.finish(room.visit_id)
    page.goto(f"/visit#v={room.visit_id}")
    expect(page.locator("#over-facts")).to_contain_text("OutcomeCompleted")
    clinic.recordings[room.visit_id] = {"state": "failed", "failure": "The video provider delivered no recording."}
    page.reload()
    expect(page.locator("#recording-state")).to_have_text("The recording failed: the video service could not supply it")
    assert len(clinic.asked("GET", f"/visits/{room.visit_id}/recording")) == 1
    assert [text for text in printed if "status of 404" in text] == []


def test_an_end_that_fails_changes_nothing(talking: Room) -> None:
    """The question stays with the reason, and the call goes on."""
    talking.clinic.people.fail("POST /visits/{visit_id}/end", Fault(503, "unavailable"))
    talking.page.get_by_role("button", name="End visit").click()
    talking.page.locator("#confirm-yes").click()
    expect(talking.page.locator("#confirm-failure")).to_contain_text("Nothing was changed.")
    talking.page.locator("#confirm-no").click()
    talking.expect_in()


def test_a_visit_is_cancelled(room: Room) -> None:
    """Only before it has begun; afterwards the summary says so and has no times."""
    room.page.get_by_role("button", name="Cancel visit").click()
    room.page.locator("#confirm-yes").click()
    expect(room.page.locator("#over-facts")).to_have_text("OutcomeCancelledClinicianMere TipenePatientAroha Ngata")
    expect(room.page.locator("#stage")).to_be_hidden()


@pytest.mark.parametrize(
    ("state", "outcome", "text"),
    [
        ("timedOut", "connectionLost", "Ended: connection lost"),
        ("timedOut", "timeLimit", "Ended: time was up"),
        ("completed", "left", "Ended: people left"),
        ("noShow", "noShow", "Did not take place"),
        ("failed", "failed", "Failed"),
    ],
)
def test_an_end_from_elsewhere_is_shown(talking: Room, state: str, outcome: str, text: str) -> None:
    """Whatever ended the visit, the room goes, and the page says why."""
    talking.clinic.finish(talking.visit_id, state, outcome)
    expect(talking.page.locator("#over-facts")).to_contain_text(text)
    expect(talking.page.locator("#room iframe")).to_have_count(0)


def test_a_colleague_sees_and_does_not_join(visitor: Open, clinic: Clinic) -> None:
    """Another clinician of the facility sees how the visit stands; no way in, no notes."""
    other = clinic.people.add(person(302, "clinician", name="Rawiri Parata"))
    room = Room(visitor(other), clinic, "/visit").open()
    expect(room.page.locator("#patient-ids")).to_contain_text("Mere Tipene")
    expect(room.page.locator("#cover-text")).to_contain_text("Only the clinician and the patient")
    expect(room.page.get_by_role("button", name="Join visit")).to_be_hidden()
    expect(room.page.locator("#notes")).to_be_hidden()
    assert clinic.asked("GET", f"/visits/{room.visit_id}/notes") == []
    clinic.finish(room.visit_id, "noShow")
    expect(room.page.locator("#over-facts")).to_contain_text("OutcomeDid not take place")
    assert clinic.asked("GET", f"/visits/{room.visit_id}/summary") == []


@pytest.mark.parametrize("address", ["/visit", "/visit#v=", "/visit#v=nobody"])
def test_no_such_visit_is_said(visitor: Open, clinic: Clinic, address: str) -> None:
    """An incomplete link and somebody else's visit look the same, and lead to the list."""
    page: Page = visitor(clinic.clinician)
    page.goto(address)
    expect(page.locator("[data-screen=failed]")).to_be_visible()
    expect(page.get_by_role("main").get_by_role("link", name="Visits")).to_be_visible()


@pytest.mark.parametrize("path", ["/visit", "/my-visits"])
def test_a_visit_that_cannot_be_loaded_is_asked_for_again(visitor: Open, clinic: Clinic, path: str) -> None:
    """What is wrong is said at once, and the visit appears by itself when the server is well again."""
    page = visitor(clinic.patient if path == "/my-visits" else clinic.clinician)
    page.clock.install()
    clinic.people.fail("GET /visits/{visit_id}", *[Fault(503, "unavailable")] * 90)
    page.goto(f"{path}#v={clinic.book(1)}")
    run_until_visible(page, page.locator("#failed-text"))
    expect(page.locator("#failed-text")).to_contain_text("Try again in a little while.")
    clinic.people.faults.clear()
    run_until_visible(page, page.get_by_role("button", name="Join visit"))


def test_signing_in_leads_back_to_the_visit(visitor: Open, clinic: Clinic) -> None:
    """The visit's id survives the way over the sign-in page, which stands behind the number sign."""
    page = visitor(clinic.clinician)
    page.goto("/not-there")
    page.evaluate("localStorage.removeItem('bedside.sign-in')")
    visit_id = clinic.book(1)
    page.goto(f"/visit#v={visit_id}")
    page.wait_for_url(re.compile("/sign-in"))
    page.get_by_label("Phone number").fill("+64215550101")
    page.get_by_role("button", name="Send code").click()
    page.get_by_label("6-digit code").fill("123456")
    page.wait_for_url(f"/visit#v={visit_id}")
    expect(page.locator("#patient-name")).to_have_text("Aroha Ngata")


LONG = "Wilhelmina Alexandrina Featherstonehaugh-Cholmondeley"


@pytest.mark.parametrize("path", ["/visit", "/my-visits"])
def test_nothing_is_cut_off_when_it_is_enlarged(visitor: Open, clinic: Clinic, path: str) -> None:
    """A window enlarged to 200 percent, or 400 across: names of any length, reasons and buttons can all be reached."""
    clinic.patient["displayName"] = clinic.clinician["displayName"] = LONG
    room = Room(visitor(clinic.patient if path == "/my-visits" else clinic.clinician), clinic, path)
    room.open()
    clinic.people.fail(JOIN, Fault(503, "unavailable"))
    room.page.get_by_role("button", name="Join visit").click()
    expect(room.page.locator("#cover-failure")).to_contain_text("Reference for support")
    name = room.page.locator("#patient-name" if path == "/visit" else "#visit-title")
    with cases() as case:
        for width, height in ((640, 400), (320, 640)):
            with case(width=width, height=height):
                resize(room.page, width, height)
                for part in ("#cover-title", "#cover-failure", "#join", "#cancel"):
                    room.page.locator(part).scroll_into_view_if_needed()
                    expect(room.page.locator(part)).to_be_in_viewport(ratio=0.95)
                assert room.page.evaluate("document.documentElement.scrollWidth") <= width
                assert name.evaluate("name => name.scrollWidth <= name.clientWidth")


def test_a_lost_connection_leaves_everything_in_reach(visitor: Open, clinic: Clinic) -> None:
    """What is said of it takes its place from the room, however long the name in it is."""
    visit_id = clinic.book(1, patientName="Alexandra Konstantinopoulou-Featherstonehaugh van der Westhuizen")
    room = Room(visitor(clinic.clinician), clinic, "/visit", visit_id).open().join()
    clinic.arrive(visit_id, "patient")
    expect(room.page.locator("#state")).to_have_text("In progress")
    clinic.lose(visit_id, "patient")
    expect(room.page.locator("#lost-left")).to_contain_text("come back for")
    with cases() as case:
        for width in (390, 1280):
            with case(width=width):
                resize(room.page, width)
                room.page.evaluate("scrollTo(0, 0)")
                expect(room.page.get_by_role("button", name="End visit")).to_be_in_viewport(ratio=1)


def test_it_fits(talking: Room) -> None:
    """In the call nothing makes the page wider or hides a button, and a phone has the notes behind a tab."""
    page = talking.page
    notes = page.get_by_role("textbox", name="Observations")
    audit(page, "visit", 320)
    with cases() as case:
        for width in (320, 390, 899, 1280):
            with case(width=width):
                resize(page, width)
                page.evaluate("scrollTo(0, 0)")
                expect(page.get_by_role("button", name="End visit")).to_be_in_viewport()
                assert page.evaluate("document.documentElement.scrollWidth") <= width
                assert min(heights(page.locator("a:visible, button:visible, summary:visible"))) >= 44
                if width < 900:
                    expect(notes).to_be_hidden()
                    page.get_by_role("tab", name="Visit").focus()
                    page.keyboard.press("ArrowRight")
                    expect(page.get_by_role("tab", name="Notes")).to_be_focused()
                    expect(page.locator("#end")).to_be_hidden()
                expect(notes).to_be_visible()
                notes.focus()
                expect(page.locator("#patient-name")).to_be_in_viewport()
                expect(page.locator("#room iframe")).to_be_in_viewport()
                if width < 900:
                    page.get_by_role("tab", name="Visit").click()


def test_it_is_in_german_and_mirrors(visitor: Open, clinic: Clinic, monkeypatch: pytest.MonkeyPatch) -> None:
    """Before the call, in it and afterwards, with the notes beside it; all its texts are from catalogues."""
    page = visitor(clinic.clinician)
    visit_id = clinic.book(1, patientRecordId="p" * 26)
    page.goto("/favicon.ico")
    check_german(page, f"/visit#v={visit_id}", "#join:visible")
    expect(page.locator("#notes-state")).to_have_text("Speichert beim Schreiben")
    page.locator("#join").click()
    clinic.arrive(visit_id, "patient")
    expect(page.locator("#state")).to_have_text("Läuft")
    page.get_by_role("button", name="Aufzeichnen").click()
    expect(page.locator("#recording-state")).to_have_text("Aufzeichnung läuft")
    page.get_by_label("Befund").fill("Die Wunde heilt.")
    page.get_by_role("button", name="Vorlagen").click()
    expect(page.locator("#templates-said")).to_contain_text("Sie haben noch keine Vorlagen.")
    check_no_english(page)
    page.get_by_role("button", name="Schließen").click()
    page.get_by_role("button", name="Frühere Fassungen").click()
    expect(page.locator("#version-list")).to_contain_text("die neueste")
    check_no_english(page)
    page.get_by_role("button", name="Schließen").click()
    clinic.finish(visit_id)
    expect(page.locator("#over-facts")).to_contain_text("ErgebnisAbgeschlossen")
    page.get_by_role("button", name="Notizen unterschreiben").click()
    check_no_english(page)
    page.locator("#confirm-yes").click()
    expect(page.locator("#notes-text")).to_contain_text("Unterschrieben von Mere Tipene")
    check_no_english(page)
    use_pseudo(monkeypatch)
    for each, ready in ((visit_id, "#notes-text section"), (clinic.book(1), "#join:visible")):
        page.goto("/favicon.ico")
        check_mirrored(page, f"/visit#v={each}", ready, "Aroha Ngata|Die Wunde heilt.")
