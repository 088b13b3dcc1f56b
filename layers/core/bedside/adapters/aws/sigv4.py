"""AWS Signature Version 4, for presigned S3 URLs and for requests to AWS.

The SDK would cost about ten times as much at a cold start (docs/benchmarks.md). The algorithm:
https://docs.aws.amazon.com/IAM/latest/UserGuide/create-signed-request.html
"""

import hashlib
import hmac
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from urllib.parse import quote


@dataclass(frozen=True, slots=True)
class Credentials:
    """Credentials of the function's role; `expires_ms` is None if it is not known when they expire."""

    access_key: str
    secret_key: str = field(repr=False)
    session_token: str = field(default="", repr=False)
    expires_ms: int | None = None

    @classmethod
    def from_env(cls) -> "Credentials":
        """Return the credentials that Lambda puts into the environment. Raises KeyError outside of Lambda."""
        return cls(
            os.environ["AWS_ACCESS_KEY_ID"],
            os.environ["AWS_SECRET_ACCESS_KEY"],
            os.environ.get("AWS_SESSION_TOKEN", ""),
        )


@dataclass(frozen=True, slots=True)
class Scope:
    """The region and the service for which a signature is valid."""

    region: str
    service: str


def presigned_url(
    credentials: Credentials,
    scope: Scope,
    *,
    method: str,
    origin: str,
    path: str,
    query: Mapping[str, str],
    headers: Mapping[str, str],
    now_ms: int,
    life_s: int,
) -> str:
    """Return a URL that authorises one request, valid for `life_s` seconds.

    All given headers are signed, so the request must carry exactly these; the body is not signed.
    `path` is unescaped; `headers` has lower-case names and no `host`.
    """
    stamp = _stamp(now_ms)
    signed = {"host": origin.split("://", 1)[1], **headers}
    names = ";".join(sorted(signed))
    parameters = {
        **query,
        "X-Amz-Algorithm": "AWS4-HMAC-SHA256",
        "X-Amz-Credential": f"{credentials.access_key}/{_scope(scope, stamp)}",
        "X-Amz-Date": stamp,
        "X-Amz-Expires": str(life_s),
        "X-Amz-SignedHeaders": names,
    }
    if credentials.session_token:
        parameters["X-Amz-Security-Token"] = credentials.session_token
    escaped = quote(path, safe="/~")
    canonical_query = "&".join(f"{_escape(k)}={_escape(v)}" for k, v in sorted(parameters.items()))
    signature = _signature(
        credentials, scope, stamp, _canonical(method, escaped, canonical_query, signed, "UNSIGNED-PAYLOAD")
    )
    return f"{origin}{escaped}?{canonical_query}&X-Amz-Signature={signature}"


def signed_headers(
    credentials: Credentials,
    scope: Scope,
    *,
    method: str,
    host: str,
    path: str,
    query: str,
    headers: Mapping[str, str],
    body: bytes,
    now_ms: int,
) -> dict[str, str]:
    """Return `headers` extended by those that authenticate one request to `host`; names in lower case.

    `path` is escaped, as it is sent; `query` is canonical: escaped and sorted by name.
    """
    stamp = _stamp(now_ms)
    digest = hashlib.sha256(body).hexdigest()
    signed = {**headers, "host": host, "x-amz-date": stamp}
    if credentials.session_token:
        signed["x-amz-security-token"] = credentials.session_token
    if scope.service == "s3":
        signed["x-amz-content-sha256"] = digest
    # Every service but S3 signs the path escaped twice.
    canonical_path = path if scope.service == "s3" else quote(path, safe="/~")
    signature = _signature(credentials, scope, stamp, _canonical(method, canonical_path, query, signed, digest))
    signed["authorization"] = (
        f"AWS4-HMAC-SHA256 Credential={credentials.access_key}/{_scope(scope, stamp)}, "
        f"SignedHeaders={';'.join(sorted(signed))}, Signature={signature}"
    )
    del signed["host"]  # the HTTP client writes it
    return signed


def _canonical(method: str, path: str, query: str, headers: Mapping[str, str], payload: str) -> str:
    lines = "".join(f"{name}:{headers[name].strip()}\n" for name in sorted(headers))
    return f"{method}\n{path}\n{query}\n{lines}\n{';'.join(sorted(headers))}\n{payload}"


def _signature(credentials: Credentials, scope: Scope, stamp: str, canonical: str) -> str:
    to_sign = f"AWS4-HMAC-SHA256\n{stamp}\n{_scope(scope, stamp)}\n{hashlib.sha256(canonical.encode()).hexdigest()}"
    key = f"AWS4{credentials.secret_key}".encode()
    for part in (stamp[:8], scope.region, scope.service, "aws4_request"):
        key = hmac.digest(key, part.encode(), "sha256")
    return hmac.new(key, to_sign.encode(), "sha256").hexdigest()


def _scope(scope: Scope, stamp: str) -> str:
    return f"{stamp[:8]}/{scope.region}/{scope.service}/aws4_request"


def _stamp(now_ms: int) -> str:
    return datetime.fromtimestamp(now_ms // 1000, tz=UTC).strftime("%Y%m%dT%H%M%SZ")


def _escape(text: str) -> str:
    return quote(text, safe="-_.~")
