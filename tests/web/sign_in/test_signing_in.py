"""From a number by way of a code to where the person wanted to go."""

import re
import threading

import pytest
from playwright.sync_api import Page, Route, expect

from tests.web.accessibility import audit
from tests.web.cases import cases, resize
from tests.web.conftest import SignedIn
from tests.web.people_fake import Fault, Json, People

NUMBER = "+64 21 555 0101"


def ask_for_code(page: Page, number: str = NUMBER) -> None:
    """Enter a number and wait for the screen of the code."""
    page.get_by_label("Phone number").fill(number)
    page.get_by_role("button", name="Send code").click()
    expect(page.get_by_role("heading", name="Enter the code")).to_be_visible()


def error(page: Page, field: str = "code") -> str:
    """What is said under a field, and that assistive technology hears it with the field."""
    message = page.locator(f"#{field}-error")
    expect(message).to_be_visible()
    assert f"{field}-error" in (page.locator(f"#{field}").get_attribute("aria-describedby") or "")
    expect(page.locator(f"#{field}")).to_have_attribute("aria-invalid", "true")
    return message.text_content() or ""


def test_a_number_and_a_code_are_enough(tab: Page, people: People) -> None:
    """The number is sent as typed and then known in E.164; six digits submit themselves, and a page opens."""
    tab.goto("/sign-in")
    expect(tab.get_by_label("Phone number")).to_be_focused()
    ask_for_code(tab)
    code = tab.get_by_label("6-digit code")
    expect(code).to_be_focused()
    expect(code).to_have_attribute("autocomplete", "one-time-code")
    expect(code).to_have_attribute("inputmode", "numeric")
    code.press_sequentially("123456")
    tab.wait_for_url("/today")
    assert people.asked("POST", "/otp/send") == [{"phone": NUMBER, "deviceTokens": []}]
    [body] = people.asked("POST", "/otp/verify")
    assert re.fullmatch("[0-9a-f]{32}", body.pop("attemptId"))
    assert body == {"phone": "+64215550101", "otp": "123456", "deviceTokens": []}
    expect(tab.locator("#who")).to_contain_text("Mere Tipene")


def test_a_browser_remembers_who_signed_in_there(tab: Page, people: People) -> None:
    """Signing out keeps everybody's device tokens, which later attempts bring; a renewed one takes its own place."""
    tab.goto("/sign-in")
    tab.evaluate("""localStorage.setItem("bedside.devices", JSON.stringify(["other-person-1", 7, "no token!"]))""")
    for kept in (["other-person-1"], ["device0000000000-token", "other-person-1"]):
        tab.goto("/sign-in")
        ask_for_code(tab)
        tab.get_by_label("6-digit code").press_sequentially("123456")
        tab.wait_for_url("/today")
        assert people.asked("POST", "/otp/send")[-1]["deviceTokens"] == kept
        assert people.asked("POST", "/otp/verify")[-1]["deviceTokens"] == kept
        expect(tab.locator("#who")).to_contain_text("Mere Tipene")
        # Where no script is under way that would notice, and leave for the sign-in page by itself.
        tab.goto("/favicon.ico")
        tab.evaluate("localStorage.removeItem('bedside.sign-in')")
    tokens = ["device0000000001-token", "device0000000000-token", "other-person-1"]
    assert tab.evaluate("JSON.parse(localStorage.getItem('bedside.devices'))") == tokens


@pytest.mark.parametrize(
    ("number", "path"), [("+64215550103", "/users"), ("+64215550104", "/my-visits"), ("+64215550101", "/today")]
)
def test_everybody_lands_on_their_page(tab: Page, number: str, path: str) -> None:
    """Clinicians to their day, administrators without that role to the people, patients to their visits."""
    tab.goto("/sign-in")
    ask_for_code(tab, number)
    tab.get_by_label("6-digit code").fill("123456")
    tab.wait_for_url(path)


def test_the_way_leads_back_and_the_code_is_behind_it(tab: Page) -> None:
    """`next` is followed, and the back button does not lead to a code that has been used."""
    tab.goto("/not-there")
    tab.goto("/sign-in?next=%2Faccount")
    ask_for_code(tab)
    tab.get_by_label("6-digit code").fill("123456")
    tab.wait_for_url("/account")
    tab.go_back()
    tab.wait_for_url("/not-there")


