"""Access tokens of records, kept in memory until shortly before they end."""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Final, Protocol
from urllib.parse import urlencode

from bedside.adapters.fhir.discovery import object_of
from bedside.adapters.rest import Answer, RestClient, RestError
from bedside.adapters.retry_after import retry_after_ms
from bedside.kernel.errors import UnavailableError
from bedside.ports.records import RecordBusyError, RecordRefusedError

_DEADLINE_S: Final = 8.0
# A token has to last as long as the request that it is for.
_RENEW_BEFORE_S: Final = 60
# RFC 6749, 5.1: expires_in is recommended only. SMART's servers should not issue longer ones than five minutes.
_USUAL_LIFE_S: Final = 300
_REFUSED: Final = frozenset({400, 401, 403})
_LATER: Final = frozenset({429, 503})


@dataclass(frozen=True, slots=True)
class Token:
    """An access token, and the instant (Unix s) from which it is not used any more."""

    text: str = field(repr=False)
    until_s: float


class TokenSource(Protocol):
    """Issues access tokens. Raises RecordRefusedError, RecordBusyError, UnavailableError."""

    def issue(self) -> Token: ...


class Tokens:
    """The token in use, of one source."""

    def __init__(self, source: TokenSource, now_s: Callable[[], float] = time.time) -> None:
        self._source = source
        self._now_s = now_s
        self._token: Token | None = None

    def current(self) -> str:
        """Return the token, a new one if it is about to end."""
        if self._token is None or self._token.until_s <= self._now_s():
            self._token = self._source.issue()
        return self._token.text

    def forget(self) -> None:
        """Let the next request get a new token: the record has refused this one."""
        self._token = None


def request_token(rest: RestClient, path: str, form: Mapping[str, str], now_s: float, longest_s: float) -> Token:
    """Return the token for a grant (RFC 6749, 4.4), used for at most `longest_s` seconds."""
    headers = {"Content-Type": "application/x-www-form-urlencoded", "Accept": "application/json"}
    try:
        answer = rest.request("POST", path, headers, urlencode(form).encode(), deadline_s=_DEADLINE_S, idempotent=True)
    except RestError as error:
        raise UnavailableError("The record's sign-in does not answer.", str(error)) from error
    if answer.status in _LATER:
        wait_ms = retry_after_ms(answer.headers.get("retry-after", ""), time.time_ns() // 1_000_000)
        raise RecordBusyError("The record's sign-in wants to be asked later.", f"HTTP {answer.status}", wait_ms)
    if answer.status in _REFUSED:
        raise RecordRefusedError("The record does not let us in.", "sign-in-refused", oauth_error(answer))
    if answer.status != 200:  # noqa: PLR2004  # HTTP OK
        raise UnavailableError("The record's sign-in does not answer as expected.", f"HTTP {answer.status}")
    return _token(answer, now_s, longest_s)


def oauth_error(answer: Answer) -> str:
    """Return the error's code (RFC 6749, 5.2), or the status: never its description, which may quote what was sent."""
    known = {"invalid_client", "invalid_grant", "invalid_request", "invalid_scope", "unauthorized_client"}
    code = (object_of(answer.body) or {}).get("error")
    return code if isinstance(code, str) and code in known else f"HTTP {answer.status}"


def _token(answer: Answer, now_s: float, longest_s: float) -> Token:
    document = object_of(answer.body) or {}
    text, life_s = document.get("access_token"), document.get("expires_in", _USUAL_LIFE_S)
    if not isinstance(text, str) or not text or not text.isascii() or not text.isprintable() or " " in text:
        raise UnavailableError("The record's sign-in does not answer as expected.", "no token")
    try:
        # Some say it as text.
        life_s = min(longest_s, max(0.0, float(life_s) - _RENEW_BEFORE_S))
    except (ValueError, TypeError):
        life_s = 0.0
    return Token(text, now_s + life_s)
