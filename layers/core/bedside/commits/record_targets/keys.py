"""What proves us at a facility's record: a key that we make, or a secret that its administrators have been given."""

import json
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Final
from urllib.parse import urlsplit

from bedside.adapters.fhir.keys import new_key
from bedside.commits.record_targets.requests import TargetRequest
from bedside.commits.record_targets.target import AlexSettings, FhirSettings, Settings, Target
from bedside.kernel.errors import FieldFault, InvalidRequestError

_NEEDED: Final = "Enter the secret again: it would go to another address than before."


@dataclass(frozen=True, slots=True)
class Proof:
    """A secret under the name that settings refer to; `secret` is empty if it stays as it is stored."""

    secret_id: str
    public_key: Mapping[str, str] | None
    secret: str = field(default="", repr=False)


def new_proof(
    before: Target | None, settings: Settings, request: TargetRequest, new_uuid: Callable[[], uuid.UUID]
) -> Proof:
    """Return what proves us from now on: as before where that may stay, else something new.

    A secret never goes to another address than the one that it was entered for. Raises InvalidRequestError.
    """
    kept = Proof(before.secret_id, before.public_key) if before and _same(before.settings, settings) else None
    name = new_uuid().hex
    if request.alex:
        if request.alex.client_secret:
            return Proof(name, None, json.dumps({"clientSecret": request.alex.client_secret}))
        if kept is None:
            fault = FieldFault("alex.clientSecret", _NEEDED if before else "This is missing.", "missing")
            raise InvalidRequestError([fault])
        return kept
    if kept and not (request.fhir and request.fhir.new_key):
        return kept
    return _key(name, settings)


def _key(name: str, settings: Settings) -> Proof:
    """Return a new key: a record of FHIR knows us by it, a bundle is signed by it."""
    key = new_key(settings.algorithm if isinstance(settings, FhirSettings) else "ES384")
    return Proof(name, key.jwk(), json.dumps({"privateKey": key.pem()}))


def _same(before: Settings, after: Settings) -> bool:
    """Return whether a secret may stay: it is for the same registration, at the same hosts."""
    return _registration(before) == _registration(after)


def _registration(settings: Settings) -> tuple[str, ...]:
    match settings:
        case FhirSettings():
            origins = (_origin(settings.base_url), _origin(settings.token_url))
            return (settings.kind, *origins, settings.client_id, settings.algorithm)
        case AlexSettings():
            return (settings.kind, _origin(settings.base_url), _origin(settings.token_url), settings.client_id)
        case _:
            return (settings.kind,)


def _origin(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}".lower()
