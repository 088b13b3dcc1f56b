"""The stand-ins for push services and for Novu: what scripts may do with them, and what functions may not."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any

import httpx
import pytest

from local.guard import Guard
from local.novu.app import Novu, Provider
from local.push.app import Push
from local.push.service import Service
from local.webhooks import Receiver
from tests.web.serving import Serving

HOST = "http://localhost"
HEADERS = {"TTL": "60", "Content-Encoding": "aes128gcm"}

type Client = Callable[[Any], httpx.Client]


@pytest.fixture
def service() -> Service:
    return Service(HOST)


@pytest.fixture
def client() -> Iterator[Client]:
    """Give a client of an application."""
    with ExitStack() as stack:

        def make(app: Any) -> httpx.Client:
            server = Serving(app)
            stack.callback(server.stop)
            return stack.enter_context(httpx.Client(base_url=server.origin, trust_env=False))

        yield make


@pytest.fixture
def scripts(service: Service, client: Client) -> httpx.Client:
    return client(Push(service))


def browser(scripts: httpx.Client, **more: Any) -> str:
    made = scripts.post("/push/browsers", json=more)
    assert made.status_code == 201
    return str(made.json()["endpoint"]).removeprefix(HOST)


def test_scripts_make_browsers_and_end_them(scripts: httpx.Client) -> None:
    """As JSON of this machine's pages alone; what was never subscribed is 404, what has ended 410."""
    path = browser(scripts)
    assert scripts.post(path, headers=HEADERS).status_code == 403
    assert scripts.delete(path.replace("/send/", "/browsers/")).status_code == 204
    assert scripts.post(path, headers=HEADERS).status_code == 410
    assert scripts.post(f"{path}x", headers=HEADERS).status_code == 404
    assert scripts.delete("/push/browsers/nobody").status_code == 404
    for content in ("[]", "{", "1"):
        answer = scripts.post("/push/browsers", content=content, headers={"Content-Type": "application/json"})
        assert answer.status_code == 422, content
    assert scripts.post("/push/browsers", content="{}").status_code == 422
    assert scripts.get("/push/messages").json() == []


@pytest.mark.parametrize(
    ("headers", "body", "status"),
    [
        ({"TTL": ""}, b"", 400),
        ({"Content-Encoding": "aesgcm"}, b"", 400),
        ({"Urgency": "at once"}, b"", 400),
        ({"Topic": "t" * 33}, b"", 400),
        ({}, b"x" * 4097, 413),
        ({}, b"", 403),
        ({"Authorization": "vapid t=x"}, b"", 403),
        ({"Authorization": "vapid t=x, k=AAAA"}, b"", 403),
        ({"Authorization": "Bearer x"}, b"", 403),
    ],
)
def test_it_refuses_what_push_services_refuse(
    scripts: httpx.Client, headers: dict[str, str], body: bytes, status: int
) -> None:
    """Without a life, in another encoding, too long, or by somebody who proves no key."""
    answer = scripts.post(browser(scripts), content=body, headers={**HEADERS, **headers})
    assert answer.status_code == status


def test_what_goes_wrong_can_be_chosen(scripts: httpx.Client, service: Service) -> None:
    """An answer, with Retry-After or without; what is no switch is refused."""
    path = browser(scripts)
    for answer, retry in ((404, 0), (410, 0), (429, 5)):
        assert scripts.post("/push/faults", json={"answer": answer, "retryAfterS": retry}).status_code == 200
        got = scripts.post(path, headers=HEADERS)
        assert (got.status_code, got.headers.get("retry-after")) == (answer, str(retry) if retry else None)
    for odd in ({"answer": 200}, {"answer": True}, {"retryAfterS": -1}, {"x": 1}):
        assert scripts.post("/push/faults", json=odd).status_code == 422
    assert scripts.post("/push/faults", json={"apiDown": 60}).status_code == 200
    assert scripts.post(path, headers=HEADERS).status_code == 503
    assert scripts.delete("/push/faults").json()["answer"] == 0
    assert service.faults.api_down == 0


def test_functions_reach_what_senders_use(service: Service, client: Client) -> None:
    """No switch, no message and no browser; and other sites' pages reach nothing."""
    carrier = Novu(Provider("key", "whsec_AAAA", Receiver(f"{HOST}/webhooks/novu", {})))
    push, novu = client(Guard(Push(service).for_functions())), client(carrier.for_functions())
    for path in ("/push/messages", "/push/faults", "/push/browsers"):
        assert push.get(path).status_code == 404
    for path in ("/novu/state", "/novu/faults"):
        assert novu.get(path).status_code == 404
    assert push.post("/push/send/x", headers=HEADERS).status_code == 404
    assert push.post("/push/send/x", headers={**HEADERS, "Origin": "https://evil.example"}).status_code == 403
    assert push.post("/push/send/x", headers={**HEADERS, "Host": "evil.example"}).status_code == 403


def test_novu_asks_for_its_key(client: Client) -> None:
    """A trigger without it, with another one, that is none, or of a workflow that nobody has made."""
    carrier = client(Novu(Provider("key", "whsec_AAAA", Receiver(f"{HOST}/webhooks/novu", {}))))
    trigger, right = "/novu/api/v1/events/trigger", {"Authorization": "ApiKey key"}
    assert carrier.post(trigger, json={}).status_code == 401
    assert carrier.post(trigger, json={}, headers={"Authorization": "ApiKey other"}).status_code == 401
    assert carrier.post(trigger, json={}, headers=right).status_code == 400
    assert carrier.post(trigger, json=[], headers=right).status_code == 400
    unknown = {"name": "another", "to": {"subscriberId": "s"}}
    assert carrier.post(trigger, json=unknown, headers=right).status_code == 422
    assert carrier.post("/novu/faults", json={"throttle": True, "retryAfterS": 2}).status_code == 200
    throttled = carrier.post(trigger, json=unknown, headers=right)
    assert (throttled.status_code, throttled.headers["retry-after"]) == (429, "2")
    for odd in ({"status": "fine"}, {"throttle": 1}):
        assert carrier.post("/novu/faults", json=odd).status_code == 422
    assert carrier.get("/novu/state").json() == {"triggered": [], "webhooks": []}
