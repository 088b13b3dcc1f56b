"""SMART App Launch 2, EHR launch: https://hl7.org/fhir/smart-app-launch/app-launch.html.

We are a public client: a code is worth nothing without the verifier that its launch began with (PKCE, RFC 7636), and no
function that browsers can reach has a secret of a record.
"""

import base64
import hashlib
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import quote, urlencode

import jwt

from bedside.adapters.allowed_hosts import AllowedHosts
from bedside.adapters.fhir.addresses import at_base, at_url, origin_of
from bedside.adapters.fhir.client import FHIR_JSON, resource_of
from bedside.adapters.fhir.discovery import SmartConfiguration, object_of, read_configuration, require_answer
from bedside.adapters.fhir.people import FHIR_ID, name_of, number_of
from bedside.adapters.fhir.terms import NHI
from bedside.adapters.fhir.tokens import oauth_error
from bedside.adapters.rest import Answer, RestError
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
        endpoint = self._endpoint(self._configuration().authorization_endpoint, "authorization_endpoint")
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
        token_url = self._endpoint(found.token_endpoint, "token_endpoint")
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
        url = f"{self._client.base_url}/Patient/{quote(context.patient_id, safe='')}"
        found = resource_of(self._asked(url, "GET", headers), "Patient")
        if found is None or found.get("id") != context.patient_id:
            return None
        return LaunchedPatient(name_of(found), number_of(found, NHI))

    def _configuration(self) -> SmartConfiguration:
        found = read_configuration(self._at_base)
        if found is None:
            raise RecordLaunchError("The record does not describe its sign-in.", "no configuration")
        return found

    def _endpoint(self, url: str, name: str) -> str:
        """Return an endpoint's URL, at a host that we know: discovery could name any other."""
        if not url or origin_of(url) not in self._origins:
            raise RecordLaunchError("The record's sign-in is at another host.", name)
        return url

    def _claims(self, configuration: SmartConfiguration, document: Object, nonce: str) -> Object:
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
                issuer=configuration.issuer,
                leeway=_LEEWAY_S,
                options={"require": ["exp", "iat", "aud", "iss", "sub", "nonce"]},
            )
        except (jwt.PyJWTError, ValueError, TypeError, LookupError) as error:
            raise RecordLaunchError("The record does not say who launched us.", type(error).__name__) from None
        if claims["nonce"] != nonce:
            raise RecordLaunchError("The record answers another launch.", "nonce")
        return claims

    def _key(self, configuration: SmartConfiguration, key_id: object) -> jwt.PyJWK:
        url = self._endpoint(configuration.jwks_uri, "jwks_uri")
        keys = _object(self._asked(url, "GET", {"Accept": "application/json"})).get("keys")
        known = [each for each in keys if isinstance(each, dict)] if isinstance(keys, list) else []
        [key] = [each for each in known if each.get("kid") == key_id]
        return jwt.PyJWK(key)

    def _practitioner(self, claims: Object) -> str:
        """Return the id of the practitioner who launched us.

        `fhirUser` alone says so: `profile`, which SMART 1 allowed instead, is a page that people may edit themselves.
        """
        who = str(claims.get("fhirUser") or "")
        kind, _, name = who.removeprefix(f"{self._client.base_url}/").partition("/")
        if kind != "Practitioner" or not FHIR_ID.fullmatch(name):
            raise RecordLaunchError("The record does not say which clinician launched us.", "fhirUser")
        return name

    def _asked(self, url: str, method: str, headers: dict[str, str], body: bytes = b"") -> Answer:
        """Return an answer that says something. Raises UnavailableError, after which it can be asked again."""
        rest, path = at_url(url, self._hosts)
        try:
            answer = rest.request(method, path, headers, body, deadline_s=_DEADLINE_S)
        except RestError as error:
            raise UnavailableError("The record does not answer.", str(error)) from error
        finally:
            rest.close()
        require_answer(answer)
        return answer


def _object(answer: Answer) -> Object:
    found = object_of(answer.body)
    if found is None:
        raise UnavailableError("The record does not answer as expected.", f"HTTP {answer.status}")
    return found


def _id(found: object) -> str | None:
    return found if isinstance(found, str) and FHIR_ID.fullmatch(found) else None
