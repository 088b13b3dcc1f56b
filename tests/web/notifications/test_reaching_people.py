"""People are reached on their devices and by mail."""

import json
from typing import Any

from playwright.sync_api import BrowserContext, Page, expect

from tests.waiting import until
from tests.web.accessibility import audit
from tests.web.notifications.notifications_fake import Notifications
from tests.web.tabs import Open

# Without a screen Chromium lets nobody show messages, and its push service is one that tests cannot reach.
_ALLOWED = """
(() => {
  let permission = "default";
  let own = null;
  Object.defineProperty(Notification, "permission", { get: () => permission });
  Notification.requestPermission = async () => (permission = "granted");
  PushManager.prototype.getSubscription = async () => own;
  PushManager.prototype.subscribe = async ({ applicationServerKey }) => {
    if (applicationServerKey.length !== 65) throw new DOMException("no key", "InvalidAccessError");
    const json = { endpoint: "https://push.example/s", keys: { p256dh: "cGs", auth: "YXV0aA" } };
    own = { toJSON: () => json, unsubscribe: async () => { own = null; return true; } };
    return own;
  };
})();
"""
_RECORDED = """() => {
  self.shown = [];
  registration.showNotification = async (...shown) => { self.shown.push(shown); };
}"""
# What the browser does when somebody presses an answer on what is shown; returns the pages that are opened.
_TAKEN = """async () => {
  const opened = [];
  clients.openWindow = async (path) => opened.push(path);
  const [[, { data }]] = self.shown;
  const event = new ExtendableEvent("notificationclick");
  let done = null;
  Object.assign(event, { notification: { data, close: () => {} }, action: "taken" });
  event.waitUntil = (promise) => { done = promise; };
  dispatchEvent(event);
  await done;
  return opened;
}"""
_KEPT = """() => new Promise((resolve) => {
  const opening = indexedDB.open("bedside-device", 1);
  opening.onsuccess = () => {
    const asked = opening.result.transaction("answers").objectStore("answers").getAll();
    asked.onsuccess = () => { opening.result.close(); resolve(asked.result); };
  };
})"""
# Another browser of theirs, which did not say what it is.
OTHER = {
    "subscriptionId": "other",
    "device": None,
    "current": False,
    "service": "push.example",
    "since": "2026-03-01T19:00:00.000Z",
}
# Messages are for somebody else, or, without an id, for nobody known.
_OWNED = """(userId) => new Promise((resolve) => {
  const opening = indexedDB.open("bedside-device", 1);
  opening.onsuccess = () => {
    const done = opening.result.transaction("owner", "readwrite").objectStore("owner").put(userId, "push");
    done.onsuccess = () => { opening.result.close(); resolve(); };
  };
})"""


def test_a_device_shows_messages(visitor: Open, told: Notifications) -> None:
    """Asked for by a button alone; a refusal is explained; a dose is taken on its message; signing out ends it."""
    page = visitor(told.people.patient, width=390)
    page.goto("/notification-settings")
    expect(page.get_by_text("This browser blocks messages from Bedside.")).to_be_visible()
    expect(page.get_by_text("allow notifications, then load this page again")).to_be_visible()
    expect(page.get_by_role("button", name="Show messages here")).to_be_hidden()
    audit(page, "notification-settings", 320)
    context = page.context
    told.contacts.browsers = [OTHER]
    context.add_init_script(_ALLOWED)
    page.reload()
    page.get_by_role("button", name="Show messages here").press("Enter")
    expect(page.locator("#push-said")).to_have_text("From now on messages come to this device.")
    browsers = page.get_by_role("list", name="Devices that show your messages").get_by_role("listitem")
    expect(browsers.last).to_have_text("Chrome on LinuxThis device, since 31 March 2026Remove")
    audit(page, "notification-settings", 320)
    page.get_by_role("button", name="Remove A browser").press("Enter")
    expect(page.locator("#push-said")).to_have_text("A browser shows no messages any more.")
    expect(browsers).to_have_count(1)
    assert [each["subscriptionId"] for each in told.contacts.browsers] == ["s1"]
    told.tell("It is time", "2026-03-30T19:00:00.000Z")
    [worker] = context.service_workers
    worker.evaluate(_RECORDED)
    link = f"{told.origin}/medicines#dose=p1.d1"
    _push(context, page, told.origin, {"title": "It is time", "text": "Open it.", "link": link, "messageId": "m1"})
    expect(page.locator("#bell-count")).to_have_text("1")
    [[title, options]] = worker.evaluate("self.shown")
    assert (title, options["body"], options["tag"]) == ("It is time", "Open it.", "m1")
    assert options["data"] == {"link": "/medicines#dose=p1.d1", "doseIds": ["p1.d1"]}
    # It is kept with the time of the tap, for the page that can send it.
    assert worker.evaluate(_TAKEN) == ["/medicines"]
    [kept] = page.evaluate(_KEPT)
    assert (kept["doseId"], kept["act"], kept["userId"]) == ("p1.d1", "taken", told.people.patient["userId"])
    page.evaluate(_OWNED, "")
    assert worker.evaluate(_TAKEN) == ["/medicines"]
    assert page.evaluate(_KEPT) == [kept]
    page.get_by_role("button", name="Show no messages here").click()
    expect(page.get_by_role("button", name="Show messages here")).to_be_focused()
    assert told.contacts.browsers == []
    page.get_by_role("button", name="Show messages here").click()
    expect(page.locator("#push-said")).to_have_text("From now on messages come to this device.")
    # Somebody else used this device before, and their sign-in ended by itself.
    page.evaluate(_OWNED, "f" * 24)
    page.reload()
    # Pages allow no `eval`, by which wait_for_function asks again.
    until(lambda: page.evaluate("localStorage.getItem('bedside.push')") is None, "the former owner's messages stayed")
    page.get_by_role("button", name="Show messages here").click()
    expect(page.locator("#push-said")).to_have_text("From now on messages come to this device.")
    page.get_by_role("button", name="Menu").click()
    page.get_by_role("button", name="Sign out").click()
    page.wait_for_url("**/sign-in*")
    assert page.evaluate("localStorage.getItem('bedside.push')") is None


