"""Composes a record of FHIR from its registration."""

import time
from collections.abc import Callable

from bedside.adapters.allowed_hosts import AllowedHosts
from bedside.adapters.fhir.addresses import at_base
from bedside.adapters.fhir.backend_services import BackendClient, BackendServices
from bedside.adapters.fhir.client import FhirClient
from bedside.adapters.fhir.record import Dialect, FhirRecord
from bedside.adapters.fhir.tokens import Tokens


def connect(
    client: BackendClient, dialect: Dialect, hosts: AllowedHosts, now_s: Callable[[], float] = time.time
) -> FhirRecord:
    """Return the record. Raises RecordRefusedError if its address is not allowed."""
    rest = at_base(client.base_url, hosts)
    services = BackendServices(client, rest, hosts, now_s)
    return FhirRecord(FhirClient(rest, Tokens(services, now_s)), dialect, services.check)
