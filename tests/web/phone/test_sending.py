"""Sending: three at a time, visibly, and through every failure that passes."""

from pathlib import Path

from playwright.sync_api import BrowserContext, CDPSession, Page, expect

from tests.waiting import until
from tests.web.phone.fake_clinic import Clinic, Fault
from tests.web.phone.steps import choose, freeze, hurry, scan, screen, send, stored_pictures, to_send
from tests.web.settling import settle


def slow(line: CDPSession, bytes_per_second: int) -> None:
    """Makes the phone's network slow; -1 makes it fast again."""
    rates = {"latency": 20, "downloadThroughput": -1, "uploadThroughput": bytes_per_second}
    line.send("Network.emulateNetworkConditions", {"offline": False, **rates})


def test_bars_move_with_the_bytes(context: BrowserContext, page: Page, clinic: Clinic, large: Path) -> None:
    """Each photo's bar and the overall bar pass through values between nothing and all, never backwards."""
    scan(page, clinic)
    choose(page, [large])
    to_send(page)
    page.evaluate(
        """() => {
          globalThis.seen = { one: [], all: [] };
          new MutationObserver(() => {
            const one = document.querySelector(".upload progress");
            if (one) seen.one.push(one.value);
            seen.all.push(document.querySelector("#overall").value);
          }).observe(document.querySelector("main"), { subtree: true, childList: true, attributes: true });
        }"""
    )
    slow(context.new_cdp_session(page), 500_000)
    page.locator("#send").tap()
    screen(page, "success")
    seen = page.evaluate("seen")
    for values in seen.values():
        between = {value for value in values if 0 < value < 95}
        assert len(between) >= 3
        assert values == sorted(values)


def test_three_at_a_time(page: Page, clinic: Clinic, album: list[Path]) -> None:
    """Seven photos go out in parallel, never more than three."""
    scan(page, clinic)
    clinic.upload_seconds = 1
    send(page, album[:7])
    screen(page, "success")
    expect(page.locator("#success-title")).to_have_text("7 photos sent")
    expect(page.locator("#success-count")).to_have_text("7 of 20 in this session")
    assert clinic.uploads_most == 3
    assert len(clinic.images()) == 7


def test_a_passing_failure_of_each_step_is_retried(page: Page, clinic: Clinic, album: list[Path]) -> None:
    """One 503 at every step, validation included, costs a second each and nothing else."""
    clinic.fail("validate", Fault(503, "unavailable"))
    scan(page, clinic)
    for step in ("reserve", "put", "notify"):
        clinic.fail(step, Fault(503, "unavailable"))
    choose(page, album[:1])
    to_send(page)
    page.clock.install()
    page.locator("#send").tap()
    hurry(page, 5)
    screen(page, "success")
    assert len(clinic.images()) == 1
    assert [clinic.count(step) for step in ("validate", "reserve", "put", "notify")] == [2, 2, 2, 2]


def test_four_tries_then_only_what_failed_again(page: Page, clinic: Clinic, album: list[Path]) -> None:
    """After tries at 0, 1, 3 and 7 seconds a photo has failed; "try again" sends that one and no other."""
    scan(page, clinic)
    clinic.fail("notify", *[Fault(500, "internal-error")] * 4)
    choose(page, album[:1])
    to_send(page)
    page.clock.install()
    page.locator("#send").tap()
    expect(page.locator(".upload")).to_contain_text("Finishing")
    hurry(page, 9)
    expect(page.locator("#uploading-title")).to_have_text("1 photo not sent")
    assert clinic.count("notify") == 4
    page.locator("#retry").tap()
    screen(page, "success")
    assert [clinic.count(step) for step in ("reserve", "put", "notify")] == [1, 1, 5]


