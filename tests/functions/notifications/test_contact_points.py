"""Mail addresses and browsers of people, links to unsubscribe, and messages to them."""

import os
from typing import Any

import pytest

from bedside.kernel.errors import UnavailableError
from bedside.notifications.channels.unsubscribe import link
from bedside.notifications.channels.wiring import ChannelsWiring
from bedside.ports.channels import Delivery, DeliveryUnknownError, Message, PushSubscription
from tests.functions.clinic import FAMILY, Clinic, refusal
from tests.functions.notifications.owner import ADDRESS, MINUTE, Owner
from tests.functions.steering import SteeredWiring

MESSAGE = Message("Bedside", "You have an appointment tomorrow.", "https://x/visit", critical=False, message_id="n-1")


@pytest.fixture
def owner(clinic: Clinic) -> Owner:
    clinic.wiring.channels.__dict__.pop("mail", None)
    return Owner(clinic)


def test_an_address_is_used_once_its_owner_has_entered_the_code(owner: Owner) -> None:
    """The code goes to the address alone, in the owner's language, and says nothing about anybody."""
    assert owner.done("mail_address") == {"available": True, "address": None, "suppressed": None, "pending": None}
    requested = owner.done("request_mail_address", {"address": f" {ADDRESS} "}, status=202)
    pending = {"address": "Ana.Ngata@clinic.example", "suppressed": None, "expiresIn": 600, "resendAfter": 60}
    assert (requested["address"], requested["pending"]) == (None, pending)
    [(to, message)] = owner.outbox
    assert (to, message.language, message.unsubscribe) == ("Ana.Ngata@clinic.example", "en", None)
    assert owner.code() not in message.title
    confirmed = owner.done("confirm_mail_address", {"code": f" {owner.code()[:3]} {owner.code()[3:]} "})
    assert confirmed == owner.done("mail_address")
    assert (confirmed["address"], confirmed["pending"]) == (ADDRESS, None)
    assert owner.call("remove_mail_address").status == owner.call("remove_mail_address").status == 204
    assert owner.done("mail_address")["address"] is None


def test_another_address_is_used_only_once_it_is_confirmed(owner: Owner) -> None:
    """Until then mail goes on to the first; and a code is good for its own address alone."""
    owner.confirm()
    owner.done("request_mail_address", {"address": "new@clinic.example"}, status=202)
    first = owner.code()
    owner.later(MINUTE)
    owner.done("request_mail_address", {"address": "newer@clinic.example"}, status=202)
    assert owner.done("mail_address")["address"] == ADDRESS
    if first != owner.code():
        refusal(owner.call("confirm_mail_address", {"code": first}), 422, "code-invalid")
    assert owner.done("confirm_mail_address", {"code": owner.code()})["address"] == "newer@clinic.example"


def test_codes_cannot_be_guessed(owner: Owner) -> None:
    """Five checks, right or wrong, and ten minutes; a code is accepted once."""
    owner.done("request_mail_address", {"address": ADDRESS}, status=202)
    wrong = f"{(int(owner.code()) + 1) % 10**6:06d}"
    for _ in range(5):
        refusal(owner.call("confirm_mail_address", {"code": wrong}), 422, "code-invalid")
    refusal(owner.call("confirm_mail_address", {"code": owner.code()}), 422, "code-invalid")
    owner.later(MINUTE)
    owner.done("request_mail_address", {"address": ADDRESS}, status=202)
    owner.later(10 * MINUTE)
    refusal(owner.call("confirm_mail_address", {"code": owner.code()}), 422, "code-invalid")
    owner.done("request_mail_address", {"address": ADDRESS}, status=202)
    owner.done("confirm_mail_address", {"code": owner.code()})
    refusal(owner.call("confirm_mail_address", {"code": owner.code()}), 422, "code-invalid")
    for odd in ("", "12345", "1234567", "12a456", "١٢٣٤٥٦"):
        assert owner.call("confirm_mail_address", {"code": odd}).status == 422


