"""AWS Signature Version 4 from the verifier's side: what a request claims, and whether a secret confirms it.

Standard library only: it runs in the emulator's process, which does not check the signatures of its administrator.
https://docs.aws.amazon.com/IAM/latest/UserGuide/create-signed-request.html
"""

import hashlib
import hmac
import re
from dataclasses import dataclass
from datetime import UTC, datetime
from urllib.parse import parse_qsl, quote

from local.guard import Scope, values

_ALGORITHM = "AWS4-HMAC-SHA256"
_HEADER = re.compile(rf"{_ALGORITHM} Credential=([^,\s]+),\s*SignedHeaders=([^,\s]+),\s*Signature=([0-9a-f]{{64}})")
_CREDENTIAL = re.compile(r"([A-Za-z0-9]{8,128})/([0-9]{8})/([a-z0-9-]+)/([a-z0-9-]+)/aws4_request")
_STAMP = "%Y%m%dT%H%M%SZ"
# AWS accepts a signed header for 5 to 15 minutes, by service.
_SKEW_S = 15 * 60


@dataclass(frozen=True, slots=True)
class Claim:
    """A request's signature, not verified yet; `is_presigned` if it is in the query."""

    access_key: str
    token: str
    scope: tuple[str, str, str]
    signed: tuple[str, ...]
    stamp: str
    signature: str
    is_presigned: bool

    @property
    def service(self) -> str:
        return self.scope[2]


def claimed(scope: Scope) -> Claim | None:
    """Return the request's claim; None if it has none, more than one, or a malformed one."""
    authorization = values(scope, b"authorization")
    pairs = query(scope)
    presigned = [(name, value) for name, value in pairs if name.lower().startswith("x-amz-")]
    if authorization and not presigned and len(authorization) == 1:
        found = _HEADER.fullmatch(authorization[0])
        stamps, tokens = values(scope, b"x-amz-date"), values(scope, b"x-amz-security-token")
        if found and len(stamps) == 1 and len(tokens) <= 1:
            return _claim(found[1], found[2], found[3], stamps[0], "".join(tokens), is_presigned=False)
    named = dict(presigned)
    if authorization or len(named) != len(presigned) or named.get("X-Amz-Algorithm") != _ALGORITHM:
        return None
    given = [
        named.get(f"X-Amz-{name}", "")
        for name in ("Credential", "SignedHeaders", "Signature", "Date", "Security-Token")
    ]
    return _claim(*given, is_presigned=True)


def is_genuine(claim: Claim, secret: str, scope: Scope, body: bytes, now_s: float) -> bool:
    """Return whether this secret signed this request, and recently; of a presigned one S3 checks the age itself."""
    try:
        signed_at = datetime.strptime(claim.stamp, _STAMP).replace(tzinfo=UTC).timestamp()
    except ValueError:
        return False
    if claim.stamp[:8] != claim.scope[0] or (not claim.is_presigned and abs(now_s - signed_at) > _SKEW_S):
        return False
    lines = "".join(f"{name}:{_joined(scope, name)}\n" for name in claim.signed)
    declared = values(scope, b"x-amz-content-sha256")
    payload = declared[0] if declared else hashlib.sha256(body).hexdigest()
    canonical = "\n".join(
        (
            scope["method"],
            _path(scope, claim.service),
            _canonical_query(scope),
            lines,
            ";".join(claim.signed),
            "UNSIGNED-PAYLOAD" if claim.is_presigned else payload,
        )
    )
    place = "/".join((*claim.scope, "aws4_request"))
    to_sign = "\n".join((_ALGORITHM, claim.stamp, place, hashlib.sha256(canonical.encode()).hexdigest()))
    key = f"AWS4{secret}".encode()
    for part in (*claim.scope, "aws4_request"):
        key = hmac.digest(key, part.encode(), "sha256")
    return hmac.compare_digest(hmac.new(key, to_sign.encode(), "sha256").hexdigest(), claim.signature)


def query(scope: Scope) -> list[tuple[str, str]]:
    """Return the parameters of the query, decoded."""
    return parse_qsl(scope["query_string"].decode("latin-1"), keep_blank_values=True)


def _claim(credential: str, signed: str, signature: str, stamp: str, token: str, *, is_presigned: bool) -> Claim | None:
    found = _CREDENTIAL.fullmatch(credential)
    names = tuple(signed.split(";"))
    if not found or "host" not in names:
        return None
    return Claim(found[1], token, (found[2], found[3], found[4]), names, stamp, signature, is_presigned)


def _joined(scope: Scope, name: str) -> str:
    given = [value.decode("utf-8", "replace") for each, value in scope["headers"] if each.lower() == name.encode()]
    return ",".join(" ".join(value.split()) for value in given)


def _path(scope: Scope, service: str) -> str:
    path: str = scope["raw_path"].decode("latin-1")
    # S3 signs the path as it is sent, every other service escapes it once more.
    return path if service == "s3" else quote(path, safe="/-_.~")


def _canonical_query(scope: Scope) -> str:
    pairs = [(quote(n, safe="-_.~"), quote(v, safe="-_.~")) for n, v in query(scope) if n != "X-Amz-Signature"]
    return "&".join(f"{name}={value}" for name, value in sorted(pairs))
