"""Issues access tokens: for signed assertions, each used once, or for a secret."""

import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import jwt

from local.ehr.answers import CUT, Answer
from local.ehr.faults import Faults

type Object = dict[str, Any]

ALGORITHMS = ("RS384", "ES384")
_ASSERTION = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
_LONGEST_ASSERTION_S = 300
_SKEW_S = 5


@dataclass
class SignIn:
    """The sign-in of one record at `token_url`: the clients that are registered there, and the tokens in use."""

    token_url: str
    faults: Callable[[], Faults]
    now_s: Callable[[], float] = time.time
    life_s: int = 300
    keys: dict[str, list[Object]] = field(default_factory=dict)
    secrets: dict[str, str] = field(default_factory=dict)
    used: set[str] = field(default_factory=set)
    tokens: dict[str, float] = field(default_factory=dict)

    def register(self, client_id: str, *, jwks: list[Object] | None = None, secret: str = "") -> None:
        """Register a client's public keys, or its secret."""
        if jwks is not None:
            self.keys[client_id] = jwks
        if secret:
            self.secrets[client_id] = secret

    def token(self, form: dict[str, str]) -> Answer:
        """Return a token, or why there is none (RFC 6749, 5.2)."""
        fault = self.faults().sign_in
        if fault == "cut":
            return CUT
        if fault:
            wait_s = self.faults().retry_after_s
            headers = {"retry-after": str(wait_s)} if wait_s and fault == "429" else {}
            return Answer(int(fault), {"error": "invalid_client" if fault == "401" else "server_error"}, headers)
        if form.get("grant_type") != "client_credentials":
            return Answer(400, {"error": "unsupported_grant_type"})
        why = self._asserted(form) if "client_assertion" in form else self._secret(form)
        if why:
            return Answer(401, {"error": "invalid_client", "error_description": why})
        if not form.get("scope"):
            return Answer(400, {"error": "invalid_scope"})
        token = secrets.token_urlsafe(24)
        self.tokens[token] = self.now_s() + self.life_s
        document = {"access_token": token, "token_type": "bearer", "expires_in": self.life_s, "scope": form["scope"]}
        return Answer(200, document, {"cache-control": "no-store"})

    def admits(self, authorization: str) -> bool:
        """Return whether a request's token is good."""
        kind, _, token = authorization.partition(" ")
        return kind == "Bearer" and self.tokens.get(token, 0) > self.now_s()

    def _secret(self, form: dict[str, str]) -> str:
        known = self.secrets.get(form.get("client_id", ""))
        return "" if known and secrets.compare_digest(known, form.get("client_secret", "")) else "unknown client"

    def _asserted(self, form: dict[str, str]) -> str:
        """Return what is wrong with an assertion, or ""."""
        if form.get("client_assertion_type") != _ASSERTION:
            return "client_assertion_type"
        assertion = form["client_assertion"]
        try:
            named = jwt.decode(assertion, options={"verify_signature": False})
            head = jwt.get_unverified_header(assertion)
            [key] = [each for each in self.keys.get(named["iss"], []) if each["kid"] == head["kid"]]
            claims = jwt.decode(
                assertion,
                jwt.PyJWK(key),
                algorithms=ALGORITHMS,
                audience=self.token_url,
                options={"require": ["iss", "sub", "aud", "exp", "jti"], "verify_exp": False, "verify_iat": False},
            )
        except (jwt.PyJWTError, ValueError, LookupError, TypeError) as problem:
            return type(problem).__name__
        now_s = self.now_s()
        if claims["sub"] != claims["iss"] or not now_s < claims["exp"] <= now_s + _LONGEST_ASSERTION_S + _SKEW_S:
            return "sub or exp"
        if claims["jti"] in self.used:
            return "jti"
        self.used.add(claims["jti"])
        return ""