def test_nobodys_mailbox_is_filled(owner: Owner) -> None:
    """Within a minute nothing is sent again; in an hour five codes, whatever the addresses."""
    for _ in range(2):
        owner.done("request_mail_address", {"address": ADDRESS}, status=202)
    assert len(owner.outbox) == 1
    for number in range(4):
        owner.done("request_mail_address", {"address": f"other{number}@clinic.example"}, status=202)
    answer = owner.call("request_mail_address", {"address": "sixth@clinic.example"})
    refusal(answer, 429, "too-many-codes")
    assert int(answer.headers["retry-after"]) > 3000
    assert len(owner.outbox) == 5
    # Who confirms an address of their own does not get others for it.
    owner.done("confirm_mail_address", {"code": owner.code()})
    refusal(owner.call("request_mail_address", {"address": "sixth@clinic.example"}), 429, "too-many-codes")
    owner.later(61 * MINUTE)
    owner.done("request_mail_address", {"address": "sixth@clinic.example"}, status=202)


@pytest.mark.parametrize(
    "address",
    [
        "",
        "ana",
        "@clinic.example",
        "ana@clinic",
        "ana@@clinic.example",
        "Ana <ana@clinic.example>",
        "ana@clinic.example,ben@clinic.example",
        "ana@clinic.example\nBcc: ben@clinic.example",
        '"ana"@clinic.example',
        "änä@clinic.example",
        "a..b@clinic.example",
        "ana@clinic..example",
        "ana@-clinic.example",
        f"{'a' * 65}@clinic.example",
        f"ana@{'a.' * 130}example",
    ],
)
def test_what_is_no_address_is_refused(owner: Owner, address: str) -> None:
    """Nor can more than one recipient, or a header, be smuggled in."""
    refusal(owner.call("request_mail_address", {"address": address}), 422, "invalid-request")
    assert not owner.outbox


@pytest.mark.parametrize(
    ("said", "status", "again"),
    [
        (UnavailableError("not there"), 503, True),
        (Delivery("throttled"), 503, True),
        (Delivery("refused"), 422, True),
        (DeliveryUnknownError("who knows"), 503, False),
    ],
)
def test_a_code_that_was_not_sent_can_be_requested_again(
    owner: Owner, said: Delivery | UnavailableError, status: int, *, again: bool
) -> None:
    """At once, and it does not count; if it may have been sent, only after a minute."""
    assert owner.mail
    for _ in range(6 if again else 1):
        owner.mail.says = [said]
        assert owner.call("request_mail_address", {"address": ADDRESS}).status == status
    count = len(owner.outbox)
    owner.done("request_mail_address", {"address": ADDRESS}, status=202)
    assert len(owner.outbox) == count + again


def test_without_a_sender_there_is_no_mail(owner: Owner) -> None:
    """Pages can tell, and nothing is stored."""
    owner.channels.__dict__["mail"] = None
    owner.channels.__dict__.pop("mail_addresses", None)
    try:
        assert owner.done("mail_address")["available"] is False
        refusal(owner.call("request_mail_address", {"address": ADDRESS}), 409, "channel-off")
    finally:
        del owner.channels.__dict__["mail"], owner.channels.__dict__["mail_addresses"]


def test_a_browser_is_registered_once(owner: Owner) -> None:
    """With the key that pages subscribe with; the list names its push service, and no address of it."""
    before = owner.done("subscriptions")
    keys = owner.channels.push_keys
    assert keys
    assert (before["publicKey"], before["subscriptions"]) == (keys.public_key("1"), [])
    body = owner.subscribe(applicationServerKey=before["publicKey"])
    made = owner.done("subscribe", body, status=201)
    assert made["service"] == "updates.push.services.mozilla.com"
    assert owner.done("subscribe", body) == made
    [listed] = owner.done("subscriptions")["subscriptions"]
    assert listed == made
    renewed = owner.subscribe(body["endpoint"])
    assert owner.done("subscribe", renewed)["subscriptionId"] == made["subscriptionId"]
    [browser] = owner.channels.points.get(owner.user_id).browsers.values()
    assert browser.subscription == PushSubscription(
        body["endpoint"], renewed["keys"]["p256dh"], renewed["keys"]["auth"], "1"
    )
    path = {"subscriptionId": made["subscriptionId"]}
    stranger = Owner(owner.clinic, "stranger")
    assert stranger.call("remove_subscription", path=path).status == 204
    assert len(owner.done("subscriptions")["subscriptions"]) == 1
    for _ in range(2):
        assert owner.call("remove_subscription", path=path).status == 204
    assert owner.done("subscriptions")["subscriptions"] == []
    owner.done("subscribe", body, status=201)


