"""Access tokens of Microsoft Entra ID (Azure AD) for a client with a secret, as ALEX wants them."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

from bedside.adapters.fhir.tokens import Token, request_token
from bedside.adapters.rest import RestClient

# They last an hour; a little less than that is safe for a request that is about to start.
_LONGEST_S: Final = 55 * 60.0


@dataclass(frozen=True, slots=True)
class SecretClient:
    """Our registration: where its tokens are issued, and for which scope."""

    token_url: str
    client_id: str
    secret: str = field(repr=False)
    scope: str


class ClientCredentials:
    """Issues tokens for one registration; `rest` is a client of the token URL's origin."""

    def __init__(
        self, client: SecretClient, rest: RestClient, path: str, now_s: Callable[[], float] = time.time
    ) -> None:
        self._client = client
        self._rest = rest
        self._path = path
        self._now_s = now_s

    def issue(self) -> Token:
        """Return a new token. Raises RecordRefusedError, RecordBusyError, UnavailableError."""
        form = {
            "grant_type": "client_credentials",
            "client_id": self._client.client_id,
            "client_secret": self._client.secret,
            "scope": self._client.scope,
        }
        return request_token(self._rest, self._path, form, self._now_s(), _LONGEST_S)