def test_a_pasted_code_may_have_spaces(tab: Page, people: People) -> None:
    """With a space in its middle it is still six digits, and goes off by itself."""
    tab.goto("/sign-in")
    ask_for_code(tab)
    tab.evaluate(
        """() => {
          const data = new DataTransfer();
          data.setData("text/plain", "123 456");
          document.execCommand("insertText", false, data.getData("text/plain"));
        }"""
    )
    tab.wait_for_url("/today")
    assert people.asked("POST", "/otp/verify")[0]["otp"] == "123456"


def test_numbers_and_codes_in_other_digits(tab: Page, people: People) -> None:
    """A national number in Arabic-Indic digits is shown as it was understood, and so is the code read."""
    tab.goto("/sign-in")
    ask_for_code(tab, "٠٢١ ٥٥٥\u2212٠١٠١")  # noqa: RUF001  # as some keyboards write
    expect(tab.locator("#code-phone")).to_have_text("+64215550101")
    tab.get_by_label("6-digit code").press_sequentially("١٢٣٤٥٦")
    tab.wait_for_url("/today")
    assert [body["otp"] for body in people.asked("POST", "/otp/verify")] == ["١٢٣٤٥٦"]


def test_a_wrong_code_costs_a_try(tab: Page, people: People) -> None:
    """The tries are counted down; without any the page leads to a new code, which has five again."""
    people.resend_after = 0
    tab.goto("/sign-in")
    ask_for_code(tab)
    code = tab.get_by_label("6-digit code")
    for left in ("4 tries left", "3 tries left", "2 tries left", "1 try left"):
        code.fill("000000")
        expect(tab.locator("#code-error")).to_contain_text(left)
        expect(code).to_have_value("")
        expect(code).to_be_focused()
    code.fill("000000")
    expect(tab.locator("#code-error")).to_have_text("No tries are left for this code. Send a new one.")
    assert error(tab)
    expect(code).to_be_disabled()
    expect(tab.get_by_role("button", name="Sign in")).to_be_hidden()
    people.expires_in = 310  # told apart from the code before it
    tab.get_by_role("button", name="Send a new code").click()
    expect(tab.locator("#code-error")).to_be_hidden()
    code.fill("000000")
    expect(tab.locator("#code-error")).to_contain_text("4 tries left")


def test_a_new_code_has_to_be_waited_for(tab: Page, people: People) -> None:
    """The wait counts down on the button, which does nothing before, and afterwards sends to the same number."""
    tab.clock.install()
    tab.goto("/sign-in")
    ask_for_code(tab)
    resend = tab.locator("#resend")
    expect(resend).to_have_text(re.compile(r"New code in 0:(30|[12]\d)"))
    expect(resend).to_have_attribute("aria-disabled", "true")
    resend.click(force=True)
    tab.clock.run_for(31_000)
    expect(resend).to_have_text("Send a new code")
    assert len(people.asked("POST", "/otp/send")) == 1
    resend.click()
    expect(resend).to_have_text(re.compile("New code in 0:"))
    expect(tab.locator("#announcer")).to_have_text("A new code was sent.")
    assert [body["phone"] for body in people.asked("POST", "/otp/send")] == [NUMBER, "+64215550101"]


def test_a_code_expires_before_the_eyes(tab: Page) -> None:
    """Its time counts down; at the end the page says so and offers the next code as the thing to do."""
    tab.clock.install()
    tab.goto("/sign-in")
    ask_for_code(tab)
    expect(tab.locator("#code-life")).to_have_text(re.compile(r"Valid for (5:00|4:[3-5]\d)"))
    tab.clock.fast_forward(240_000)
    expect(tab.locator("#code-life")).to_have_text(re.compile(r"Valid for (1:00|0:[1-5]\d)"))
    tab.clock.fast_forward(61_000)
    expect(tab.locator("#code-error")).to_have_text("This code has expired. Send a new one.")
    expect(tab.get_by_label("6-digit code")).to_be_disabled()
    expect(tab.get_by_role("button", name="Send a new code")).to_have_class(re.compile("primary"))


