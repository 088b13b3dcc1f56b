"""From the shutter press on the phone to the picture on the desktop, in two real browsers' pages."""

import json
import tempfile
import time
import uuid
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import httpx
from playwright.sync_api import Browser, Page, Playwright, StorageState, expect, sync_playwright

from benchmarks import photo
from benchmarks.stack import Stack
from local import browser as chromium

_PATIENCE_MS = 90_000
_WARM_UP = 2
# Chromium slows the thread of the page; workers, where the photo is made small, keep the speed of the machine.
CPU_SLOWDOWN = 2


@dataclass(frozen=True, slots=True)
class Link:
    """A published profile of a mobile network, in Mbit/s and milliseconds from request to answer."""

    name: str
    down: float
    up: float
    latency: float
    rounds: int


# The first two numbers of WebPageTest's profile "4G" (connectivity.ini), and what Chrome's developer tools call
# "Fast 4G" (9/1.5 Mbit/s and 60 ms, times the 0.9 and 2.75 that the tools apply): a weak place in a building.
LINKS = (Link("WebPageTest “4G”", 9, 9, 170, 9), Link("Chrome “Fast 4G”", 8.1, 1.35, 165, 5))

# Notes on the phone when what went out came back.
_ON_PHONE = """
window.marks = {};
document.addEventListener("change", () => (marks = { shutter: Date.now() }), true);
const kind = (url, method) =>
  url.includes("/session/presigned-url") ? "ask" : url.includes("/session/preview") ? "preview"
  : method === "PUT" ? "put" : method === "POST" && url.includes("/session/images") ? "notify" : null;
const fetching = window.fetch;
window.fetch = async (url, options = {}) => {
  const name = kind(String(url), options.method);
  if (name) marks[name] = [Date.now()];
  const answer = await fetching(url, options);
  if (name) marks[name].push(Date.now());
  return answer;
};
const { open, send } = XMLHttpRequest.prototype;
XMLHttpRequest.prototype.open = function (method, url) {
  this.kind = kind(String(url), method);
  return open.apply(this, arguments);
};
XMLHttpRequest.prototype.send = function (body) {
  if (this.kind) {
    const mine = (marks[this.kind] = [Date.now()]);
    marks.bytes = body.size;
    this.addEventListener("load", () => mine.push(Date.now()));
  }
  return send.apply(this, arguments);
};
"""

# Notes on the desktop when the live channel first told that a photo had arrived, and when its preview and the whole
# photo had loaded. The grid loads the small picture in the photo's first bytes; the whole one is loaded after that.
_ON_DESKTOP = """
window.heard = {}; window.previewed = {}; window.shown = {};
const links = [];
const fetching = window.fetch;
window.fetch = (url, options = {}) => {
  if (options.headers?.range) links.push(String(url));
  return fetching(url, options);
};
document.addEventListener("load", ({ target }) => {
  const card = target instanceof HTMLImageElement && target.closest("[data-image-id]");
  if (!card) return;
  const { imageId } = card.dataset;
  if (target.className === "photo-preview") return (previewed[imageId] ??= Date.now());
  const whole = new Image();
  whole.addEventListener("load", () => (shown[imageId] ??= Date.now()));
  whole.src = links.findLast((url) => url.includes(imageId));
}, true);
window.WebSocket = class extends WebSocket {
  constructor(...of) {
    super(...of);
    this.addEventListener("message", ({ data }) => {
      const { imageId, type } = JSON.parse(data);
      if (type === "image-uploaded") heard[imageId] ??= Date.now();
    });
  }
};
"""


@dataclass(frozen=True, slots=True)
class Round:
    """One photo's way, in milliseconds. The first four follow each other; the last three overlap them.

    `recognisable` is from the shutter press to its preview on the desktop, `total` to the photo itself.
    """

    compress: float
    ask: float
    upload: float
    show: float
    recognisable: float
    total: float
    preview: float
    put: float
    notify: float
    sent_bytes: int


def measure(stack: Stack) -> tuple[int, dict[Link, list[Round]]]:
    """Send the photo over every link, several times each; return its bytes and the rounds."""
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        file = Path(folder, "photo.jpg")
        size = photo.write(file)
        browser = playwright.chromium.launch(executable_path=chromium.find(), args=chromium.ARGUMENTS)
        try:
            return size, {link: _over(link, stack, playwright, browser, file) for link in LINKS}
        finally:
            browser.close()


