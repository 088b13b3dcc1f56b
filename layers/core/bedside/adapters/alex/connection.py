"""Composes ALEX from a facility's registration."""

import re
import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field

from bedside.adapters.alex.client_credentials import ClientCredentials, SecretClient
from bedside.adapters.alex.record import AlexRecord
from bedside.adapters.allowed_hosts import AllowedHosts
from bedside.adapters.fhir.addresses import at_base, at_url
from bedside.adapters.fhir.client import FhirClient
from bedside.adapters.fhir.tokens import Tokens


@dataclass(frozen=True, slots=True)
class AlexClient:
    """A facility at ALEX: the relay's base URL, the facility's id, and our registration at its sign-in."""

    base_url: str
    facility: str
    registration: SecretClient = field(repr=False)


def connect(client: AlexClient, hosts: AllowedHosts, now_s: Callable[[], float] = time.time) -> AlexRecord:
    """Return the record. Raises RecordRefusedError if one of its addresses is not allowed."""
    rest, path = at_url(client.registration.token_url, hosts)
    tokens = Tokens(ClientCredentials(client.registration, rest, path, now_s), now_s)

    def headers() -> dict[str, str]:
        return {"mt-facilityid": client.facility, "mt-correlationid": str(uuid.uuid4())}

    at_relay = FhirClient(at_base(client.base_url, hosts), tokens, headers, preferences=False)
    # Launches are beside the FHIR interface, not below it.
    beside = re.sub("/fhir$", "", client.base_url.rstrip("/"), flags=re.IGNORECASE)
    forms = FhirClient(at_base(beside, hosts), tokens, headers, preferences=False)
    return AlexRecord(at_relay, forms, client.base_url, client.facility)