def test_a_code_that_cannot_be_sent_is_explained(tab: Page, people: People) -> None:
    """Each refusal says what to do; the number stays, and the same button works once it may."""
    not_served = [{"field": "phone", "message": "This country is not served.", "code": "invalid"}]
    hurried = "Too many codes were asked for. Try again"
    refusals = [
        (Fault(429, "too-many-codes", {"retry-after": "40"}), f"{hurried} in 40 seconds."),
        (Fault(429, "too-many-codes", {"retry-after": "2400"}), f"{hurried} at"),
        (Fault(429, "too-many-attempts", {"retry-after": "86400"}), "This number is locked"),
        (Fault(429, ""), "Wait a minute, then try again."),
        (Fault(503, "unavailable"), "The code could not be sent. Try again now."),
        (Fault(422, "invalid-request", errors=not_served), "This country is not served."),
    ]
    tab.goto("/sign-in")
    with cases() as case:
        for fault, text in refusals:
            with case(text=text):
                people.fail("POST /otp/send", fault)
                tab.get_by_label("Phone number").fill(NUMBER)
                tab.get_by_role("button", name="Send code").click()
                expect(tab.locator("#phone-error")).to_contain_text(text)
                assert text in error(tab, "phone")
                expect(tab.get_by_label("Phone number")).to_have_value(NUMBER)
                ask_for_code(tab)
                tab.get_by_role("button", name="Change number").click()


def test_offline_says_so_and_loses_nothing(tab: Page) -> None:
    """Without a network the number, and later the code, stay where they are until they can be sent."""
    tab.goto("/sign-in")
    tab.context.set_offline(True)
    tab.get_by_label("Phone number").fill(NUMBER)
    tab.get_by_role("button", name="Send code").click()
    expect(tab.locator("#phone-error")).to_contain_text("You are offline.")
    tab.context.set_offline(False)
    ask_for_code(tab)
    tab.context.set_offline(True)
    tab.get_by_label("6-digit code").fill("123456")
    expect(tab.locator("#code-error")).to_contain_text("Your code is kept.")
    expect(tab.get_by_label("6-digit code")).to_have_value("123456")
    tab.context.set_offline(False)
    tab.get_by_role("button", name="Sign in").click()
    tab.wait_for_url("/today")


def test_too_many_attempts_tell_when_to_go_on(tab: Page, people: People) -> None:
    """A 429 from the check says when the next code may be asked for, and takes no more digits."""
    people.fail("POST /otp/verify", Fault(429, "too-many-attempts", {"retry-after": "95"}))
    tab.goto("/sign-in")
    ask_for_code(tab)
    tab.get_by_label("6-digit code").fill("123456")
    expect(tab.locator("#resend")).to_have_text(re.compile(r"New code in 1:3\d"))
    expect(tab.get_by_label("6-digit code")).to_be_disabled()


def test_a_locked_number_needs_an_administrator(tab: Page, people: People) -> None:
    """A lock offers neither another try nor another code, only another number."""
    people.fail("POST /otp/verify", Fault(429, "too-many-attempts", {"retry-after": "86400"}))
    tab.goto("/sign-in")
    ask_for_code(tab)
    tab.get_by_label("6-digit code").fill("123456")
    expect(tab.locator("#code-error")).to_contain_text("ask the administrator of your facility to unlock it.")
    expect(tab.locator("#resend")).to_be_hidden()
    expect(tab.get_by_role("button", name="Change number")).to_be_focused()


def test_the_number_can_be_changed(tab: Page, people: People) -> None:
    """Back leads to the number as it was typed, ready to be corrected."""
    tab.goto("/sign-in")
    ask_for_code(tab, "+64 21 555 0109")
    tab.get_by_role("button", name="Change number").click()
    phone = tab.get_by_label("Phone number")
    expect(phone).to_be_focused()
    expect(phone).to_have_value("+64 21 555 0109")
    ask_for_code(tab)
    expect(tab.locator("#code-phone")).to_have_text("+64215550101")
    assert [body["phone"][-1] for body in people.asked("POST", "/otp/send")] == ["9", "1"]


