"""Everything outside AWS in a local stack: stand-ins for providers, for push services, and other senders."""

import base64
import json
import secrets
import socket
import ssl
from typing import Any

from local.ehr.app import Ehr
from local.hms.app import Hms
from local.hms.provider import Provider
from local.hms.tokens import Keys
from local.novu.app import Novu
from local.novu.app import Provider as Carrier
from local.push.app import Push
from local.push.service import Service as PushService
from local.stripe.app import Stripe
from local.stripe.provider import Provider as PaymentProvider
from local.webhooks import Receiver

_HEADER = "x-bedside-secret"
# What a source of Standard Webhooks is called here.
_LAB = "lab"
# The domain whose mail the emulator takes.
MAIL_DOMAIN = "bedside.example"


class Outside:
    """Keys and secrets of one run, and the stand-ins, which functions reach on a port of loopback."""

    def __init__(self, origin: str, time_scale: int) -> None:
        self._origin = origin
        self._time_scale = time_scale
        self._keys = Keys(secrets.token_hex(12), secrets.token_urlsafe(48), secrets.token_hex(12))
        # Two secrets each, as while one is replaced by the next.
        self._secrets = [secrets.token_urlsafe(24) for _ in range(2)]
        self._stripe = f"whsec_{secrets.token_urlsafe(24)}"
        self._stripe_key = f"sk_test_{secrets.token_hex(24)}"
        self._novu_key, self._vapid = secrets.token_hex(16), secrets.token_bytes(32)
        self._novu = f"whsec_{base64.b64encode(secrets.token_bytes(24)).decode()}"
        self._lab = f"whsec_{base64.b64encode(secrets.token_bytes(24)).decode()}"
        # Plain where the origin is not: a function does not trust a certificate that was made on the spot.
        self.listener = socket.create_server(("127.0.0.1", 0), backlog=128)
        self.listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._root = f"http://127.0.0.1:{self.listener.getsockname()[1]}"
        self._url = f"{self._root}/hms"

    def secrets(self) -> dict[str, str]:
        """Return what the functions read from the parameter store."""
        keys = {"accessKey": self._keys.access_key, "secret": self._keys.secret, "templateId": self._keys.template_id}
        sources: dict[str, Any] = {
            "hms": {"kind": "headers", "headers": {_HEADER: self._secrets}, "signatureHeader": "", "signingKeys": []},
            "stripe": {"kind": "stripe", "secrets": [self._stripe]},
            "novu": {"kind": "standard", "secrets": [self._novu]},
            _LAB: {"kind": "standard", "secrets": [self._lab]},
        }
        return {
            "vapid-keys": json.dumps({"local-1": base64.b64encode(self._vapid).decode()}),
            "novu-keys": json.dumps({"secretKey": self._novu_key}),
            "hms-keys": json.dumps(keys),
            "payment-keys": json.dumps({"secretKey": self._stripe_key}),
            "webhook-sources": json.dumps(sources),
        }

    def parameters(self) -> dict[str, str]:
        """Return the parameters of the stack that concern the providers."""
        return {
            "EhrHosts": self._root,
            "HmsApiUrl": f"{self._url}/api",
            "PaymentsApi": f"{self._root}/stripe/api",
            "MailSender": f"no-reply@{MAIL_DOMAIN}",
            "NovuApi": f"{self._root}/novu/api",
            "PushContact": f"mailto:push@{MAIL_DOMAIN}",
            "PushHosts": self._root,
            "RecordingHosts": self._root,
            "RoomPage": f"{self._origin}/hms/room#room={{roomId}}&role={{role}}&token={{token}}",
        }

    def webhooks(self) -> dict[str, Any]:
        """Return what a script needs to send webhooks itself."""
        url = f"{self._origin}/webhooks"
        return {
            "hms": {"url": f"{url}/hms", "headers": {_HEADER: self._secrets[0]}},
            "stripe": {"url": f"{url}/stripe", "secret": self._stripe},
            "standard": {"url": f"{url}/{_LAB}", "secret": self._lab},
        }

    def records(self) -> Ehr:
        """Make the stand-ins for patients' records."""
        return Ehr(self._root)

    def push(self) -> Push:
        """Make the stand-in for browsers' push services."""
        return Push(PushService(self._root))

    def carrier(self, front: str, verify: ssl.SSLContext | bool) -> Novu:  # noqa: FBT001 (as httpx takes it)
        """Make the stand-in for Novu, which sends its webhooks to the front's address."""
        return Novu(Carrier(self._novu_key, self._novu, Receiver(f"{front}/webhooks/novu", {}, verify)))

    def payments(self, front: str, verify: ssl.SSLContext | bool) -> Stripe:  # noqa: FBT001 (as httpx takes it)
        """Make the stand-in for payments, which sends its webhooks to the front's address."""
        receiver = Receiver(f"{front}/webhooks/stripe", {}, verify)
        return Stripe(PaymentProvider(self._stripe_key, self._stripe, receiver, self._origin, self._time_scale))

    def provider(self, front: str, verify: ssl.SSLContext | bool) -> Hms:  # noqa: FBT001 (as httpx takes it)
        """Make the stand-in for video, which sends its webhooks to the front's address."""
        receiver = Receiver(f"{front}/webhooks/hms", {_HEADER: self._secrets[0]}, verify)
        return Hms(Provider(self._keys, receiver, self._url, self._time_scale))

    def close(self) -> None:
        self.listener.close()
