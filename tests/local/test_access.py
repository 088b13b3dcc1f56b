"""The emulator serves the front, and those who sign with what the stack has issued."""

import time
from typing import Any

import pytest
from botocore.auth import S3SigV4QueryAuth, SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

from bedside.adapters.aws.sigv4 import Credentials as OwnCredentials
from bedside.adapters.aws.sigv4 import Scope as OwnScope
from bedside.adapters.aws.sigv4 import presigned_url, signed_headers
from local.access import FRONT_KEY, Access
from tests.local.asgi import Inner, answer, request

_ORIGIN = "http://127.0.0.1:8001"
_FRONT = "key-of-the-front"
_ISSUED = {("AKIAADMINISTRATOR", ""): "secret", ("ASIAROLE00000000", "token"): "of-the-role"}
_ADMIN = Credentials("AKIAADMINISTRATOR", "secret")
_ROLE = Credentials("ASIAROLE00000000", "of-the-role", "token")


def _door(inner: Inner) -> Access:
    return Access(inner, _FRONT, lambda key, token: _ISSUED.get((key, token)))


def _signed(credentials: Credentials, *, body: bytes = b"{}", service: str = "ssm", **more: str) -> dict[str, str]:
    headers = {"X-Amz-Target": "AmazonSSM.GetParametersByPath", "Host": "127.0.0.1:8001", **more}
    made = AWSRequest("POST", f"{_ORIGIN}/", headers=headers, data=body)
    SigV4Auth(credentials, service, "us-east-1").add_auth(made)
    return dict(made.headers)


@pytest.mark.parametrize("credentials", [_ADMIN, _ROLE], ids=["administrator", "role"])
def test_signed_requests_pass_unchanged(credentials: Credentials) -> None:
    """An SDK's signature over headers and body, which may come in pieces."""
    inner = Inner()
    scope = request("POST", f"{_ORIGIN}/", _signed(credentials, body=b'{"Path": "/"}'))
    assert answer(_door(inner), scope, b'{"Path"', b': "/"}') == 200
    assert inner.bodies == [b'{"Path": "/"}']


def test_requests_of_the_products_own_client_pass() -> None:
    """What functions send, with a path and a query that must be escaped."""
    headers = signed_headers(
        OwnCredentials("ASIAROLE00000000", "of-the-role", "token"),
        OwnScope("us-east-1", "execute-api"),
        method="POST",
        host="127.0.0.1:8001",
        path="/_aws/execute-api/a/live/%40connections/x%3D",
        query="a=1%202&b=",
        headers={"content-type": "application/json"},
        body=b"{}",
        now_ms=time.time_ns() // 1_000_000,
    )
    url = f"{_ORIGIN}/_aws/execute-api/a/live/%40connections/x%3D?a=1%202&b="
    assert answer(_door(Inner()), request("POST", url, headers), b"{}") == 200


@pytest.mark.parametrize(
    "headers",
    [
        {"Authorization": "AWS4-HMAC-SHA256 Credential=test/20260101/us-east-1/ssm/aws4_request"},
        {"Authorization": "Bearer token"},
        {},
        _signed(Credentials("test", "test")),
        _signed(Credentials("000000000000", "secret")),
        _signed(Credentials("AKIAADMINISTRATOR", "guess")),
        _signed(Credentials("ASIAROLE00000000", "of-the-role")),
        _signed(Credentials("ASIAROLE00000000", "of-the-role", "another")),
        {**_signed(_ADMIN), "X-Amz-Target": "AmazonSSM.PutParameter"},
        {**_signed(_ADMIN), "Host": "localhost:8001"},
        {**_signed(_ADMIN), "X-Amz-Copy-Source": "bucket/key"},
        {**_signed(_ADMIN), "X-Amz-Date": "20200101T000000Z"},
    ],
    ids=[
        *("named-test", "bearer", "unsigned", "test", "account", "wrong-secret", "no-token", "wrong-token"),
        *("other-target", "other-host", "unsigned-header", "other-date"),
    ],
)
def test_guesses_are_refused(headers: dict[str, str]) -> None:
    """Names that the bare emulator takes for its administrator, wrong secrets, and requests changed after signing."""
    inner = Inner()
    assert answer(_door(inner), request("POST", f"{_ORIGIN}/", headers), b"{}") == 403
    assert inner.scopes == []


def test_a_body_is_the_signed_one() -> None:
    """Another body under the same headers is refused."""
    assert answer(_door(Inner()), request("POST", f"{_ORIGIN}/", _signed(_ADMIN)), b'{"a": 1}') == 403


def test_an_old_signature_is_refused() -> None:
    """A signed request that somebody kept is good for 15 minutes."""
    inner = Inner()
    door = Access(inner, _FRONT, lambda *_: "secret", lambda: time.time() + 16 * 60)
    assert answer(door, request("POST", f"{_ORIGIN}/", _signed(_ADMIN)), b"{}") == 403


