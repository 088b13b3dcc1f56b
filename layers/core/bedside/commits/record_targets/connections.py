"""Connections to facilities' records, for the only function that may read their secrets."""

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final, Protocol

from bedside.adapters.alex.client_credentials import SecretClient
from bedside.adapters.alex.connection import AlexClient
from bedside.adapters.alex.connection import connect as connect_alex
from bedside.adapters.allowed_hosts import AllowedHosts
from bedside.adapters.aws.record_bundle import RecordBundles
from bedside.adapters.aws.s3 import Bucket
from bedside.adapters.fhir.backend_services import BackendClient
from bedside.adapters.fhir.connection import connect as connect_fhir
from bedside.adapters.fhir.keys import ClientKey, read_key
from bedside.adapters.fhir.record import Dialect
from bedside.commits.record_targets.repository import TargetRepository
from bedside.commits.record_targets.target import AlexSettings, FhirSettings, Target
from bedside.kernel.errors import UnavailableError
from bedside.ports.records import RecordTarget

_MALFORMED: Final = "The record's secret is malformed."


class SecretReader(Protocol):
    """Reads secrets. Raises UnavailableError."""

    def read(self, secret_id: str) -> str: ...


@dataclass(frozen=True, slots=True)
class Connections:
    """Connects to records. A connection is kept while the settings stay as they are, for its access token."""

    repository: TargetRepository
    secrets: SecretReader
    hosts: AllowedHosts
    bucket: Callable[[], Bucket]
    _open: dict[str, tuple[int, RecordTarget]] = field(default_factory=dict)

    def connect(self, facility_id: str, name: str) -> RecordTarget | None:
        """Return the connection; None if the facility's record is not the one of this name. Raises UnavailableError."""
        target = self.repository.find(facility_id)
        return self.to(target) if target and target.name == name else None

    def to(self, target: Target) -> RecordTarget:
        """Return the connection to a target. Raises UnavailableError, RecordRefusedError."""
        version, connection = self._open.get(target.facility_id, (0, None))
        if connection is None or version != target.version:
            connection = self._made(target)
            self._open[target.facility_id] = (target.version, connection)
        return connection

    def _made(self, target: Target) -> RecordTarget:
        text = self.secrets.read(target.secret_id)
        match target.settings:
            case FhirSettings() as fhir:
                media = fhir.photos == "media"
                key = _key(text)
                client = BackendClient(fhir.base_url, fhir.client_id, key, fhir.token_url, fhir.scope, media)
                return connect_fhir(client, Dialect(fhir.version, media), self.hosts)
            case AlexSettings() as alex:
                registration = SecretClient(alex.token_url, alex.client_id, _part(text, "clientSecret"), alex.scope)
                return connect_alex(AlexClient(alex.base_url, alex.facility, registration), self.hosts)
            case _:
                return RecordBundles(self.bucket(), target.facility_id, _key(text))


def _key(text: str) -> ClientKey:
    """Return the private key in a stored secret. Raises UnavailableError."""
    try:
        return read_key(_part(text, "privateKey"))
    except ValueError:
        raise UnavailableError(_MALFORMED) from None


def _part(text: str, name: str) -> str:
    """Return a part of a stored secret. Raises UnavailableError, never chained: the cause would contain the secret."""
    try:
        found = json.loads(text)[name]
    except (ValueError, LookupError, TypeError):
        found = None
    if not isinstance(found, str):
        raise UnavailableError(_MALFORMED) from None
    return found
