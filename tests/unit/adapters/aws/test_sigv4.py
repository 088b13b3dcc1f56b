"""Our signatures are botocore's, byte for byte."""

from datetime import UTC, datetime
from unittest.mock import patch
from urllib.parse import parse_qs, urlsplit

import pytest
from botocore.auth import S3SigV4Auth, S3SigV4QueryAuth, SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials as SdkCredentials
from hypothesis import given
from hypothesis import strategies as st

from bedside.adapters.aws.sigv4 import Credentials, Scope, presigned_url, signed_headers
from tests.fakes.parameter_store import ACCESS_KEY, SECRET_KEY, SESSION_TOKEN, signed_properly

NOW_MS = 1_795_228_312_345
OURS = Credentials(ACCESS_KEY, SECRET_KEY, SESSION_TOKEN)


def botocore_url(method: str, url: str, headers: dict[str, str], life_s: int, token: str) -> str:
    """Presign the same request with botocore at the same instant."""
    request = AWSRequest(method, url, headers=headers)
    moment = datetime.fromtimestamp(NOW_MS // 1000, UTC).replace(tzinfo=None)
    with patch("botocore.auth.get_current_datetime", lambda **_: moment):
        credentials = SdkCredentials(ACCESS_KEY, SECRET_KEY, token or None)
        S3SigV4QueryAuth(credentials, "s3", "ap-southeast-2", expires=life_s).add_auth(request)
    return str(request.url)


def parameters(url: str) -> dict[str, list[str]]:
    return parse_qs(urlsplit(url).query, strict_parsing=True)


@pytest.mark.parametrize("token", [SESSION_TOKEN, ""])
@pytest.mark.parametrize("origin", ["https://bucket.s3.ap-southeast-2.amazonaws.com", "http://localhost:8000"])
@pytest.mark.parametrize(
    ("method", "headers"),
    [
        ("GET", {}),
        (
            "PUT",
            {
                "content-type": "image/jpeg",
                "if-none-match": "*",
                "x-amz-checksum-sha256": "n4bQgYhMfWWaL+qgxVrQFaO/TxsrC4Is0V1sFbDwCgg=",
                "content-length": "123456",
            },
        ),
    ],
)
def test_presigned_urls_are_botocores(method: str, headers: dict[str, str], origin: str, token: str) -> None:
    """Upload and download links carry the parameters and the signature that botocore writes."""
    path, query = "/sessions/FAC001/ENC~1/1795228312345_a.b_c-d.jpg", "response-cache-control=no-store"
    url = presigned_url(
        Credentials(ACCESS_KEY, SECRET_KEY, token),
        Scope("ap-southeast-2", "s3"),
        method=method,
        origin=origin,
        path=path,
        query={"response-cache-control": "no-store"},
        headers=headers,
        now_ms=NOW_MS,
        life_s=300,
    )
    theirs = botocore_url(method, f"{origin}{path}?{query}", headers, 300, token)
    assert urlsplit(url).path == path
    assert parameters(url) == parameters(theirs)


@given(key=st.from_regex(r"[A-Za-z0-9][A-Za-z0-9._~ +=&%-]{0,40}", fullmatch=True), life_s=st.integers(1, 604_800))
def test_any_key_is_signed_as_botocore_signs_it(key: str, life_s: int) -> None:
    """Characters that need escaping are escaped once, the same in the URL and in the signature."""
    origin = "http://localhost:8000"
    url = presigned_url(
        OURS,
        Scope("ap-southeast-2", "s3"),
        method="GET",
        origin=origin,
        path=f"/bucket/{key}",
        query={},
        headers={},
        now_ms=NOW_MS,
        life_s=life_s,
    )
    bare = url.partition("?")[0]
    assert parameters(url) == parameters(botocore_url("GET", bare, {}, life_s, SESSION_TOKEN))


@given(body=st.binary(max_size=200), now_ms=st.integers(1_500_000_000_000, 4_000_000_000_000))
def test_signed_headers_are_botocores(body: bytes, now_ms: int) -> None:
    """A signed POST carries the Authorization header that botocore writes."""
    headers = signed_headers(
        OURS,
        Scope("eu-west-1", "ssm"),
        method="POST",
        host="ssm.eu-west-1.amazonaws.com",
        path="/",
        query="",
        headers={"content-type": "application/x-amz-json-1.1", "x-amz-target": "AmazonSSM.GetParametersByPath"},
        body=body,
        now_ms=now_ms,
    )
    assert "host" not in headers
    assert signed_properly({**headers, "host": "ssm.eu-west-1.amazonaws.com"}, body)
    assert not signed_properly({**headers, "host": "ssm.eu-west-1.amazonaws.com"}, body + b"x")


@pytest.mark.parametrize(
    ("service", "signer", "method", "path", "query"),
    [
        ("s3", S3SigV4Auth, "HEAD", "/sessions/F/E/1_a%20b~c.jpg", ""),
        ("s3", S3SigV4Auth, "POST", "/", "delete="),
        ("execute-api", SigV4Auth, "POST", "/live/@connections/here%3D1%2F", ""),
        ("sns", SigV4Auth, "POST", "/", ""),
    ],
)
def test_any_service_takes_the_signature(
    service: str, signer: type[SigV4Auth], method: str, path: str, query: str
) -> None:
    """S3 signs the path as it is sent, all others escape it once more; both as botocore does."""
    headers = signed_headers(
        OURS,
        Scope("us-east-1", service),
        method=method,
        host="host.example",
        path=path,
        query=query,
        headers={"content-type": "text/plain"},
        body=b"body",
        now_ms=NOW_MS,
    )
    url = f"https://host.example{path}" + (f"?{query}" if query else "")
    theirs = AWSRequest(method, url, headers={"content-type": "text/plain"}, data=b"body")
    moment = datetime.fromtimestamp(NOW_MS // 1000, UTC).replace(tzinfo=None)
    with patch("botocore.auth.get_current_datetime", lambda **_: moment):
        theirs.context["payload_signing_enabled"] = True
        signer(SdkCredentials(ACCESS_KEY, SECRET_KEY, SESSION_TOKEN), service, "us-east-1").add_auth(theirs)
    assert headers["authorization"] == theirs.headers["Authorization"]


def test_credentials_come_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """The role's credentials are read when they are needed, and never shown."""
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", ACCESS_KEY)
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", SECRET_KEY)
    monkeypatch.setenv("AWS_SESSION_TOKEN", SESSION_TOKEN)
    found = Credentials.from_env()
    assert found == OURS
    assert SECRET_KEY not in repr(found)
    assert SESSION_TOKEN not in repr(found)
    monkeypatch.delenv("AWS_SESSION_TOKEN")
    assert Credentials.from_env().session_token == ""
    monkeypatch.delenv("AWS_ACCESS_KEY_ID")
    with pytest.raises(KeyError):
        Credentials.from_env()