def test_retry_leaves_sent_photos_alone(page: Page, clinic: Clinic, album: list[Path]) -> None:
    """One of three is refused: the other two are sent once, and the retry uploads nothing again."""
    scan(page, clinic)
    clinic.fail("notify", Fault(422, "invalid-request"))
    send(page, album[:3])
    expect(page.locator("#uploading-title")).to_have_text("1 photo not sent")
    expect(page.locator(".upload.sent")).to_have_count(2)
    assert stored_pictures(page) == 1
    page.locator("#retry").tap()
    expect(page.locator("#success-title")).to_have_text("3 photos sent")
    assert [clinic.count(step) for step in ("reserve", "put", "notify")] == [3, 3, 4]
    assert [image["sequence"] for image in clinic.images()] == [1, 2, 3]


def test_a_refused_url_is_replaced(page: Page, clinic: Clinic, album: list[Path]) -> None:
    """403 from the storage: a new URL for the same place, at once."""
    scan(page, clinic)
    clinic.fail("put", Fault(403, "expired"))
    send(page, album[:1])
    screen(page, "success")
    assert [clinic.count(step) for step in ("reserve", "put", "notify")] == [2, 2, 1]
    assert len({path for name, path in clinic.calls if name == "put"}) == 1


def test_a_link_whose_credentials_ended_is_replaced(page: Page, clinic: Clinic, album: list[Path]) -> None:
    """400 ExpiredToken from the storage: a new URL at once, as for 403; another 400 is a refusal."""
    scan(page, clinic)
    clinic.fail("put", Fault(400, "ExpiredToken"), Fault(), Fault(400, "BadDigest"))
    send(page, album[:1])
    screen(page, "success")
    assert [clinic.count(step) for step in ("reserve", "put", "notify")] == [2, 2, 1]
    page.locator("#add-more").tap()
    send(page, album[1:2])
    expect(page.locator("#uploading-title")).to_have_text("1 photo not sent")
    assert [clinic.count(step) for step in ("reserve", "put", "notify")] == [3, 3, 1]


def test_uploads_that_meet_are_tried_again(page: Page, clinic: Clinic, album: list[Path]) -> None:
    """409 ConditionalRequestConflict from the storage passes: the same URL once more, a second later."""
    scan(page, clinic)
    clinic.fail("put", Fault(409, "ConditionalRequestConflict"))
    send(page, album[:1])
    screen(page, "success")
    assert [clinic.count(step) for step in ("reserve", "put", "notify")] == [1, 2, 1]


def test_an_url_that_ended_meanwhile_is_replaced(page: Page, clinic: Clinic, album: list[Path]) -> None:
    """A retry after the URL's end asks for a new one first; a clock that is wrong does not make it ask for ever."""
    scan(page, clinic)
    clinic.url_ms = 2_000
    clinic.fail("put", Fault(503, "unavailable"))
    send(page, album[:1])
    screen(page, "success")
    assert [clinic.count(step) for step in ("reserve", "put", "notify")] == [2, 2, 1]


def test_an_upload_whose_answer_was_lost_is_not_repeated(page: Page, clinic: Clinic, album: list[Path]) -> None:
    """412 means that the storage has it: success."""
    scan(page, clinic)
    clinic.fail("put", Fault(500, "internal-error", after=True))
    clinic.fail("notify", Fault(500, "internal-error", after=True))
    send(page, album[:1])
    screen(page, "success")
    assert len(clinic.stored) == 1
    assert len(clinic.images()) == 1


def test_an_object_the_server_cannot_find_is_uploaded_again(page: Page, clinic: Clinic, album: list[Path]) -> None:
    """409 not-uploaded on notify: the photo is uploaded once more."""
    scan(page, clinic)
    clinic.fail("notify", Fault(409, "not-uploaded"))
    send(page, album[:1])
    screen(page, "success")
    assert clinic.count("put") == 2


def test_retry_after_is_honoured(page: Page, clinic: Clinic, album: list[Path]) -> None:
    """429 with Retry-After: 2 waits two seconds instead of one."""
    scan(page, clinic)
    clinic.fail("reserve", Fault(429, "too-many-requests", {"retry-after": "2"}))
    choose(page, album[:1])
    to_send(page)
    freeze(page)
    page.locator("#send").tap()
    until(lambda: clinic.count("reserve"), "no upload was reserved", page=page)
    settle(page)
    hurry(page, 1)
    page.clock.run_for(800)
    settle(page)
    assert clinic.count("reserve") == 1
    hurry(page, 2)
    screen(page, "success")
    assert clinic.count("reserve") == 2


