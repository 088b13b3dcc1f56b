"""With LAN=1, the pages for developers ask for the key that was printed at start."""

import pytest

from local.page_key import PageKey
from tests.local.asgi import request

_ORIGIN = "https://192.0.2.7:8000"
_GUARDED = [
    *("/outbox", "/outbox/"),
    *("/hms", "/hms/", "/hms/state", "/hms/faults", "/hms/drop", "/hms/api/v2/rooms"),
    *("/push/messages", "/push/browsers", "/push/send/x", "/novu/state", "/novu/api/v1/events/trigger"),
    *("/ehr", "/ehr/", "/ehr/state", "/ehr/r4/faults", "/ehr/alex/clients"),
    *("/stripe", "/stripe/", "/stripe/state", "/stripe/faults", "/stripe/do", "/stripe/api/v1/refunds"),
]
_OPEN = [
    *("/", "/capture", "/outbox-else", "/hms-else", "/hms/room", "/hms/static/room.js"),
    *("/stripe-else", "/stripe/pay/cs_1", "/stripe/voucher/pi_1", "/stripe/onboarding/x", "/stripe/identity/vs_1"),
]


@pytest.mark.parametrize("path", _GUARDED)
def test_pages_ask_for_the_key(path: str) -> None:
    """Without it, with a wrong one, or with an empty one: 403."""
    for url in (path, f"{path}?key=guess", f"{path}?key="):
        for headers in ({}, {"Cookie": "bedside-pages=guess"}, {"Authorization": "Bearer guess"}, {"Cookie": "="}):
            refused = PageKey("the-key").answer(request("GET", _ORIGIN + url, headers))
            assert refused
            assert refused.status_code == 403


@pytest.mark.parametrize("path", _GUARDED)
def test_the_link_sets_a_cookie_that_opens_them(path: str) -> None:
    """The address that stays in the browser's history has no key any more; scripts send it as a token."""
    key = PageKey("the-key")
    opened = key.answer(request("GET", f"{_ORIGIN}{path}?key=the-key&phone=%2B64"))
    assert opened
    assert (opened.status_code, opened.headers["location"]) == (303, f"{path}?phone=%2B64")
    cookies = opened.headers.getlist("set-cookie")
    assert [cookie.partition("Path=")[2].partition(";")[0] for cookie in cookies] == [
        "/outbox",
        "/hms",
        "/stripe",
        "/push",
        "/novu",
        "/ehr",
    ]
    assert all({"HttpOnly", "Secure", "SameSite=strict"} <= set(cookie.split("; ")) for cookie in cookies)
    held = cookies[0].partition(";")[0]
    assert key.answer(request("GET", _ORIGIN + path, {"Cookie": f"a=b; {held}"})) is None
    assert key.answer(request("POST", _ORIGIN + path, {"Authorization": "Bearer the-key"})) is None


@pytest.mark.parametrize("path", _OPEN)
def test_what_phones_need_is_open(path: str) -> None:
    """The product's own pages, the room of a visit, and where one pays or is paid."""
    assert PageKey("the-key").answer(request("GET", _ORIGIN + path)) is None


def test_on_loopback_no_key_is_asked_for() -> None:
    """As README's first steps say."""
    assert PageKey("").answer(request("GET", "http://localhost:8000/outbox")) is None
