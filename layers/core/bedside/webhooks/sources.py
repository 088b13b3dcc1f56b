"""Who may send webhooks, and how each of them is recognised, as the secret `webhook-sources` says.

One JSON object, by the name that stands in the address:
{"hms": {"kind": "headers", "headers": {"x-secret": ["newer", "older"]}, "signatureHeader": "", "signingKeys": []},
"stripe": {"kind": "stripe", "secrets": ["whsec_…"]}, "any-other": {"kind": "standard", "secrets": ["whsec_…"]}}
"""

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, Literal

from bedside.kernel.errors import ForgedWebhookError, UnavailableError, UnknownSourceError
from bedside.webhooks.verification import SHORTEST_SECRET, Delivery, HeaderSecrets, StandardSignature, StripeSignature

Kind = Literal["headers", "stripe", "standard"]
type Way = HeaderSecrets | StripeSignature | StandardSignature

_NAME: Final = re.compile(r"[a-z][a-z0-9-]{0,31}")
_FIELDS: Final[Mapping[Kind, frozenset[str]]] = {
    "headers": frozenset({"kind", "headers", "signatureHeader", "signingKeys"}),
    "stripe": frozenset({"kind", "secrets"}),
    "standard": frozenset({"kind", "secrets"}),
}
# Whoever sends rubbish must not make us ask SSM all the time.
_REREAD_MS: Final = 60_000


@dataclass(frozen=True, slots=True)
class Source:
    """Somebody who may send webhooks; one without a `way` is configured in a way that makes no sense."""

    name: str
    kind: Kind
    way: Way | None = field(repr=False)


def verify(source: Source, delivery: Delivery, now_ms: int) -> None:
    """Raise ForgedWebhookError unless the delivery is this source's; of one that makes no sense nothing ever is."""
    match source.way:
        case None:
            raise ForgedWebhookError("This source is not configured.")
        case HeaderSecrets() as way:
            way.verify(delivery)
        case way:
            way.verify(delivery, now_ms)


def parse(text: str, on_odd: Callable[[str], None]) -> dict[str, Source]:
    """Return the sources of a configuration, "" being one without any.

    `on_odd` is told of those that make no sense, which refuse everything; "" stands for the whole configuration.
    """
    if not text:
        return {}
    try:
        document = json.loads(text)
    except (ValueError, RecursionError):
        document = None
    if not isinstance(document, dict):
        on_odd("")
        return {}
    found = {}
    for name, told in document.items():
        if not _NAME.fullmatch(name):
            on_odd("")  # a name like this stands in no address
            continue
        kind, way = _way(told)
        if way is None:
            on_odd(name)
        found[name] = Source(name, kind, way)
    return found


class Sources:
    """The sources as they are configured now.

    Secrets are rotated while functions run: whoever is unknown or refused makes the configuration be read anew, at most
    once a minute.
    """

    def __init__(self, text: str, read: Callable[[], str], on_odd: Callable[[str], None]) -> None:
        self._sources = parse(text, on_odd)
        self._text = text
        self._read = read
        self._on_odd = on_odd
        self._asked_at = 0

    def find(self, name: str, now_ms: int) -> Source:
        """Return a source; raises UnknownSourceError."""
        if name not in self._sources:
            self._reread(now_ms)
        if name not in self._sources:
            raise UnknownSourceError("Nobody of this name sends webhooks here.")
        return self._sources[name]

    def verify(self, name: str, delivery: Delivery, now_ms: int) -> Source:
        """Return the source that has sent a delivery; raises ForgedWebhookError, UnknownSourceError."""
        source = self.find(name, now_ms)
        try:
            verify(source, delivery, now_ms)
        except ForgedWebhookError:
            if not self._reread(now_ms):
                raise
            source = self.find(name, now_ms)
            verify(source, delivery, now_ms)
        return source

    def _reread(self, now_ms: int) -> bool:
        """Read the configuration anew, unless that was tried a moment ago; tells whether it has changed."""
        if now_ms - self._asked_at < _REREAD_MS:
            return False
        self._asked_at = now_ms
        try:
            text = self._read()
        except UnavailableError:  # what was read before goes on to hold
            return False
        if text == self._text:
            return False
        self._text, self._sources = text, parse(text, self._on_odd)
        return True


def _way(told: object) -> tuple[Kind, Way | None]:
    """Return how a source is recognised; None where what is told makes no sense, for which a typo is enough."""
    if not isinstance(told, dict):
        return "standard", None
    match told.get("kind"):
        case "headers":
            return "headers", _headers(told)
        case "stripe":
            secrets = _secrets(told.get("secrets")) if told.keys() <= _FIELDS["stripe"] else None
            return "stripe", StripeSignature(secrets) if secrets else None
        case "standard":
            secrets = _secrets(told.get("secrets")) if told.keys() <= _FIELDS["standard"] else None
            return "standard", StandardSignature(secrets) if secrets else None
        case _:
            return "standard", None


def _headers(told: Mapping[str, Any]) -> HeaderSecrets | None:
    headers, signature = told.get("headers", {}), told.get("signatureHeader", "")
    if not told.keys() <= _FIELDS["headers"] or not isinstance(headers, dict) or not isinstance(signature, str):
        return None
    secrets = {name: _secrets(values) for name, values in headers.items()}
    keys = _secrets(told.get("signingKeys")) if signature else []
    if not all(secrets.values()) or "" in secrets or (signature and not keys) or not (secrets or signature):
        return None
    return HeaderSecrets(
        {name: each or [] for name, each in secrets.items()}, signature, [k.encode() for k in keys or []]
    )


def _secrets(values: object) -> list[str] | None:
    """Return a list of secrets of which one at least is long enough to be one; None for anything else."""
    if not isinstance(values, list) or not all(isinstance(each, str) for each in values):
        return None
    return values if any(len(each) >= SHORTEST_SECRET for each in values) else None