def test_a_browser_belongs_to_whoever_registered_it_last(owner: Owner) -> None:
    """On a shared computer nobody sees what is meant for whom used it before."""
    other, body = Owner(owner.clinic, "other"), owner.subscribe()
    owner.done("subscribe", body, status=201)
    owner.done("subscribe", owner.subscribe(), status=201)
    made = other.done("subscribe", body, status=201)
    assert [each["subscriptionId"] for each in other.done("subscriptions")["subscriptions"]] == [made["subscriptionId"]]
    assert len(owner.done("subscriptions")["subscriptions"]) == 1
    owner.done("subscribe", body, status=201)
    assert other.done("subscriptions")["subscriptions"] == []


@pytest.mark.parametrize("ended", ["everywhere", "there"])
def test_a_browser_is_forgotten_with_its_sign_in(owner: Owner, ended: str) -> None:
    """Which its owner ended everywhere, or from another device; one that ended by itself leaves it."""
    owner.done("subscribe", owner.subscribe(), status=201)
    owner.later(MINUTE if ended == "there" else 13 * 60 * MINUTE)
    owner.token = owner.clinic.sign_in(owner.phone)["accessToken"]
    assert len(owner.carrier("push").addresses(owner.person)) == 1
    if ended == "everywhere":
        assert owner.clinic.call("auth_kill_switch", {}, token=owner.token).status == 204
        owner.later(2 * MINUTE)
        owner.token = owner.clinic.sign_in(owner.phone)["accessToken"]
    else:
        assert owner.clinic.call("users_end_sign_in", token=owner.token, path={"signInId": FAMILY}).status == 204
    before = owner.channels.points.get(owner.user_id)
    assert owner.done("subscriptions")["subscriptions"] == []
    assert (len(before.browsers), owner.carrier("push").addresses(owner.person)) == (1, [])
    [body] = [owner.subscribe(each.subscription.endpoint) for each in before.browsers.values()]
    owner.done("subscribe", body, status=201)
    assert len(owner.carrier("push").addresses(owner.person)) == 1


def test_a_browser_is_forgotten_when_its_owner_signs_out(owner: Owner) -> None:
    """Not when the page did so because nobody used it; the list names both, and says which of them asks."""
    made = owner.done("subscribe", owner.subscribe(), status=201)
    assert (made["device"], made["current"]) == (None, True)
    assert owner.clinic.call("auth_logout", token=owner.token, query={"reason": "idle"}).status == 204
    owner.token = owner.clinic.sign_in(owner.phone)["accessToken"]
    owner.later(1000)
    own = owner.done("subscribe", owner.subscribe(), status=201)
    assert own["device"].startswith("Chrome on ")
    assert owner.done("subscriptions")["subscriptions"] == [own, {**made, "current": False}]
    assert len(owner.carrier("push").addresses(owner.person)) == 2
    assert owner.clinic.call("auth_logout", token=owner.token).status == 204
    assert len(owner.carrier("push").addresses(owner.person)) == 1
    owner.later(MINUTE)
    owner.token = owner.clinic.sign_in(owner.phone)["accessToken"]
    assert [each["subscriptionId"] for each in owner.done("subscriptions")["subscriptions"]] == [made["subscriptionId"]]


def test_ten_browsers_are_kept(owner: Owner) -> None:
    """One more ends the oldest, which others may register then."""
    bodies = [owner.subscribe() for _ in range(11)]
    made = []
    for body in bodies:
        owner.later(1000)
        made.append(owner.done("subscribe", body, status=201)["subscriptionId"])
    listed = [each["subscriptionId"] for each in owner.done("subscriptions")["subscriptions"]]
    assert listed == made[:0:-1]
    owner.done("subscribe", bodies[0], status=201)


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"endpoint": "https://push.example/x"}, "endpoint"),
        ({"endpoint": "http://fcm.googleapis.com/x"}, "endpoint"),
        ({"endpoint": "https://fcm.googleapis.com/ä"}, "endpoint"),
        ({"endpoint": ""}, "endpoint"),
        ({"keys": {"p256dh": "AAAA", "auth": "BTBZMqHH6r4Tts7J_aSIgg"}}, "keys.p256dh"),
        ({"keys": {"p256dh": "A" * 87, "auth": "BTBZMqHH6r4Tts7J_aSIgg"}}, "keys.p256dh"),
        ({"keys": {"p256dh": "+/+/", "auth": "BTBZMqHH6r4Tts7J_aSIgg"}}, "keys.p256dh"),
        ({"applicationServerKey": "BCVxsr7N_eNgVRqv"}, "applicationServerKey"),
    ],
)
def test_what_is_no_browser_is_refused(owner: Owner, change: dict[str, Any], field: str) -> None:
    """A place that is no push service's, keys that are none, a key that is not ours."""
    answer = owner.call("subscribe", owner.subscribe() | change)
    refusal(answer, 422, "invalid-request")
    assert [error["field"] for error in answer.json["errors"]] == [field]
    short = owner.subscribe()
    short["keys"]["auth"] = "AAAA"
    assert owner.call("subscribe", short).status == 422
    assert owner.done("subscriptions")["subscriptions"] == []


