"""SMART App Launch at a record: launches, codes that are used once, and id tokens."""

import base64
import hashlib
import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache
from typing import Any
from urllib.parse import urlencode

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa
from jwt.algorithms import RSAAlgorithm

from local.ehr.answers import Answer

type Object = dict[str, Any]

_CODE_LIFE_S = 60
_TOKEN_LIFE_S = 300


@dataclass
class Launches:
    """The apps of one record: who may launch them, and what they were launched with."""

    base_url: str
    now_s: Callable[[], float] = time.time
    # The redirect URLs of each app.
    apps: dict[str, set[str]] = field(default_factory=dict)
    # Claims that are not as they should be, for tests.
    wrong_claims: Object = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._contexts: dict[str, Object] = {}
        self._codes: dict[str, Object] = {}

    def configuration(self) -> Object:
        """Return what discovery says of launches."""
        return {
            "issuer": self.base_url,
            "jwks_uri": f"{self.base_url}/jwks",
            "authorization_endpoint": f"{self.base_url}/authorize",
            "code_challenge_methods_supported": ["S256"],
        }

    def jwks(self) -> Object:
        """Return the public key."""
        key: Object = RSAAlgorithm.to_jwk(_key_of(self.base_url).public_key(), as_dict=True)
        return {"keys": [{**key, "kid": "1", "alg": "RS256", "use": "sig"}]}

    def begin(self, context: Object) -> str:
        """Return a launch with the practitioner, patient and encounter that are open."""
        launch = secrets.token_urlsafe(12)
        self._contexts[launch] = context
        return launch

    def authorize(self, query: dict[str, str]) -> Answer:
        """Send the browser back to the app with a code: who opened it is signed in here."""
        client, redirect = query.get("client_id", ""), query.get("redirect_uri", "")
        if redirect not in self.apps.get(client, set()):
            return Answer(400, {"error": "invalid_request"})
        context = self._contexts.pop(query.get("launch", ""), None)
        wanted = {"response_type": "code", "code_challenge_method": "S256", "aud": self.base_url}
        if context is None or any(query.get(name) != value for name, value in wanted.items()):
            return _back(redirect, error="invalid_request", state=query.get("state", ""))
        code = secrets.token_urlsafe(16)
        self._codes[code] = {"query": query, "context": context, "until": self.now_s() + _CODE_LIFE_S}
        return _back(redirect, code=code, state=query.get("state", ""))

    def token(self, form: dict[str, str]) -> tuple[Answer, str]:
        """Exchange a code, once; the access token is beside the answer."""
        known = self._codes.pop(form.get("code", ""), None)
        query: Object = known["query"] if known else {}
        digest = hashlib.sha256(form.get("code_verifier", "").encode()).digest()
        fits = (
            query.get("client_id") == form.get("client_id"),
            query.get("redirect_uri") == form.get("redirect_uri"),
            query.get("code_challenge") == base64.urlsafe_b64encode(digest).rstrip(b"=").decode(),
        )
        if known is None or known["until"] < self.now_s() or not all(fits):
            return Answer(400, {"error": "invalid_grant"}), ""
        context, token = known["context"], secrets.token_urlsafe(24)
        document = {
            "access_token": token,
            "token_type": "bearer",
            "expires_in": _TOKEN_LIFE_S,
            "scope": query["scope"],
            "id_token": self._id_token(query, context),
            **{name: context[name] for name in ("patient", "encounter") if context.get(name)},
        }
        return Answer(200, document, {"cache-control": "no-store"}), token

    def _id_token(self, query: Object, context: Object) -> str:
        now_s = int(self.now_s())
        claims = {
            "iss": self.base_url,
            "sub": context["practitioner"],
            "aud": query["client_id"],
            "iat": now_s,
            "exp": now_s + _TOKEN_LIFE_S,
            "nonce": query.get("nonce", ""),
            "fhirUser": f"{self.base_url}/Practitioner/{context['practitioner']}",
            **self.wrong_claims,
        }
        return jwt.encode(claims, _key_of(self.base_url), algorithm="RS256", headers={"kid": "1"})


@cache
def _key_of(_base_url: str) -> rsa.RSAPrivateKey:
    """Return the key of a record, which takes a moment to make."""
    return rsa.generate_private_key(65537, 2048)


def _back(redirect: str, **found: str) -> Answer:
    return Answer(302, None, {"location": f"{redirect}?{urlencode(found)}"})
