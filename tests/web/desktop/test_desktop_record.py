"""Photos go to the patient's record: what is missing is asked for, and what becomes of each is seen."""

from playwright.sync_api import Locator, expect

from tests.web.accessibility import audit
from tests.web.desktop.desktop_page import Desk
from tests.web.desktop.desktop_record import COMMIT_ID

FOREARM = {
    "laterality": {"code": "left", "display": "Left"},
    "bodySite": {"code": "forearm", "display": "Forearm"},
    "imageType": {"code": "close-up", "display": "Close-up"},
}


def answered(started: Desk, panel: Locator, ready: str, bare: str) -> None:
    """Consent, the side and the patient are asked about; then both photos are on their way, and change no more."""
    fake, page = started.fake, started.page
    fake.record.missing = {ready: ["consent", "side-contradiction", "patient-unconfirmed"], bare: ["consent"]}
    panel.get_by_role("button", name="Commit 2 photos").click()
    expect(panel.get_by_label("Full name of the patient")).to_be_focused()
    audit(page, "desktop", 320)
    panel.get_by_role("button", name="Record consent").click()
    expect(page.get_by_label("Consent", exact=False).first).to_be_focused()
    fake.consent = {"manner": "spoken", "givenBy": "patient", "at": 1}
    fake.send({"type": "consent-recorded", "encounterId": "ENC-1", "revision": fake.revision})
    expect(panel.get_by_text("Consent to these photos is not recorded yet.")).to_be_hidden()
    panel.get_by_label("The side that is chosen is right").check()
    panel.get_by_label("Full name of the patient").fill(" Aroha  Ngata ")
    fake.record.missing = {ready: ["side-contradiction"]}
    panel.get_by_role("button", name="Commit 2 photos").click()
    expect(panel).to_be_hidden()
    sent = fake.asked("POST", "/session/ENC-1/commit")[-1]
    assert [(each["imageId"], each["confirmed"]) for each in sent["images"]] == [
        (bare, []),
        (ready, ["side-contradiction"]),
    ]
    assert sent["patientCheck"] == {"name": "Aroha Ngata"}
    assert len(set(fake.record.keys)) == 2
    expect(page.locator("#grid").get_by_text("On its way to the record")).to_have_count(2)
    # It changes no more.
    started.preview(1)
    expect(page.get_by_text("This photo is on its way to")).to_be_visible()
    expect(page.get_by_role("button", name="Save")).to_be_hidden()
    expect(page.get_by_role("button", name="Delete")).to_be_hidden()
    page.get_by_role("button", name="Close", exact=True).click()


def seen_to(started: Desk, ready: str, bare: str) -> None:
    """One photo is tried again, and the other found in the record by a person."""
    fake, page = started.fake, started.page
    fake.record.settle(fake, ready, "unknown")
    fake.record.settle(fake, bare, "failed", error="too-large")
    progress = page.get_by_role("region", name="Photos for the record")
    expect(progress.get_by_text("The photo is too large for the record.")).to_be_visible()
    # A reload knows why, too.
    page.reload()
    expect(progress.get_by_text("The photo is too large for the record.")).to_be_visible()
    progress.get_by_role("button", name="Try again: photo 2").click()
    expect(progress.get_by_text("1 photo is on its way.")).to_be_visible()
    fake.record.settle(fake, bare, "committed", warnings=["author-left-out"])
    expect(page.locator("#grid").get_by_text("In the record", exact=True)).to_have_count(1)
    progress.get_by_role("button", name="I found it in the record").click()
    expect(progress.get_by_text("Enter the number of the document")).to_be_visible()
    progress.get_by_label("Its document number there").fill("DOC-7")
    progress.get_by_role("button", name="I found it in the record").click()
    expect(progress).to_be_hidden()
    assert fake.asked("POST", f"/session/ENC-1/commits/{COMMIT_ID}/files/{ready}/resolve") == [{"documentId": "DOC-7"}]
    expect(page.locator("#grid").get_by_text("In the record", exact=True)).to_have_count(2)


def test_photos_are_committed_once_nothing_is_missing(started: Desk) -> None:
    """Fields are jumped to, consent and contradictions asked about, and a failure and an unknown one seen to."""
    fake, page = started.fake, started.page
    fake.record.target = "fhir"
    ready = fake.upload(FOREARM)
    bare = fake.upload({"bodySite": FOREARM["bodySite"]})
    started.expect_photos(2, 1)
    tools = page.get_by_role("group", name="Several photos")
    tools.get_by_role("button", name="Commit 2 photos").click()
    panel = page.get_by_role("region", name="Commit 2 photos to the record")
    expect(panel.get_by_role("heading")).to_be_focused()
    expect(panel.get_by_text("patient record, for the patient with the number PAT-1.")).to_be_visible()
    expect(panel.get_by_text("Ready")).to_have_count(1)
    expect(panel.get_by_text("Consent to these photos is not recorded yet.")).to_be_visible()
    panel.get_by_role("button", name="Commit 2 photos").click()
    expect(panel.get_by_text("Nothing was sent: 1 photo still needs something.")).to_be_visible()
    expect(panel.get_by_role("button", name="Photo 2: Choose the type")).to_be_focused()
    assert fake.record.keys == []

    panel.get_by_role("button", name="Photo 2: Choose the type").press("Enter")
    expect(page.get_by_role("radio", name="Not set").last).to_be_focused()
    page.get_by_role("radio", name="Overview").check()
    page.get_by_role("radio", name="Right").check()
    page.get_by_role("button", name="Save").click()
    page.get_by_role("button", name="Close", exact=True).click()
    expect(panel.get_by_text("Ready")).to_have_count(2)
    answered(started, panel, ready, bare)
    seen_to(started, ready, bare)
    expect(tools.get_by_role("button", name="Commit")).to_have_count(0)
    # A reload knows as much.
    page.reload()
    expect(page.locator("#grid").get_by_text("In the record", exact=True)).to_have_count(2)
    # Where people take them over by hand, they are not in the record yet.
    fake.record.target = "download"
    page.reload()
    expect(page.locator("#grid").get_by_text("Stored, not yet in your record")).to_have_count(2)
    page.get_by_role("button", name="Get the files of photo 2").click()
    expect(page.get_by_role("link", name="Photo", exact=True)).to_be_focused()
    expect(page.get_by_role("link", name="Signature")).to_have_attribute("download", "manifest.jws.json")