def test_a_link_turns_off_mail_of_its_kind(owner: Owner) -> None:
    """By one click of a mail program, as often as it likes; a link of a former address does nothing."""
    owner.confirm()
    mail = owner.channels.points.get(owner.user_id).mail
    assert mail
    url = link("https://bedside.example.org", owner.user_id, mail, "money")
    assert url.startswith("https://bedside.example.org/unsubscribe?token=")
    assert "money" not in url
    token = url.partition("token=")[2]
    for _ in range(2):
        answer = owner.clinic.call(
            "contact_points_unsubscribe", query={"token": token}, raw="List-Unsubscribe=One-Click"
        )
        assert answer.json == {"category": "money", "state": "off"}
    preferences = owner.clinic.wiring.notifications.recipients.get(owner.user_id).preferences
    assert preferences.channels_of("money") == ("push", "sms")
    assert preferences.channels_of("appointments") == ("push", "mail", "sms")
    for odd in (token[:-1] + ("A" if token[-1] != "A" else "B"), "b" * 24 + token[24:], "", "x" * 90):
        refusal(owner.clinic.call("contact_points_unsubscribe", query={"token": odd}), 404, "link-invalid")
    owner.later(MINUTE)
    owner.confirm("new@clinic.example")
    refusal(owner.clinic.call("contact_points_unsubscribe", query={"token": token}), 404, "link-invalid")


def test_a_message_goes_to_every_browser(owner: Owner) -> None:
    """Those that their push service does not know any more are forgotten."""
    carrier, push = owner.carrier("push"), owner.channels.push
    assert carrier.addresses(owner.person) == []
    for _ in range(3):
        owner.later(1000)
        owner.done("subscribe", owner.subscribe(), status=201)
    push.sent.clear()
    push.says = [Delivery("gone"), Delivery("sent", "1"), UnavailableError("not there")]
    assert owner.send("push", MESSAGE) == Delivery("sent", "1")
    left = [to for to, _ in push.sent[1:]]
    assert (len(push.sent), list(carrier.addresses(owner.person))) == (3, left)
    assert len(owner.done("subscriptions")["subscriptions"]) == 2
    push.says = [Delivery("gone")] * 2
    assert owner.send("push", MESSAGE) == Delivery("gone")
    assert carrier.addresses(owner.person) == []


def test_mail_has_the_link_that_turns_it_off(owner: Owner) -> None:
    """Of its own kind; text messages and push messages have none, for people turn those off in the settings."""
    carrier = owner.carrier("mail")
    assert carrier.addresses(owner.person) == []
    assert carrier.unsubscribe(owner.person, "money") is None
    owner.confirm()
    assert carrier.addresses(owner.person) == [ADDRESS]
    url = carrier.unsubscribe(owner.person, "money")
    assert url
    answer = owner.clinic.call("contact_points_unsubscribe", query={"token": url.partition("token=")[2]})
    assert answer.json["category"] == "money"
    assert owner.carrier("sms").addresses(owner.person) == [owner.phone]
    assert owner.carrier("sms").unsubscribe(owner.person, "money") is None


@pytest.mark.parametrize(
    ("env", "there"),
    [
        ({}, ["push", "sms"]),
        ({"BEDSIDE_MAIL_SENDER": "a@b.example"}, ["push", "mail", "sms"]),
        ({"BEDSIDE_NOTIFICATION_PROVIDER": "novu"}, ["push"]),
    ],
)
def test_only_channels_that_are_set_up_are_used(owner: Owner, env: dict[str, str], there: list[str]) -> None:
    """Mail needs a sender, and Novu its key."""
    wiring = ChannelsWiring(SteeredWiring({**os.environ, **env}).platform)
    assert list(wiring.carriers) == there
    assert owner