def test_a_mail_address_is_confirmed(visitor: Open, told: Notifications) -> None:
    """By a code that is sent there; what came back is told, and the address can be removed."""
    told.contacts.public_key = None
    page = visitor(told.people.clinician, width=390)
    page.goto("/notification-settings")
    mail = page.get_by_role("region", name="E-mail")
    expect(page.get_by_role("heading", name="Notification settings")).to_be_visible()
    # It comes with the page, whose form it would move otherwise.
    assert mail.is_visible()
    mail.get_by_role("button", name="Send a code").click()
    expect(mail.get_by_text("Enter an address.")).to_be_visible()
    expect(page.get_by_role("region", name="On this device")).to_be_hidden()
    mail.get_by_label("E-mail address").fill("mere@clinic.example")
    page.keyboard.press("Enter")
    expect(mail.get_by_label("Code from the e-mail")).to_be_focused()
    expect(mail.get_by_text("Sent to mere@clinic.example. It is valid for 10 more minutes.")).to_be_visible()
    page.keyboard.type("999999")
    page.keyboard.press("Enter")
    expect(mail.get_by_text("This code is wrong or expired.")).to_be_visible()
    audit(page, "notification-settings", 320)
    mail.get_by_role("button", name="Send another code").click()
    expect(mail.locator("#mail-said")).to_have_text("A code is on its way to mere@clinic.example.")
    mail.get_by_label("Code from the e-mail").fill("123456")
    mail.get_by_role("button", name="Confirm").click()
    expect(mail.locator("#mail-said")).to_have_text("The address is confirmed.")
    expect(mail.locator("#mail-own")).to_have_text("mere@clinic.example")
    told.contacts.mail["suppressed"] = "bounce"
    page.reload()
    expect(mail.get_by_text("Mail to this address came back")).to_be_visible()
    audit(page, "notification-settings", 320)
    mail.get_by_role("button", name="Remove the address").click()
    expect(mail.locator("#mail-said")).to_have_text("The address is removed. No mail is sent any more.")
    expect(mail.get_by_label("E-mail address")).to_be_focused()


def _push(context: BrowserContext, page: Page, origin: str, message: dict[str, Any]) -> None:
    """Let the browser's push service deliver a message."""
    session = context.new_cdp_session(page)
    found: list[str] = []
    session.on(
        "ServiceWorker.workerRegistrationUpdated",
        lambda event: found.extend(
            each["registrationId"] for each in event["registrations"] if each["scopeURL"].startswith(origin)
        ),
    )
    session.send("ServiceWorker.enable")
    until(lambda: page.evaluate("1") == 1 and bool(found), "the browser knows no service worker")
    delivery = {"origin": origin, "registrationId": found[-1], "data": json.dumps(message)}
    session.send("ServiceWorker.deliverPushMessage", delivery)
    session.detach()
