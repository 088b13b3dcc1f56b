"""The key of the pages that show and steer what nobody else on the network should: /outbox, and the stand-ins'."""

import hmac
from http.cookies import CookieError, SimpleCookie
from urllib.parse import parse_qsl, urlencode

from starlette.responses import PlainTextResponse, RedirectResponse, Response

from local.guard import Scope, values

_COOKIE = "bedside-pages"
_OURS = ("/outbox", "/hms", "/stripe", "/push", "/novu", "/ehr")
# What a phone needs of the stand-ins. For a visit: the room's page, whose socket asks for a token of its own. For a
# payment, and to be paid: pages at addresses that nobody can guess.
_OPEN = (
    "/hms/room",
    "/hms/signal",
    "/hms/static",
    "/ehr/boards",
    "/stripe/boards",
    "/stripe/identity",
    "/stripe/onboarding",
    "/stripe/pay",
    "/stripe/voucher",
)


class PageKey:
    """Asks for `key` at those pages: in a link, which sets a cookie, or from scripts as a bearer token."""

    def __init__(self, key: str) -> None:
        self._key = key

    def answer(self, scope: Scope) -> Response | None:
        """Return the response to a request that must not pass as it is; None lets it pass."""
        path: str = scope["path"]
        is_ours = any(f"{path}/".startswith(f"{page}/") for page in _OURS)
        if not self._key or not is_ours or any(f"{path}/".startswith(f"{page}/") for page in _OPEN):
            return None
        pairs = parse_qsl(scope["query_string"].decode("latin-1"), keep_blank_values=True)
        if any(self._is_key(value) for name, value in pairs if name == "key"):
            rest = urlencode([(name, value) for name, value in pairs if name != "key"])
            response = RedirectResponse(path + (f"?{rest}" if rest else ""), 303, {"Referrer-Policy": "no-referrer"})
            for page in _OURS:
                response.set_cookie(_COOKIE, self._key, path=page, secure=True, httponly=True, samesite="strict")
            return response
        tokens = [value.removeprefix("Bearer ") for value in values(scope, b"authorization")]
        if any(self._is_key(found) for found in (*tokens, *_cookies(scope))):
            return None
        return PlainTextResponse("Open the link with the key that `make run` has printed.", 403)

    def _is_key(self, given: str) -> bool:
        return hmac.compare_digest(given.encode(), self._key.encode())


def _cookies(scope: Scope) -> list[str]:
    try:
        jar = SimpleCookie("; ".join(values(scope, b"cookie")))
    except CookieError:
        return []
    return [jar[_COOKIE].value] if _COOKIE in jar else []