def test_a_page_that_the_phone_threw_away_comes_back(tab: Page) -> None:
    """After a reload the code is still waited for, with the tries that are left, and can be entered."""
    tab.goto("/sign-in?next=%2Faccount")
    ask_for_code(tab)
    tab.get_by_label("6-digit code").fill("000000")
    expect(tab.locator("#code-error")).to_contain_text("4 tries left")
    tab.reload()
    expect(tab.locator("#code-phone")).to_have_text("+64215550101")
    tab.get_by_label("6-digit code").fill("000000")
    expect(tab.locator("#code-error")).to_contain_text("3 tries left")
    tab.get_by_label("6-digit code").fill("123456")
    tab.wait_for_url("/account")


def test_the_browser_may_read_the_message(tab: Page, people: People) -> None:
    """Where there is WebOTP, the code of the message is filled in and sent; the request ends with the screen."""
    tab.add_init_script(
        """globalThis.OTPCredential = class {};
        globalThis.asked = [];
        navigator.credentials.get = (request) => {
          asked.push(request);
          return new Promise((resolve) => (globalThis.arrive = (code) => resolve({ code })));
        };"""
    )
    tab.goto("/sign-in")
    ask_for_code(tab)
    assert tab.evaluate("asked.map(({ otp }) => otp.transport)") == [["sms"]]
    tab.get_by_role("button", name="Change number").click()
    assert tab.evaluate("asked[0].signal.aborted") is True
    ask_for_code(tab)
    tab.evaluate("arrive('123456')")
    tab.wait_for_url("/today")
    [body] = people.asked("POST", "/otp/verify")
    assert re.fullmatch("[0-9a-f]{32}", body.pop("attemptId"))
    assert body == {"phone": "+64215550101", "otp": "123456", "deviceTokens": []}


def test_one_press_sends_one_message(tab: Page, people: People) -> None:
    """While the server is asked the button says so and sends nothing more."""
    answer = threading.Event()
    people.fail("POST /otp/send", Fault(held=answer))
    tab.goto("/sign-in")
    tab.get_by_label("Phone number").fill(NUMBER)
    send = tab.locator("#send")
    send.click()
    expect(send).to_have_text("Sending…")
    expect(send).to_have_attribute("aria-disabled", "true")
    send.click(force=True)
    answer.set()
    expect(tab.get_by_role("heading", name="Enter the code")).to_be_visible()
    assert len(people.asked("POST", "/otp/send")) == 1


def test_whoever_is_signed_in_goes_straight_on(signed_in: SignedIn, people: People) -> None:
    """The sign-in page has nothing to ask of them."""
    page = signed_in(people.clinician)
    page.goto("/sign-in?next=%2Faccount")
    page.wait_for_url("/account")
    assert people.asked("POST", "/otp/send") == []


def test_signing_in_in_one_tab_is_enough(tab: Page) -> None:
    """Another tab that waits on the sign-in page goes on by itself."""
    tab.goto("/sign-in")
    other = tab.context.new_page()
    other.goto("/sign-in?next=%2Faccount")
    ask_for_code(tab)
    tab.get_by_label("6-digit code").fill("123456")
    other.wait_for_url("/account")


def test_the_keyboard_is_enough(tab: Page) -> None:
    """Enter sends the number, and every control of the code can be reached with Tab."""
    tab.goto("/sign-in")
    tab.keyboard.type(NUMBER)
    tab.keyboard.press("Enter")
    expect(tab.get_by_label("6-digit code")).to_be_focused()
    expect(tab.locator("#announcer")).to_have_text("A code was sent to +64215550101.")
    for name in ("Sign in", "New code in", "Change number"):
        tab.keyboard.press("Tab")
        expect(tab.get_by_role("button", name=re.compile(name))).to_be_focused()


def test_a_thumb_reaches_everything(tab: Page) -> None:
    """On a phone all controls lie in the lower half, 44 px high or more, and nothing scrolls sideways."""
    tab.goto("/sign-in")
    expect(tab.get_by_label("Phone number")).to_be_focused()
    fits = "document.documentElement.scrollWidth <= innerWidth && document.documentElement.scrollHeight <= innerHeight"
    with cases() as case:
        for step in ("number", "code"):
            if step == "code":
                ask_for_code(tab)
            with case(step=step, audit="axe"):
                audit(tab, "sign-in", 320)
            for width in (320, 390):
                with case(step=step, width=width):
                    resize(tab, width)
                    assert tab.evaluate(fits)
                    for control in tab.locator(f'[data-screen="{step}"] :is(input, button)').all():
                        box = control.bounding_box()
                        assert box
                        assert box["height"] >= 44
                        assert box["y"] > 844 / 2


