"""Keys by which records know us: the private one stays with the committer, the public one is shown for registration."""

import hashlib
import json
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Final, Literal

from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)
from jwt.algorithms import ECAlgorithm, RSAAlgorithm

from bedside.adapters.webpush.encoding import encoded

Algorithm = Literal["ES384", "RS384"]
_RSA_BITS: Final = 3072
_SMALLEST_RSA_BITS: Final = 2048
# RFC 7638, 3.2: what of a public key its thumbprint is made of.
_IN_THUMBPRINT: Final = {"EC": ("crv", "kty", "x", "y"), "RSA": ("e", "kty", "n")}


@dataclass(frozen=True)
class ClientKey:
    """A private key, by its kind also the algorithm: P-384 for ES384, RSA for RS384."""

    private_key: ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey = field(repr=False)

    @property
    def algorithm(self) -> Algorithm:
        return "RS384" if isinstance(self.private_key, rsa.RSAPrivateKey) else "ES384"

    @cached_property
    def key_id(self) -> str:
        """The public key's thumbprint (RFC 7638)."""
        public = self._public()
        text = json.dumps({name: public[name] for name in _IN_THUMBPRINT[public["kty"]]}, separators=(",", ":"))
        return encoded(hashlib.sha256(text.encode()).digest())

    def pem(self) -> str:
        """Return the private key, for the store of secrets."""
        return self.private_key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()

    def jwk(self) -> dict[str, str]:
        """Return the public key as a record registers it (RFC 7517)."""
        return {**self._public(), "kid": self.key_id, "alg": self.algorithm, "use": "sig"}

    def _public(self) -> dict[str, str]:
        key = self.private_key.public_key()
        if isinstance(key, rsa.RSAPublicKey):
            found: dict[str, Any] = RSAAlgorithm.to_jwk(key, as_dict=True)
        else:
            found = ECAlgorithm.to_jwk(key, as_dict=True)
        return {name: found[name] for name in _IN_THUMBPRINT[found["kty"]]}


def new_key(algorithm: Algorithm) -> ClientKey:
    """Return a new key."""
    if algorithm == "RS384":
        return ClientKey(rsa.generate_private_key(65537, _RSA_BITS))
    return ClientKey(ec.generate_private_key(ec.SECP384R1()))


def read_key(pem: str) -> ClientKey:
    """Return a stored key. Raises ValueError for one that SMART does not allow."""
    key = load_pem_private_key(pem.encode(), None)
    if isinstance(key, rsa.RSAPrivateKey) and key.key_size >= _SMALLEST_RSA_BITS:
        return ClientKey(key)
    if isinstance(key, ec.EllipticCurvePrivateKey) and isinstance(key.curve, ec.SECP384R1):
        return ClientKey(key)
    raise ValueError("not a key of P-384 or RSA")
