"""Novu carries mail and text messages where it is configured: through its adapter, to its stand-in."""

import json
import re
from dataclasses import replace
from functools import partial
from typing import Any

from bedside.adapters.aws.secret_values import NovuKeys
from bedside.adapters.novu import Novu
from bedside.kernel.instants import iso
from local.novu.app import Novu as StandIn
from local.novu.app import Provider
from local.novu.faults import Faults
from local.webhooks import Receiver
from tests.fakes.serving import Handler, serving
from tests.functions.notifications.post import Post
from tests.functions.surgery import MINUTE, START, Surgery
from tests.waiting import until
from tests.web.serving import Serving

KEY = "novu-secret-key-0123456789"


def test_what_novu_cannot_deliver_comes_on_the_next_channel(surgery: Surgery, post: Post) -> None:
    """Its webhook says so after it took the mail; the text message goes the same way, under the same record."""
    heard: list[Any] = []

    class Webhooks(Handler):
        def do_POST(self) -> None:  # noqa: N802  # the name http.server calls
            heard.append(json.loads(self.body()))
            self.answer(200, b"{}")

    clinic, channels = surgery.clinic, surgery.clinic.wiring.channels
    with serving(Webhooks) as receiver:
        secret = "whsec_MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3"
        provider = Provider(KEY, secret, Receiver(f"{receiver}/webhooks/novu", {}), retries_s=())
        server = Serving(StandIn(provider), provider.close)
        try:
            carrier = Novu(f"{server.origin}/novu/api", NovuKeys(KEY))
            channels.__dict__["settings"] = replace(channels.settings, provider="novu")
            carriers = {name: partial(channels.carrier, name) for name in ("mail", "sms")}
            channels.__dict__.update(_novu=carrier, mail=carrier, carriers=carriers)
            reader = clinic.member("FAC001", ("patient",), phone=clinic.number("visit patient"))
            clinic.call("contact_points_request_mail_address", {"address": "ana@clinic.example"}, token=reader)
            [code] = re.findall(r"\b[0-9]{6}\b", provider.triggered.pop()["payload"]["text"])
            assert clinic.call("contact_points_confirm_mail_address", {"code": code}, token=reader).status == 200
            until(lambda: heard, "no webhook of the code")
            heard.clear()
            provider.faults = Faults(fail=True)
            surgery.book(startsAt=iso(START + 2 * 24 * 60 * MINUTE))
            post.deliver()
            until(lambda: len(heard) == 1, "no webhook of the mail")
            provider.faults = Faults()
            [event] = heard
            assert channels.carrier_events.handle(event["type"], event["data"], surgery.now, surgery.now)
            [booked] = [one for one in post.records() if one.workflow == "visit-booked"]
            assert (booked.state, booked.reason, booked.attempts["mail"].state) == ("planned", "returned", "refused")
            # As the sweeper sends it on its way.
            assert post.dispatch({"record": booked.record_id}) == []
            names = [each["name"] for each in provider.triggered]
        finally:
            server.stop()
    [told] = [one for one in post.records() if one.workflow == "visit-booked"]
    assert {name: attempt.state for name, attempt in told.attempts.items()} == {"mail": "refused", "sms": "sent"}
    assert told.attempts["sms"].provider_id == f"sms.{told.record_id}"
    assert names == ["bedside-mail", "bedside-sms"]
    assert post.texts == []
