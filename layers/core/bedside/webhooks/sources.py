"""Webhook sources and how to verify them, as configured in the secret `webhook-sources`.

The secret is a JSON object, keyed by the source's name in the URL:
{"hms": {"kind": "headers", "headers": {"x-secret": ["newer", "older"]}, "signatureHeader": "", "signingKeys": []},
"stripe": {"kind": "stripe", "secrets": ["whsec_…"]}, "any-other": {"kind": "standard", "secrets": ["whsec_…"]}}
"""

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, Literal

from bedside.kernel.errors import UnavailableError
from bedside.webhooks.errors import ForgedWebhookError, UnknownSourceError
from bedside.webhooks.verification import SHORTEST_SECRET, Delivery, HeaderSecrets, StandardSignature, StripeSignature

Kind = Literal["headers", "stripe", "standard"]
type Verifier = HeaderSecrets | StripeSignature | StandardSignature

_NAME: Final = re.compile(r"[a-z][a-z0-9-]{0,31}")
_FIELDS: Final[Mapping[Kind, frozenset[str]]] = {
    "headers": frozenset({"kind", "headers", "signatureHeader", "signingKeys"}),
    "stripe": frozenset({"kind", "secrets"}),
    "standard": frozenset({"kind", "secrets"}),
}
# Invalid requests must not trigger a re-read of the secret more than once a minute.
_REREAD_MS: Final = 60_000


@dataclass(frozen=True, slots=True)
class Source:
    """A webhook source; an invalid configuration has no `verifier`, and rejects everything."""

    name: str
    kind: Kind
    verifier: Verifier | None = field(repr=False)


def verify(source: Source, delivery: Delivery, now_ms: int) -> None:
    """Raise ForgedWebhookError unless the delivery is authentic; always raises for an invalid configuration."""
    match source.verifier:
        case None:
            raise ForgedWebhookError("This source is not configured.")
        case HeaderSecrets() as verifier:
            verifier.verify(delivery)
        case verifier:
            verifier.verify(delivery, now_ms)


def parse(text: str, on_invalid: Callable[[str], None]) -> dict[str, Source]:
    """Return the sources in a configuration; "" is a configuration without sources.

    `on_invalid` receives the name of each invalid source, or "" if the whole configuration is invalid.
    """
    if not text:
        return {}
    try:
        document = json.loads(text)
    except (ValueError, RecursionError):
        document = None
    if not isinstance(document, dict):
        on_invalid("")
        return {}
    found = {}
    for name, configuration in document.items():
        if not _NAME.fullmatch(name):
            on_invalid("")  # such a name cannot appear in a URL
            continue
        kind, verifier = _verifier(configuration)
        if verifier is None:
            on_invalid(name)
        found[name] = Source(name, kind, verifier)
    return found


class Sources:
    """The currently configured sources.

    Secrets are rotated while functions run, so an unknown or rejected source triggers a re-read of the configuration,
    at most once a minute.
    """

    def __init__(self, text: str, read: Callable[[], str], on_invalid: Callable[[str], None]) -> None:
        self._sources = parse(text, on_invalid)
        self._text = text
        self._read = read
        self._on_invalid = on_invalid
        self._read_at = 0

    def get(self, name: str, now_ms: int) -> Source:
        """Return a source. Raises UnknownSourceError."""
        if name not in self._sources:
            self._reread(now_ms)
        if name not in self._sources:
            raise UnknownSourceError("There is no webhook source of this name.")
        return self._sources[name]

    def verify(self, name: str, delivery: Delivery, now_ms: int) -> Source:
        """Return the source of an authentic delivery. Raises ForgedWebhookError, UnknownSourceError."""
        source = self.get(name, now_ms)
        try:
            verify(source, delivery, now_ms)
        except ForgedWebhookError:
            if not self._reread(now_ms):
                raise
            source = self.get(name, now_ms)
            verify(source, delivery, now_ms)
        return source

    def _reread(self, now_ms: int) -> bool:
        """Read the configuration again, at most once a minute, and return whether it has changed."""
        if now_ms - self._read_at < _REREAD_MS:
            return False
        self._read_at = now_ms
        try:
            text = self._read()
        except UnavailableError:  # the configuration read earlier stays valid
            return False
        if text == self._text:
            return False
        self._text, self._sources = text, parse(text, self._on_invalid)
        return True


def _verifier(configuration: object) -> tuple[Kind, Verifier | None]:
    """Return a source's kind and verifier; the latter is None for any mistake in the configuration, even a typo."""
    if not isinstance(configuration, dict):
        return "standard", None
    match configuration.get("kind"):
        case "headers":
            return "headers", _headers(configuration)
        case "stripe":
            secrets = _secrets(configuration.get("secrets")) if configuration.keys() <= _FIELDS["stripe"] else None
            return "stripe", StripeSignature(secrets) if secrets else None
        case "standard":
            secrets = _secrets(configuration.get("secrets")) if configuration.keys() <= _FIELDS["standard"] else None
            return "standard", StandardSignature(secrets) if secrets else None
        case _:
            return "standard", None


def _headers(configuration: Mapping[str, Any]) -> HeaderSecrets | None:
    headers, signature = configuration.get("headers", {}), configuration.get("signatureHeader", "")
    if (
        not configuration.keys() <= _FIELDS["headers"]
        or not isinstance(headers, dict)
        or not isinstance(signature, str)
    ):
        return None
    secrets = {name: _secrets(values) for name, values in headers.items()}
    keys = _secrets(configuration.get("signingKeys")) if signature else []
    if not all(secrets.values()) or "" in secrets or (signature and not keys) or not (secrets or signature):
        return None
    return HeaderSecrets(
        {name: each or [] for name, each in secrets.items()}, signature, [k.encode() for k in keys or []]
    )


def _secrets(values: object) -> list[str] | None:
    """Return a list of secrets with at least one of sufficient length, or None."""
    if not isinstance(values, list) or not all(isinstance(each, str) for each in values):
        return None
    return values if any(len(each) >= SHORTEST_SECRET for each in values) else None