def _over(link: Link, stack: Stack, playwright: Playwright, browser: Browser, file: Path) -> list[Round]:
    desk = browser.new_context(
        base_url=stack.origin, viewport={"width": 1440, "height": 900}, storage_state=_signed_in(stack)
    )
    hand = browser.new_context(**playwright.devices["Pixel 7"], base_url=stack.origin)
    for context in (desk, hand):
        context.set_default_timeout(_PATIENCE_MS)
    try:
        desktop = desk.new_page()
        desktop.add_init_script(_ON_DESKTOP)
        facts = {"encounterId": f"bench-{uuid.uuid4().hex[:12]}", "patientId": "patient-1", "facilityId": "FAC001"}
        desktop.goto(f"/?{urlencode(facts)}")
        desktop.get_by_role("button", name="Start capture").click()
        expect(desktop.locator("#pill")).to_have_attribute("data-state", "live", timeout=_PATIENCE_MS)
        expect(desktop.locator("#code-link")).not_to_have_value("", timeout=_PATIENCE_MS)
        phone = hand.new_page()
        phone.add_init_script(_ON_PHONE)
        phone.goto(desktop.locator("#code-link").input_value())
        phone.locator('[data-screen="capture"]').wait_for()
        _slow_down(phone, link)
        # The first photos also load the worker, open connections and start functions; a phone in use has done that.
        return [_round(phone, desktop, file) for _ in range(_WARM_UP + link.rounds)][_WARM_UP:]
    finally:
        hand.close()
        desk.close()


def _slow_down(phone: Page, link: Link) -> None:
    devtools = phone.context.new_cdp_session(phone)
    bytes_per_second = 1_000_000 / 8
    devtools.send("Network.enable")
    devtools.send(
        "Network.emulateNetworkConditions",
        {
            "offline": False,
            "latency": link.latency,
            "downloadThroughput": link.down * bytes_per_second,
            "uploadThroughput": link.up * bytes_per_second,
            "connectionType": "cellular4g",
        },
    )
    devtools.send("Emulation.setCPUThrottlingRate", {"rate": CPU_SLOWDOWN})


def _signed_in(stack: Stack) -> StorageState:
    """Return the storage state of a browser in which the demo's clinician is signed in."""
    token = stack.clinician_token
    user = httpx.get(f"{stack.origin}/auth/me", headers={"authorization": f"Bearer {token}"}, trust_env=False).json()
    kept = {"accessToken": token, "refreshToken": "", "expiresAt": (time.time() + 86_400) * 1000, "user": user}
    held: Any = {"name": "bedside.sign-in", "value": json.dumps(kept)}
    return {"cookies": [], "origins": [{"origin": stack.origin, "localStorage": [held]}]}


def _round(phone: Page, desktop: Page, file: Path) -> Round:
    before = set(desktop.evaluate("Object.keys(shown)"))
    phone.locator("#camera").set_input_files(str(file))
    # The time that is measured is noted in the pages: how soon we see it here does not matter.
    deadline = time.monotonic() + _PATIENCE_MS / 1000
    while len(desktop.evaluate("Object.keys(shown)")) == len(before):
        if time.monotonic() > deadline:
            raise RuntimeError("the photo did not reach the desktop")
        time.sleep(0.05)
    phone.wait_for_function("() => marks.notify?.length === 2 && marks.preview?.length === 2")
    marks = phone.evaluate("marks")
    shown, heard, previewed = desktop.evaluate("[shown, heard, previewed]")
    [image] = set(shown) - before
    time.sleep(0.5)  # late messages about this photo are over before the next one starts
    # The poll can be faster than the live channel; then the desktop learned of the photo from the list.
    told = min(heard.get(image, shown[image]), shown[image])
    return Round(
        compress=marks["ask"][0] - marks["shutter"],
        ask=marks["ask"][1] - marks["ask"][0],
        upload=told - marks["ask"][1],
        show=shown[image] - told,
        # Should the photo itself be there first, nobody waits for its preview.
        recognisable=min(previewed.get(image, shown[image]), shown[image]) - marks["shutter"],
        total=shown[image] - marks["shutter"],
        preview=marks["preview"][1] - marks["preview"][0],
        put=marks["put"][1] - marks["put"][0],
        notify=marks["notify"][1] - marks["notify"][0],
        sent_bytes=marks["bytes"],
    )
