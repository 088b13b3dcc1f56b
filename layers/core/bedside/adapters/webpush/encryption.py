"""Encryption of a push message for one browser (RFC 8291), in one record of aes128gcm (RFC 8188)."""

from typing import Final

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

CURVE: Final = ec.SECP256R1()
SALT_BYTES: Final = 16
AUTH_BYTES: Final = 16
_RECORD_BYTES: Final = 4096
# Salt, record size, and the length and value of our key before the record; a delimiter and the tag in it.
_OVERHEAD_BYTES: Final = SALT_BYTES + 4 + 1 + 65 + 1 + 16
# Push services take 4,096 bytes (RFC 8030, 7.2).
MOST_BYTES: Final = _RECORD_BYTES - _OVERHEAD_BYTES
_LAST_RECORD: Final = b"\x02"


def encrypt(plain: bytes, browser_key: bytes, auth: bytes, ours: ec.EllipticCurvePrivateKey, salt: bytes) -> bytes:
    """Return the body of a push request.

    `ours` must be a new key, and `salt` new random bytes, for each message. Raises ValueError if `browser_key` is not
    an uncompressed point of P-256, `auth` does not have 16 bytes, or the message is too long.
    """
    if len(auth) != AUTH_BYTES or len(plain) > MOST_BYTES:
        raise ValueError("not a message for a subscription")
    theirs = public_key(browser_key)
    our_key = encoded_point(ours.public_key())
    info = b"WebPush: info\0" + browser_key + our_key
    secret = _derived(ours.exchange(ec.ECDH(), theirs), auth, info, 32)
    key = _derived(secret, salt, b"Content-Encoding: aes128gcm\0", 16)
    nonce = _derived(secret, salt, b"Content-Encoding: nonce\0", 12)
    header = salt + _RECORD_BYTES.to_bytes(4) + bytes([len(our_key)]) + our_key
    return header + AESGCM(key).encrypt(nonce, plain + _LAST_RECORD, None)


def public_key(point: bytes) -> ec.EllipticCurvePublicKey:
    """Return the key of an uncompressed point. Raises ValueError for anything else, also a point off the curve."""
    if len(point) != 65:  # noqa: PLR2004  # 0x04, and two coordinates of 32 bytes
        raise ValueError("not an uncompressed point of P-256")
    return ec.EllipticCurvePublicKey.from_encoded_point(CURVE, point)


def encoded_point(key: ec.EllipticCurvePublicKey) -> bytes:
    """Return a key as an uncompressed point."""
    return key.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)


def _derived(secret: bytes, salt: bytes, info: bytes, length: int) -> bytes:
    return HKDF(SHA256(), length, salt, info).derive(secret)