def test_the_front_passes_by_its_key_alone() -> None:
    """For HTTP and sockets; the key goes no further, and a wrong one is no better than none."""
    inner = Inner()
    for kind in ("http", "websocket"):
        scope = request("POST", f"{_ORIGIN}/_ministack/sns/sms-messages", {FRONT_KEY: _FRONT, "X-Own": "1"}, kind)
        assert answer(_door(inner), scope) == 200
        assert answer(_door(inner), request("GET", f"{_ORIGIN}/", {FRONT_KEY: "guess"}, kind)) == 403
        assert answer(_door(inner), request("GET", f"{_ORIGIN}/", {}, kind)) == 403
    assert [[name for name, _ in scope["headers"]] for scope in inner.scopes] == [[b"host", b"x-own"]] * 2


def test_a_wrong_key_is_not_saved_by_a_signature() -> None:
    """Whoever sends the header claims to be the front."""
    assert answer(_door(Inner()), request("POST", f"{_ORIGIN}/", _signed(_ADMIN) | {FRONT_KEY: "guess"}), b"{}") == 403


@pytest.mark.parametrize("path", ["/_ministack/reset", "/_ministack/config", "/_localstack/health"])
def test_switches_of_the_emulator_are_the_fronts(path: str) -> None:
    """No function's role reaches what resets the emulator or shows its messages."""
    headers = {"Host": "127.0.0.1:8001"}
    made = AWSRequest("POST", f"{_ORIGIN}{path}", headers=headers, data=b"{}")
    SigV4Auth(_ROLE, "ssm", "us-east-1").add_auth(made)
    assert answer(_door(Inner()), request("POST", f"{_ORIGIN}{path}", dict(made.headers)), b"{}") == 403


def _link(method: str = "PUT", **headers: str) -> str:
    return presigned_url(
        OwnCredentials("ASIAROLE00000000", "of-the-role", "token"),
        OwnScope("us-east-1", "s3"),
        method=method,
        origin="http://localhost:8000",
        path="/bucket/sessions/F 1/ü.jpg",
        query={},
        headers=headers,
        now_ms=time.time_ns() // 1_000_000,
        life_s=300,
    )


def test_links_to_storage_pass() -> None:
    """With the host that they were made for, whichever port they arrive at."""
    url = _link(**{"content-type": "image/jpeg"})
    assert answer(_door(Inner()), request("PUT", url, {"Content-Type": "image/jpeg"}), b"x") == 200
    made = AWSRequest("GET", "http://localhost:8000/bucket/a%20b?response-cache-control=no-store")
    S3SigV4QueryAuth(_ROLE, "s3", "us-east-1", expires=60).add_auth(made)
    assert answer(_door(Inner()), request("GET", str(made.url))) == 200


@pytest.mark.parametrize(
    ("method", "url", "headers"),
    [
        ("PUT", _link() + "&Action=CreateStack", {}),
        ("POST", _link(), {}),
        ("PUT", _link().replace("sessions", "others"), {}),
        ("PUT", _link().replace("localhost:8000", "127.0.0.1:8000"), {}),
        ("PUT", _link(), {"X-Amz-Target": "AmazonSSM.GetParametersByPath"}),
        ("PUT", _link(), {"X-Amz-Copy-Source": "bucket/key"}),
        ("PUT", _link(), {"Authorization": "AWS4-HMAC-SHA256 Credential=test/20260101/us-east-1/ssm/aws4_request"}),
        ("PUT", _link().replace("ASIAROLE00000000", "AKIAADMINISTRATOR"), {}),
        ("PUT", _link() + "&X-Amz-Signature=" + "0" * 64, {}),
    ],
    ids=["action", "method", "key", "host", "target", "copy", "two-signatures", "other-key", "twice"],
)
def test_a_changed_link_is_refused(method: str, url: str, headers: dict[str, str]) -> None:
    """Other services' parameters and headers, another object, another method."""
    assert answer(_door(Inner()), request(method, url, headers)) == 403


def test_links_are_for_storage_only() -> None:
    """A signature in the query for another service is refused, although its secret is right."""
    made = AWSRequest("GET", f"{_ORIGIN}/?Action=GetParametersByPath")
    S3SigV4QueryAuth(_ADMIN, "ssm", "us-east-1", expires=60).add_auth(made)
    assert answer(_door(Inner()), request("GET", str(made.url))) == 403


def test_the_loop_of_the_server_passes() -> None:
    """What is neither a request nor a socket is the server's own."""
    inner = Inner()
    lifespan: dict[str, Any] = {"type": "lifespan"}
    assert answer(_door(inner), lifespan) == 200
    assert inner.scopes == [lifespan]
