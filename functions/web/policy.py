"""The security headers of every response."""

import os
from collections.abc import Mapping
from urllib.parse import urlsplit

_ABLY = {"BEDSIDE_ABLY_REALTIME_URL": "https://realtime.ably.io", "BEDSIDE_ABLY_REST_URL": "https://rest.ably.io"}


def security_headers(environment: Mapping[str, str] = os.environ) -> dict[str, str]:
    """Return the security headers.

    Reads `BEDSIDE_STORAGE_ORIGIN` (without it, the regional address of `BEDSIDE_BUCKET`), `BEDSIDE_LIVE_URL`,
    `BEDSIDE_LIVE_PROVIDER` and, with Ably, `BEDSIDE_ABLY_REALTIME_URL` and `BEDSIDE_ABLY_REST_URL`; and
    `BEDSIDE_ROOM_PAGE`, the page of the rooms that visits embed.
    """
    return {
        "content-security-policy": content_security_policy(environment),
        "cross-origin-opener-policy": "same-origin",
        "cross-origin-resource-policy": "same-origin",
        "permissions-policy": permissions_policy(environment),
        "referrer-policy": "no-referrer",
        "x-content-type-options": "nosniff",
    }


def content_security_policy(environment: Mapping[str, str]) -> str:
    """Return a policy that allows only our origin, the bucket, the live channel, and the rooms of visits."""
    storage = storage_origin(environment)
    live = _origin(environment.get("BEDSIDE_LIVE_URL", ""))
    room = room_origin(environment)
    ably = []
    if environment.get("BEDSIDE_LIVE_PROVIDER") == "ably":
        ably = [_origin(environment.get(name, usual)) for name, usual in _ABLY.items()]
    directives = {
        "default-src": ["'none'"],
        "script-src": ["'self'"],
        "style-src": ["'self'"],
        "img-src": ["'self'", "blob:", "data:", storage],
        "connect-src": ["'self'", live, storage, *ably],
        # Without a room, default-src applies, which forbids frames.
        **({"frame-src": [room]} if room else {}),
        "manifest-src": ["'self'"],
        # Scripts send what forms hold; a form whose script is late must not put it into an address.
        "form-action": ["'none'"],
        "base-uri": ["'none'"],
        "frame-ancestors": ["'none'"],
    }
    return "; ".join(" ".join([name, *filter(None, sources)]) for name, sources in directives.items())


def permissions_policy(environment: Mapping[str, str]) -> str:
    """Return a policy that allows our pages the camera, and the rooms of visits also microphone and screen."""
    room = room_origin(environment)
    devices = {"camera": "(self)", "microphone": "()", "display-capture": "()"}
    if room:
        devices = dict.fromkeys(devices, f'(self "{room}")')
    # otp-credentials lets a phone's browser offer the code from a text message.
    allowed = devices | {"otp-credentials": "(self)", "geolocation": "()", "payment": "()", "usb": "()"}
    return ", ".join(f"{name}={allowlist}" for name, allowlist in allowed.items())


def room_origin(environment: Mapping[str, str]) -> str:
    """Return the origin of the rooms that visits embed, or "" if none is configured."""
    return _origin(environment.get("BEDSIDE_ROOM_PAGE", ""))


def storage_origin(environment: Mapping[str, str]) -> str:
    """Return the origin of presigned URLs, or "" if no bucket is configured."""
    if configured := _origin(environment.get("BEDSIDE_STORAGE_ORIGIN", "")):
        return configured
    bucket, region = environment.get("BEDSIDE_BUCKET", ""), environment.get("AWS_REGION", "")
    fips = "-fips" if environment.get("AWS_USE_FIPS_ENDPOINT", "").lower() == "true" else ""
    suffix = environment.get("BEDSIDE_URL_SUFFIX") or "amazonaws.com"
    return f"https://{bucket}.s3{fips}.{region}.{suffix}" if bucket and region else ""


def _origin(url: str) -> str:
    """Return a URL's origin: with a path, a policy would match fewer URLs than intended."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}" if parts.scheme and parts.netloc else ""