def test_the_reception_knows_nothing_of_the_browser(tab: Page, people: People) -> None:
    """What is kept is one sign-in; neither the code nor the number stays behind in the tab."""
    tab.goto("/sign-in")
    ask_for_code(tab)
    tab.get_by_label("6-digit code").fill("123456")
    tab.wait_for_url("/today")
    kept: Json = tab.evaluate("JSON.parse(localStorage.getItem('bedside.sign-in'))")
    assert kept.keys() == {"accessToken", "refreshToken", "expiresAt", "user"}
    assert kept["user"] == people.clinician
    assert tab.evaluate("sessionStorage.length") == 0


BLOCKED = """for (const name of NAMES) {
  Object.defineProperty(globalThis, name, { get: () => { throw new DOMException("Denied", "SecurityError"); } });
}"""


def block(page: Page, *names: str) -> None:
    """Let the browser refuse these kinds of site storage, as it does when somebody blocks cookies."""
    page.add_init_script(BLOCKED.replace("NAMES", str(list(names))))


def test_a_form_waits_for_its_script(tab: Page, people: People) -> None:
    """On a slow network neither Enter nor the button sends anything, and the number is still there afterwards."""
    arrived = threading.Event()
    held: list[Route] = []
    tab.route("**/assets/*.js", lambda route: route.continue_() if arrived.is_set() else held.append(route))
    tab.goto("/sign-in", wait_until="commit")
    phone = tab.get_by_label("Phone number")
    phone.fill(NUMBER)
    phone.press("Enter")
    send = tab.get_by_role("button", name="Send code")
    expect(send).to_be_disabled()
    expect(phone).to_have_value(NUMBER)
    assert tab.url.endswith("/sign-in")
    assert people.calls == []
    arrived.set()
    for route in held:
        route.continue_()
    expect(send).to_be_enabled()
    expect(tab.locator("#not-ready")).to_have_count(0)
    expect(phone).to_have_value(NUMBER)
    send.click()
    expect(tab.get_by_label("6-digit code")).to_be_focused()


def test_a_browser_that_stores_nothing_is_told_so_first(tab: Page, people: People) -> None:
    """No code is asked for that could not be used; a page that needs a sign-in leads there too."""
    block(tab, "localStorage", "sessionStorage", "indexedDB")
    tab.goto("/account")
    tab.wait_for_url("/sign-in?next=%2Faccount")
    expect(tab.get_by_role("heading", name="Signing in is not possible here")).to_be_visible()
    expect(tab.locator("#blocked-text")).to_contain_text("This browser blocks site storage")
    assert people.calls == []


def test_storage_that_is_blocked_later_uses_up_no_code(tab: Page, people: People) -> None:
    """Neither blocked nor full storage is called a failure of the network, and the same code works afterwards."""
    tab.goto("/sign-in")
    ask_for_code(tab)
    refuse = "Storage.prototype.setItem = () => { throw new DOMException('', '%s'); }, null"
    tab.evaluate("globalThis.setItem = Storage.prototype.setItem, null")
    for name, text in [("SecurityError", "blocks site storage"), ("QuotaExceededError", "is full")]:
        tab.evaluate("localStorage['some'] = 'thing'")
        tab.evaluate(refuse % name)
        tab.get_by_label("6-digit code").fill("123456")
        expect(tab.locator("#code-error")).to_contain_text(text)
        tab.evaluate("Storage.prototype.setItem = globalThis.setItem, null")
        tab.get_by_label("6-digit code").fill("")
    assert people.asked("POST", "/otp/verify") == []
    tab.get_by_label("6-digit code").fill("123456")
    tab.wait_for_url("/today")


def test_a_tab_that_stores_nothing_still_signs_in(tab: Page) -> None:
    """Only a reload would lose the code that is waited for."""
    block(tab, "sessionStorage", "indexedDB")
    tab.goto("/sign-in")
    ask_for_code(tab)
    tab.get_by_label("6-digit code").fill("000000")
    expect(tab.locator("#code-error")).to_contain_text("4 tries left")
    tab.get_by_label("6-digit code").fill("123456")
    tab.wait_for_url("/today")
    expect(tab.locator("#who")).to_contain_text("Mere Tipene")
