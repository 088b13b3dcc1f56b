"""SMART Backend Services: https://hl7.org/fhir/smart-app-launch/backend-services.html.

We prove who we are by a signed assertion (`private_key_jwt`), whose public key the facility registers at its record.
"""

import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

import jwt

from bedside.adapters.allowed_hosts import AllowedHosts
from bedside.adapters.fhir.addresses import at_url, origin_of
from bedside.adapters.fhir.discovery import SmartConfiguration, read_configuration
from bedside.adapters.fhir.keys import ClientKey
from bedside.adapters.fhir.tokens import Token, request_token
from bedside.adapters.rest import RestClient
from bedside.ports.records import RecordRefusedError

ASSERTION_TYPE: Final = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
# SMART allows five minutes, and clocks differ.
_ASSERTION_LIFE_S: Final = 240
_LONGEST_TOKEN_S: Final = 3600.0
# What we do at a record, in scopes of SMART 2 and of SMART 1.
_SCOPES: Final = {
    True: "system/DocumentReference.crs system/Patient.rs system/Encounter.r system/Practitioner.r",
    False: "system/DocumentReference.* system/Patient.read system/Encounter.read system/Practitioner.read",
}
_MEDIA_SCOPES: Final = {True: " system/Media.c system/Binary.c", False: " system/Media.write system/Binary.write"}


@dataclass(frozen=True, slots=True)
class BackendClient:
    """Our registration at a record; `token_url` and `scope` stand for what the record itself says, unless empty.

    `media`: we also store Media there.
    """

    base_url: str
    client_id: str
    key: ClientKey = field(repr=False)
    token_url: str = ""
    scope: str = ""
    media: bool = False


class BackendServices:
    """Issues tokens for one registration, at the record's own host, or at the URL that its administrator named.

    What discovery says could point anywhere else.
    """

    def __init__(
        self,
        client: BackendClient,
        rest: RestClient,
        hosts: AllowedHosts,
        now_s: Callable[[], float] = time.time,
    ) -> None:
        self._client = client
        self._rest = rest
        self._hosts = hosts
        self._now_s = now_s
        self._configuration: SmartConfiguration | None = None
        self._at_token_url: tuple[RestClient, str] | None = None

    def check(self) -> None:
        """Read the record's configuration, and compare it with our key.

        Raises RecordRefusedError, UnavailableError.
        """
        algorithms, ours = self._discover().algorithms, self._client.key.algorithm
        if algorithms and ours not in algorithms:
            raise RecordRefusedError(
                "The record does not take signatures of our key.", "sign-in-refused", f"{ours} is not supported"
            )

    def issue(self) -> Token:
        """Return a new token. Raises RecordRefusedError, RecordBusyError, UnavailableError."""
        found = self._discover()
        url = self._client.token_url or found.token_endpoint
        rest, path = self._token_client(url)
        now_s = self._now_s()
        form = {
            "grant_type": "client_credentials",
            "scope": self._client.scope or _scopes(found.version_2, self._client.media),
            "client_assertion_type": ASSERTION_TYPE,
            "client_assertion": assertion(self._client, url, now_s),
        }
        return request_token(rest, path, form, now_s, _LONGEST_TOKEN_S)

    def _token_client(self, url: str) -> tuple[RestClient, str]:
        if url != self._client.token_url and origin_of(url) != origin_of(self._client.base_url):
            raise RecordRefusedError(
                "The record's sign-in is at another host, which its administrator has to name.",
                "sign-in-refused",
                "token endpoint at another host",
            )
        if self._at_token_url is None:
            self._at_token_url = at_url(url, self._hosts)
        return self._at_token_url

    def _discover(self) -> SmartConfiguration:
        """Return the record's configuration. Raises RecordRefusedError, UnavailableError."""
        if self._configuration is None:
            found = read_configuration(self._rest)
            if found is None or not found.token_endpoint:
                cause = "no token endpoint" if found else "no configuration"
                raise RecordRefusedError("The record does not describe its sign-in.", "no-such-address", cause)
            self._configuration = found
        return self._configuration


def assertion(client: BackendClient, token_url: str, now_s: float) -> str:
    """Return the signed assertion for one request at `token_url`."""
    claims = {
        "iss": client.client_id,
        "sub": client.client_id,
        "aud": token_url,
        "iat": int(now_s),
        "exp": int(now_s) + _ASSERTION_LIFE_S,
        "jti": secrets.token_urlsafe(24),
    }
    key = client.key
    return jwt.encode(claims, key.private_key, algorithm=key.algorithm, headers={"kid": key.key_id})


def _scopes(version_2: bool, media: bool) -> str:  # noqa: FBT001  # two facts about the record
    return _SCOPES[version_2] + (_MEDIA_SCOPES[version_2] if media else "")
