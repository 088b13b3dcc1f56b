"""Requests to Stripe's REST API: form-encoded, of a pinned version, and safe to repeat."""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final
from urllib.parse import urlencode

from bedside.adapters.aws.secret_values import PaymentKeys
from bedside.adapters.rest import Answer, RestClient, RestError
from bedside.kernel.errors import PaymentRefusedError, UnavailableError
from bedside.kernel.invocation import remaining_s

# The version of the shapes that we read (https://docs.stripe.com/api/versioning). Webhooks may have another one: we use
# their ids only, and retrieve the objects.
VERSION: Final = "2026-10-28.endive"
# For one call as a whole; a booking makes one or two while its patient waits.
_DEADLINE_S: Final = 4.0
# One call, plus the five seconds that DynamoDB needs afterwards. With less time left no call is made, so that what was
# learned is stored, and only its consequences are left to the next look.
_NEEDED_S: Final = 10.0
_NOT_FOUND: Final = 404
# https://docs.stripe.com/api/errors: the request is invalid, the card was declined, or the object is unknown. Other
# failures pass: a wrong key (401, 403), an unfinished request with the same idempotency key (409), too many requests.
_REFUSED: Final = frozenset({400, 402, 404})
_CODE: Final = re.compile(r"[a-z][a-z0-9_]{0,63}")
# https://docs.stripe.com/api/idempotent_requests
_KEY: Final = re.compile(r"[A-Za-z0-9:._-]{1,255}")

type Fields = Mapping[str, object]


class StripeClient:
    """The API under one secret key.

    Every request raises UnavailableError after 4 seconds, for an unexpected response, or immediately if the invocation
    has less than ten seconds left; one that Stripe understood and refuses raises PaymentRefusedError.
    """

    def __init__(self, api_url: str, keys: PaymentKeys) -> None:
        self._rest = RestClient(api_url)
        self._keys = keys

    def get(self, path: str, fields: Fields | None = None) -> dict[str, Any]:
        """Return an object."""
        return _object(self._checked(self._ask("GET", _addressed(path, fields))))

    def find(self, path: str, fields: Fields | None = None) -> dict[str, Any] | None:
        """Return an object, or None if Stripe does not know it."""
        answer = self._ask("GET", _addressed(path, fields))
        return None if answer.status == _NOT_FOUND else _object(self._checked(answer))

    def list(self, path: str, fields: Fields, *, account_id: str = "") -> list[dict[str, Any]]:
        """Return the objects of a list's first page: ours, or those of a connected account."""
        headers = {"Stripe-Account": account_id} if account_id else {}
        found = _object(self._checked(self._ask("GET", _addressed(path, fields), headers=headers))).get("data")
        if not isinstance(found, list) or not all(isinstance(each, dict) for each in found):
            raise UnavailableError("The payment provider did not answer as expected.", "not a list")
        return found

    def post(self, path: str, fields: Fields, key: str = "") -> dict[str, Any]:
        """Create or change an object, and return it: once for each idempotency key, which only "" does without.

        Raises ValueError for a key that is none.
        """
        if key and not _KEY.fullmatch(key):
            raise ValueError("not an idempotency key")
        body = urlencode(list(_flat(fields))).encode()
        return _object(self._checked(self._ask("POST", path, body, {"Idempotency-Key": key} if key else {})))

    def _ask(self, method: str, path: str, body: bytes = b"", headers: Mapping[str, str] | None = None) -> Answer:
        if remaining_s() < _NEEDED_S:
            raise UnavailableError("There is no time left to ask the payment provider.", "OutOfTime")
        sent = {"Authorization": f"Bearer {self._keys.secret_key}", "Stripe-Version": VERSION, **(headers or {})}
        if method == "POST":
            sent["Content-Type"] = "application/x-www-form-urlencoded"
        try:
            return self._rest.request(method, path, sent, body, deadline_s=_DEADLINE_S, idempotent=True)
        except RestError as error:
            raise UnavailableError("The payment provider does not answer.", str(error)) from error

    def _checked(self, answer: Answer) -> bytes:
        if 200 <= answer.status < 300:  # noqa: PLR2004  # HTTP's successes
            return answer.body
        if answer.status in _REFUSED:
            raise PaymentRefusedError("The payment provider refused the request.", _code(answer))
        raise UnavailableError("The payment provider does not answer as expected.", f"HTTP {answer.status}")


def _addressed(path: str, fields: Fields | None) -> str:
    return f"{path}?{urlencode(list(_flat(fields)))}" if fields else path


def _flat(fields: Fields, within: str = "") -> Iterator[tuple[str, str]]:
    """Yield form fields: `a[b]` of what is nested, `a[0]` of what is listed, nothing of what is None."""
    for name, value in fields.items():
        full = f"{within}[{name}]" if within else name
        match value:
            case None:
                continue
            case Mapping():
                yield from _flat(value, full)
            case Sequence() if not isinstance(value, str):
                yield from _flat({str(place): each for place, each in enumerate(value)}, full)
            case bool():
                yield full, "true" if value else "false"
            case _:
                yield full, str(value)


def _object(body: bytes) -> dict[str, Any]:
    try:
        document = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise UnavailableError("The payment provider did not answer as expected.", type(error).__name__) from error
    if not isinstance(document, dict):
        raise UnavailableError("The payment provider did not answer as expected.", "not an object")
    return document


def _code(answer: Answer) -> str:
    """Return Stripe's code of an error, or its kind: never its message, which may quote what was sent."""
    try:
        error = json.loads(answer.body)["error"]
        named = [error.get(name) for name in ("code", "type")]
    except (ValueError, LookupError, TypeError, AttributeError, RecursionError):
        named = []
    return next((each for each in named if isinstance(each, str) and _CODE.fullmatch(each)), f"HTTP {answer.status}")
