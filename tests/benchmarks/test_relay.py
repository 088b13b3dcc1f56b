import httpx

from benchmarks.relay import relaying
from tests.fakes.serving import Handler, serving

_SIGNED = "AWS4-HMAC-SHA256 Credential=AKID/20260102/us-east-1/dynamodb/aws4_request, SignedHeaders=host, Signature=0"


class _Echo(Handler):
    """Answers with what it was asked."""

    def do_POST(self) -> None:  # noqa: N802  # the name is http.server's
        text = f"{self.path} {self.headers['host']} {self.headers['x-amz-target']} {self.body().decode()}"
        self.answer(418, text.encode())


def test_a_relay_passes_requests_on_unchanged() -> None:
    """Path, host, headers, body and status arrive as they were sent: all of them may be signed."""
    with serving(_Echo) as target, relaying(target) as relay, httpx.Client(trust_env=False) as http:
        headers = {"authorization": _SIGNED, "x-amz-target": "GetItem"}
        answer = http.post(f"{relay.origin}/a%20b?c=%2F", content=b"{}", headers=headers)
    host = relay.origin.removeprefix("http://")
    assert (answer.status_code, answer.text) == (418, f"/a%20b?c=%2F {host} GetItem {{}}")


def test_a_relay_counts_by_the_service_that_a_request_was_signed_for() -> None:
    """Every request on a kept connection counts, also one that nobody signed."""
    with serving(_Echo) as target, relaying(target) as relay, httpx.Client(trust_env=False) as http:
        for headers in ({"authorization": _SIGNED}, {"authorization": _SIGNED}, {}):
            http.post(relay.origin, headers=headers)
    assert relay.counted == {"dynamodb": 2, "unsigned": 1}
