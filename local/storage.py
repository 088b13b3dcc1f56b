"""What the front lets through to storage: reads and writes of single objects, by links that S3 has signed.

The emulator chooses the service by headers and query, so whatever could name another one stops here. That the
signature is genuine is checked where the secrets are, at the emulator's door (local/access.py).
"""

import re

from local.guard import Scope
from local.signature import claimed, query

METHODS = ("GET", "HEAD", "PUT", "OPTIONS")
# On AWS objects have an origin of their own; here a file that is really a page must not act as the product's.
APART = (
    (b"content-security-policy", b"default-src 'none'; style-src 'unsafe-inline'; sandbox"),
    (b"cross-origin-resource-policy", b"same-origin"),
    (b"x-content-type-options", b"nosniff"),
)
_PARAMETER = re.compile(
    r"X-Amz-(Algorithm|Credential|Date|Expires|Security-Token|SignedHeaders|Signature)"
    r"|response-(cache-control|content-(disposition|encoding|language|type)|expires)"
    r"|x-amz-(checksum-[a-z0-9]+|sdk-checksum-algorithm)|x-id|versionId"
)
_HEADERS = frozenset(
    b"accept accept-encoding accept-language access-control-request-headers access-control-request-method "
    b"cache-control content-encoding content-length content-md5 content-type expect host if-match "
    b"if-modified-since if-none-match if-unmodified-since origin range referer transfer-encoding user-agent".split()
)


def refusal(scope: Scope) -> tuple[int, str]:
    """Return the status and the reason with which a request is refused; (0, "") if it may pass."""
    if scope["method"] not in METHODS:
        return 405, "Storage is read and written only."
    if scope["method"] == "OPTIONS":
        return 0, ""
    claim = claimed(scope)
    if claim is None or not claim.is_presigned or claim.service != "s3":
        return 403, "Storage needs a presigned link."
    if not all(_PARAMETER.fullmatch(name) for name, _ in query(scope)):
        return 403, "The link has a parameter that is not storage's."
    return 0, ""


def headers_for(scope: Scope) -> list[tuple[bytes, bytes]]:
    """Return the headers that storage needs; of AWS's own only those that the link signs, as S3 itself demands."""
    claim = claimed(scope)
    signed = {name.encode() for name in claim.signed if name.startswith("x-amz-")} if claim else set()
    given = [(name.lower(), value) for name, value in scope["headers"]]
    return [(name, value) for name, value in given if name in _HEADERS or name in signed - {b"x-amz-target"}]
