"""SMART App Launch 2, EHR launch: https://hl7.org/fhir/smart-app-launch/app-launch.html.

We are a public client: a code is worth nothing without the verifier that its launch began with (PKCE, RFC 7636), and no
function that browsers can reach has a secret of a record.
"""

import base64
import hashlib
import json
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import quote, urlencode

import jwt

from bedside.adapters.allowed_hosts import AllowedHosts
from bedside.adapters.fhir.addresses import at_base, at_url, origin_of
from bedside.adapters.fhir.client import FHIR_JSON, resource_of
from bedside.adapters.fhir.people import FHIR_ID, name_of, number_of
from bedside.adapters.fhir.terms import NHI
from bedside.adapters.fhir.tokens import oauth_error
from bedside.adapters.rest import Answer, RestClient, RestError
from bedside.kernel.errors import UnavailableError
from bedside.ports.launches import LaunchContext, LaunchedPatient, LaunchSecrets, RecordLaunchError

type Object = dict[str, Any]

_DEADLINE_S: Final = 5.0
_SCOPE: Final = "launch openid fhirUser patient/Patient.r"
_ALGORITHMS: Final = ("RS256", "ES256", "RS384", "ES384")
# Clocks differ.
_LEEWAY_S: Final = 60


@dataclass(frozen=True, slots=True)
class AppClient:
    """Our registration as an app at a record; `token_url` is empty unless its sign-in is at another host."""

    base_url: str
    client_id: str
    redirect_url: str
    token_url: str = ""


class AppLaunch:
    """Launches from one record. Its endpoints are at the record's own host, or that of the token URL that was set.

    Methods raise RecordLaunchError, or UnavailableError if the record does not answer.
    """

    def __init__(self, client: AppClient, hosts: AllowedHosts) -> None:
        self._client = client
        self._hosts = hosts
        self._at_base = at_base(client.base_url, hosts)
        self._origins = {origin_of(client.base_url), *([origin_of(client.token_url)] if client.token_url else [])}

    def authorize_url(self, launch: str, secrets: LaunchSecrets) -> str:
        """Return where the browser asks for a code."""
        challenge = base64.urlsafe_b64encode(hashlib.sha256(secrets.verifier.encode()).digest()).rstrip(b"=").decode()
        query = {
            "response_type": "code",
            "client_id": self._client.client_id,
            "redirect_uri": self._client.redirect_url,
            "launch": launch,
            "scope": _SCOPE,
            "state": secrets.state,
            "nonce": secrets.nonce,
            "aud": self._client.base_url,
            "code_challenge": challenge,
            "code_challenge_method": "S256",
        }
        endpoint = self._endpoint(self._configuration(), "authorization_endpoint")
        return f"{endpoint}{'&' if '?' in endpoint else '?'}{urlencode(query)}"

    def exchange(self, code: str, secrets: LaunchSecrets) -> LaunchContext:
        """Return who launched us, with which patient and encounter."""
        found = self._configuration()
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": self._client.redirect_url,
            "client_id": self._client.client_id,
            "code_verifier": secrets.verifier,
        }
        headers = {"Content-Type": "application/x-www-form-urlencoded", "Accept": "application/json"}
        token_url = self._endpoint(found, "token_endpoint")
        answer = self._asked(token_url, "POST", headers, urlencode(form).encode())
        if answer.status != 200:  # noqa: PLR2004  # HTTP OK
            raise RecordLaunchError("The record refuses the launch.", oauth_error(answer))
        document = _object(answer)
        claims = self._claims(found, document, secrets.nonce)
        return LaunchContext(
            practitioner_id=self._practitioner(claims),
            patient_id=_id(document.get("patient")),
            encounter_id=_id(document.get("encounter")),
            access_token=str(document.get("access_token", "")),
        )

    def patient(self, context: LaunchContext) -> LaunchedPatient | None:
        """Return the patient in context, or None if the record does not show them."""
        if context.patient_id is None:
            return None
        headers = {"Authorization": f"Bearer {context.access_token}", "Accept": FHIR_JSON}
        answer = self._read(self._at_base, f"/Patient/{quote(context.patient_id, safe='')}", headers)
        found = resource_of(answer, "Patient")
        if found is None or found.get("id") != context.patient_id:
            return None
        return LaunchedPatient(name_of(found), number_of(found, NHI))

    def _configuration(self) -> Object:
        answer = self._read(self._at_base, "/.well-known/smart-configuration", {"Accept": "application/json"})
        if answer.status != 200:  # noqa: PLR2004  # HTTP OK
            raise RecordLaunchError("The record does not describe its sign-in.", f"HTTP {answer.status}")
        return _object(answer)

    def _endpoint(self, configuration: Object, name: str) -> str:
        """Return an endpoint's URL, at a host that we know: discovery could name any other."""
        url = configuration.get(name)
        if not isinstance(url, str) or origin_of(url) not in self._origins:
            raise RecordLaunchError("The record's sign-in is at another host.", name)
        return url

    def _claims(self, configuration: Object, document: Object, nonce: str) -> Object:
        """Return what the record says of who launched us, once its signature is verified (OpenID Connect, 3.1.3.7)."""
        token = document.get("id_token")
        try:
            head = jwt.get_unverified_header(str(token))
            key = self._key(configuration, head.get("kid"))
            claims: Object = jwt.decode(
                str(token),
                key,
                algorithms=_ALGORITHMS,
                audience=self._client.client_id,
                issuer=str(configuration.get("issuer")),
                leeway=_LEEWAY_S,
                options={"require": ["exp", "iat", "aud", "iss", "sub", "nonce"]},
            )
        except (jwt.PyJWTError, ValueError, TypeError, LookupError) as error:
            raise RecordLaunchError("The record does not say who launched us.", type(error).__name__) from None
        if claims["nonce"] != nonce:
            raise RecordLaunchError("The record answers another launch.", "nonce")
        return claims

    def _key(self, configuration: Object, key_id: object) -> jwt.PyJWK:
        keys = _object(self._asked(self._endpoint(configuration, "jwks_uri"), "GET", {"Accept": "application/json"}))
        [key] = [each for each in keys["keys"] if each.get("kid") == key_id]
        return jwt.PyJWK(key)

    def _practitioner(self, claims: Object) -> str:
        """Return the id of the practitioner who launched us."""
        who = str(claims.get("fhirUser") or claims.get("profile") or "")
        kind, _, name = who.removeprefix(f"{self._client.base_url}/").partition("/")
        if kind != "Practitioner" or not FHIR_ID.fullmatch(name):
            raise RecordLaunchError("The record does not say which clinician launched us.", "fhirUser")
        return name

    def _asked(self, url: str, method: str, headers: dict[str, str], body: bytes = b"") -> Answer:
        rest, path = at_url(url, self._hosts)
        try:
            return rest.request(method, path, headers, body, deadline_s=_DEADLINE_S)
        except RestError as error:
            raise UnavailableError("The record does not answer.", str(error)) from error
        finally:
            rest.close()

    def _read(self, rest: RestClient, path: str, headers: dict[str, str]) -> Answer:
        try:
            return rest.request("GET", path, headers, deadline_s=_DEADLINE_S)
        except RestError as error:
            raise UnavailableError("The record does not answer.", str(error)) from error


def _object(answer: Answer) -> Object:
    try:
        found = json.loads(answer.body)
    except (ValueError, RecursionError):
        found = None
    if not isinstance(found, dict):
        raise UnavailableError("The record does not answer as expected.", f"HTTP {answer.status}")
    return found


def _id(found: object) -> str | None:
    return found if isinstance(found, str) and FHIR_ID.fullmatch(found) else None