def test_a_photo_deleted_elsewhere_goes_quietly(page: Page, clinic: Clinic, album: list[Path]) -> None:
    """404 image-deleted drops the photo without a message and sends the rest."""
    scan(page, clinic)
    clinic.fail("notify", Fault(404, "image-deleted"))
    send(page, album[:2])
    expect(page.locator("#success-title")).to_have_text("1 photo sent")
    assert stored_pictures(page) == 0


def test_a_full_session_says_so(page: Page, clinic: Clinic, album: list[Path]) -> None:
    """409 image-limit-reached: a message that says what to do, and the photo is kept."""
    scan(page, clinic)
    clinic.fail("reserve", Fault(409, "image-limit-reached"))
    send(page, album[:1])
    expect(page.locator("#uploading-messages")).to_contain_text("The session is full")
    assert stored_pictures(page) == 1


def test_a_double_tap_sends_once(page: Page, clinic: Clinic, album: list[Path]) -> None:
    """Two clicks in the same instant on "Send" make one upload of each photo."""
    scan(page, clinic)
    choose(page, album[:2])
    to_send(page)
    page.evaluate("() => { const send = document.querySelector('#send'); send.click(); send.click(); }")
    screen(page, "success")
    expect(page.locator("#success-title")).to_have_text("2 photos sent")
    assert [clinic.count(step) for step in ("reserve", "put", "notify")] == [2, 2, 2]


def test_offline_waits_and_goes_on_by_itself(
    context: BrowserContext, page: Page, clinic: Clinic, album: list[Path]
) -> None:
    """Without a network nothing fails: the page says that it waits, and sends as soon as the network is back."""
    scan(page, clinic)
    choose(page, album[:2])
    to_send(page)
    context.set_offline(offline=True)
    page.locator("#send").tap()
    expect(page.locator("#uploading-messages")).to_contain_text("Waiting for a connection")
    expect(page.locator(".upload.failed")).to_have_count(0)
    context.set_offline(offline=False)
    screen(page, "success")
    assert len(clinic.images()) == 2


def test_waking_up_ends_a_wait_at_once(page: Page, clinic: Clinic, album: list[Path]) -> None:
    """Coming back into view does not sit out the four-second pause."""
    scan(page, clinic)
    clinic.fail("notify", *[Fault(503, "unavailable")] * 3)
    choose(page, album[:1])
    to_send(page)
    freeze(page)
    page.locator("#send").tap()
    # Less than the first pause, a second, goes by in all.
    for _ in range(180):
        page.evaluate("() => document.dispatchEvent(new Event('visibilitychange'))")
        page.clock.run_for(5)
        settle(page)
        if clinic.count("notify") == 4:
            break
    screen(page, "success")


def test_a_reload_in_the_middle_goes_on(context: BrowserContext, page: Page, clinic: Clinic, album: list[Path]) -> None:
    """A page that is reloaded while it sends goes on by itself; every photo arrives once."""
    scan(page, clinic)
    choose(page, album[:5])
    to_send(page)
    line = context.new_cdp_session(page)
    slow(line, 10_000)
    page.locator("#send").tap()
    expect(page.locator(".upload.sending")).to_have_count(3)
    page.reload()
    slow(line, -1)
    screen(page, "success")
    assert len(clinic.images()) == 5
    assert [image["sequence"] for image in clinic.images()] == [1, 2, 3, 4, 5]
    assert stored_pictures(page) == 0


def test_adding_more_after_success(page: Page, clinic: Clinic, album: list[Path]) -> None:
    """After success the count goes on from the server's."""
    scan(page, clinic)
    send(page, album[:2])
    screen(page, "success")
    page.locator("#add-more").tap()
    expect(page.locator("#count")).to_have_text("2 of 20")
    send(page, album[2:3])
    expect(page.locator("#success-title")).to_have_text("1 photo sent")
    expect(page.locator("#success-count")).to_have_text("3 of 20 in this session")
