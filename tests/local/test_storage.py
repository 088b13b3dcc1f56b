"""The front lets links to storage through, and nothing that could mean another service."""

import time

import pytest

from bedside.adapters.aws.sigv4 import Credentials, Scope, presigned_url
from local.storage import headers_for, refusal
from tests.local.asgi import request


def _link(service: str = "s3", **query: str) -> str:
    return presigned_url(
        Credentials("ASIAROLE00000000", "secret", "token"),
        Scope("us-east-1", service),
        method="PUT",
        origin="http://localhost:8000",
        path="/bucket/key",
        query=query,
        headers={"content-type": "image/jpeg", "x-amz-checksum-sha256": "abc"},
        now_ms=time.time_ns() // 1_000_000,
        life_s=300,
    )


@pytest.mark.parametrize("method", ["GET", "HEAD", "PUT"])
def test_links_pass(method: str) -> None:
    """For the three methods that the product makes links for."""
    for url in (_link(), _link(**{"response-content-disposition": 'attachment; filename="a.mp4"'})):
        assert refusal(request(method, url)) == (0, "")


@pytest.mark.parametrize("method", ["POST", "DELETE", "PATCH", "TRACE", "PROPFIND"])
def test_other_methods_are_refused(method: str) -> None:
    """405, with a link or without; a form can only POST."""
    assert refusal(request(method, _link()))[0] == refusal(request(method, "http://localhost:8000/bucket/"))[0] == 405


@pytest.mark.parametrize(
    "url",
    [
        "http://localhost:8000/bucket/key",
        "http://localhost:8000/bucket/?Action=CreateStack&Version=2010-05-15",
        "http://localhost:8000/bucket/?AWSAccessKeyId=test&Signature=x",
        _link("ssm"),
        _link(Action="CreateStack"),
        _link(acl=""),
        _link(uploads=""),
        _link(**{"X-Amz-Target": "AmazonSSM.GetParametersByPath"}),
        _link(**{"x-amz-copy-source": "bucket/other"}),
        _link().replace("X-Amz-Algorithm=AWS4-HMAC-SHA256", "X-Amz-Algorithm=AWS4-ECDSA-P256-SHA256"),
    ],
)
def test_what_is_no_link_is_refused(url: str) -> None:
    """Unsigned requests, older signatures, other services' parameters, and operations on the bucket itself."""
    assert refusal(request("GET", url))[0] == 403


def test_a_signature_in_a_header_is_refused() -> None:
    """Only links are for browsers."""
    headers = {"Authorization": "AWS4-HMAC-SHA256 Credential=test/20260101/us-east-1/s3/aws4_request"}
    assert refusal(request("GET", "http://localhost:8000/bucket/key", headers))[0] == 403
    assert refusal(request("GET", _link(), headers))[0] == 403


def test_headers_that_choose_a_service_are_dropped() -> None:
    """What storage needs is left; of AWS's own headers those that the link has signed."""
    given = {
        "X-Amz-Target": "AmazonSSM.GetParametersByPath",
        "X-Amz-Copy-Source": "bucket/other",
        "X-Amz-Security-Token": "token",
        "X-Bedside-Front-Key": "guess",
        "Cookie": "a=b",
        "Content-Type": "image/jpeg",
        "X-Amz-Checksum-Sha256": "abc",
    }
    names = [name for name, _ in headers_for(request("PUT", _link(), given))]
    assert names == [b"host", b"content-type", b"x-amz-checksum-sha256"]


def test_preflights_pass() -> None:
    """They have no signature; the front sends them on without their query."""
    headers = {"Origin": "http://localhost:8000", "Access-Control-Request-Method": "PUT", "X-Amz-Target": "x"}
    scope = request("OPTIONS", "http://localhost:8000/bucket/key?Action=CreateStack", headers)
    assert refusal(scope) == (0, "")
    assert [name for name, _ in headers_for(scope)] == [b"host", b"origin", b"access-control-request-method"]
