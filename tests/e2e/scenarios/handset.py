"""The phone page, as the person who holds the phone uses it."""

from collections.abc import Sequence

from playwright.sync_api import FilePayload, Page, Route, expect


class Handset:
    """A phone's browser with one tab."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self._line = page.context.new_cdp_session(page)

    def scan(self, link: str) -> None:
        """Scan a code and wait until photos can be taken."""
        page, fragment, _ = link.partition("#")
        if fragment and self.page.url.partition("#")[0] == page:
            # Only the fragment is another: the open page notices, and loads itself anew.
            with self.page.expect_event("load"):
                self.page.goto(link)
        else:
            self.page.goto(link)
        self.expect_screen("capture")

    def ask(self, link: str) -> str:
        """Scan a code that another phone has scanned before; gives the words by which this one is let in."""
        self.page.goto(link)
        self.expect_screen("asking")
        return self.page.locator("#asking-words").inner_text()

    def expect_screen(self, name: str) -> None:
        """Wait until a screen shows."""
        expect(self.page.locator(f'[data-screen="{name}"]')).to_be_visible()

    def snap(self, photo: FilePayload) -> None:
        """Take a photo, which is sent at once."""
        self.expect_screen("capture")
        self.page.locator("#camera").set_input_files([photo])

    def review_first(self) -> None:
        """Turn off that each photo is sent at once."""
        self.expect_screen("capture")
        switch = self.page.locator("#at-once")
        if switch.get_attribute("aria-checked") == "true":
            switch.tap()
        expect(switch).to_have_attribute("aria-checked", "false")

    def choose(self, files: Sequence[FilePayload], total: int | None = None, source: str = "gallery") -> None:
        """Choose photos to look at before they are sent, and wait until they are prepared."""
        self.review_first()
        self.page.locator(f"#{source}").set_input_files(list(files))
        count = len(files) if total is None else total
        expect(self.page.locator("#review")).to_have_text(f"Review {count} photo{'s' if count > 1 else ''}")
        expect(self.page.locator("#preparing")).to_be_hidden()

    def to_send(self) -> None:
        """Walk past review and details to the button that sends."""
        self.page.locator("#review").tap()
        self.page.locator("#describe").tap()
        self.expect_screen("details")
        skip = self.page.locator("#skip")
        (skip if skip.is_visible() else self.page.locator("#next")).tap()
        expect(self.page.locator("#send")).to_be_enabled()

    def press_send(self) -> None:
        self.page.locator("#send").tap()

    def send(self, files: Sequence[FilePayload]) -> None:
        """Choose photos, skip their details and send them, without waiting for what comes of it."""
        self.choose(files)
        self.to_send()
        self.press_send()

    def expect_sent(self, count: int) -> None:
        """Wait until the page says that this many photos were sent."""
        expect(self.page.locator("#success-title")).to_have_text(f"{count} photo{'s' if count > 1 else ''} sent")

    def add_more(self) -> None:
        self.page.locator("#add-more").tap()
        self.expect_screen("capture")

    def kept(self) -> int:
        """Tell how many photos the phone holds for a reload."""
        count: int = self.page.evaluate(
            """async () => {
              const open = indexedDB.open("bedside-capture");
              const database = await new Promise((resolve) => (open.onsuccess = () => resolve(open.result)));
              const all = database.transaction("bytes").objectStore("bytes").count();
              const count = await new Promise((resolve) => (all.onsuccess = () => resolve(all.result)));
              database.close();
              return count;
            }"""
        )
        return count

    def network(self, *, offline: bool = False, upload_rate: int = -1) -> None:
        """Take the network away, or slow its uploads (bytes per second); with neither it is as fast as it can be."""
        rates = {"latency": 0, "downloadThroughput": -1, "uploadThroughput": upload_rate}
        self._line.send("Network.emulateNetworkConditions", {"offline": offline, **rates})


class Gate:
    """Holds back a page's calls to an address, unanswered, until it is opened."""

    def __init__(self, page: Page, address: str) -> None:
        self._held: list[Route] = []
        self._opened = False
        page.route(address, self._arrive)

    def open(self) -> None:
        """Let through what waits, and what comes."""
        self._opened = True
        while self._held:
            self._held.pop().continue_()

    def _arrive(self, route: Route) -> None:
        if self._opened:
            route.continue_()
        else:
            self._held.append(route)
