"""Settings come from the environment, per domain, with the contract's limits as defaults."""

from typing import Any

import pytest

from bedside.bookings.settings import BookingsSettings
from bedside.capture.settings import CaptureSettings
from bedside.commits.launches.settings import LaunchSettings
from bedside.commits.record_targets.settings import RecordTargetsSettings
from bedside.commits.settings import CommitsSettings
from bedside.encounters.settings import EncountersSettings
from bedside.identity.settings import IdentitySettings
from bedside.live.settings import LiveSettings
from bedside.medications.settings import MedicationsSettings
from bedside.notifications.channels.settings import ChannelSettings
from bedside.notifications.settings import NotificationsSettings
from bedside.patients.settings import PatientsSettings
from bedside.payouts.settings import PayoutsSettings
from bedside.platform.settings import PlatformSettings
from bedside.visits.settings import VisitsSettings
from bedside.webhooks.settings import WebhooksSettings

NEEDED = {
    "AWS_REGION": "us-east-1",
    "BEDSIDE_STAGE": "test",
    "BEDSIDE_BUCKET": "bucket",
    "BEDSIDE_CAPTURE_TABLE": "table",
    "BEDSIDE_IDENTITY_TABLE": "people",
    "BEDSIDE_AUDIT_TABLE": "trail",
    "BEDSIDE_IDEMPOTENCY_TABLE": "answers",
    "BEDSIDE_SECRETS_PATH": "/bedside/test",
    "BEDSIDE_LIVE_URL": "wss://live.example",
    "BEDSIDE_LIVE_ENDPOINT": "https://live.example",
    "BEDSIDE_PATIENTS_TABLE": "patients",
    "BEDSIDE_TIMELINE_TABLE": "timeline",
    "BEDSIDE_VISITS_TABLE": "visits",
    "BEDSIDE_RECORDINGS_BUCKET": "recordings",
    "BEDSIDE_RECORDING_QUEUE_URL": "https://queue.example/recordings",
    "BEDSIDE_VISIT_FANOUT_QUEUE_URL": "https://queue.example/fanout",
    "BEDSIDE_SCHEDULE_GROUP": "group",
    "BEDSIDE_SCHEDULE_TARGET": "target",
    "BEDSIDE_SCHEDULE_ROLE": "role",
    "BEDSIDE_SCHEDULE_DEAD_LETTERS": "letters",
    "BEDSIDE_WEBHOOKS_TABLE": "webhooks",
    "BEDSIDE_WEBHOOK_QUEUE_URL": "https://queue.example/webhooks",
    "BEDSIDE_BOOKINGS_TABLE": "bookings",
    "BEDSIDE_PAYOUTS_TABLE": "payouts",
    "BEDSIDE_MEDICATIONS_TABLE": "medications",
    "BEDSIDE_COMMITS_TABLE": "commits",
    "BEDSIDE_COMMIT_QUEUE_URL": "https://queue.example/commits",
    "BEDSIDE_RENDERING_QUEUE_URL": "https://queue.example/renderings",
    "BEDSIDE_NOTIFICATIONS_TABLE": "notifications",
    "BEDSIDE_NOTIFICATION_QUEUE_URL": "https://queue.example/notifications",
}
ALL: tuple[Any, ...] = (
    PlatformSettings,
    LiveSettings,
    IdentitySettings,
    PatientsSettings,
    EncountersSettings,
    CaptureSettings,
    VisitsSettings,
    WebhooksSettings,
    BookingsSettings,
    PayoutsSettings,
    MedicationsSettings,
    CommitsSettings,
    RecordTargetsSettings,
    LaunchSettings,
    NotificationsSettings,
    ChannelSettings,
)


def test_defaults_are_the_contracts() -> None:
    """Two hours, ten minutes, one minute, five minutes, an hour, twenty images, 300 ms."""
    capture, live = CaptureSettings.from_env(NEEDED), LiveSettings.from_env(NEEDED)
    platform = PlatformSettings.from_env(NEEDED)
    assert (capture.session_life_ms, capture.qr_token_life_ms) == (7_200_000, 600_000)
    assert live.live_ticket_life_ms == 60_000
    assert (capture.upload_url_life_s, capture.download_url_life_s) == (300, 3600)
    assert (capture.max_images, platform.redis_deadline_s) == (20, 0.3)
    assert (live.live_provider, platform.public_origin, capture.storage_origin) == ("websocket", "", "")


def test_defaults_of_signing_in() -> None:
    """A code lives five minutes, the next after 30 seconds, a token 15 minutes, a sign-in 12 hours; five countries."""
    found = IdentitySettings.from_env(NEEDED)
    assert (found.otp_life_s, found.otp_resend_s) == (300, 30)
    assert (found.access_token_life_ms, found.sign_in_life_ms) == (900_000, 43_200_000)
    assert found.sms_countries == {"NZ", "AU", "US", "CA", "GB"}
    assert (found.sms_sender_id, found.sms_origination_number, found.sms_prefix_allowance) == ("", "", 100)
    spaced = IdentitySettings.from_env(NEEDED | {"BEDSIDE_SMS_COUNTRIES": "NZ, FR"})
    assert spaced.sms_countries == {"NZ", "FR"}


@pytest.mark.parametrize(
    ("configured", "countries", "country"), [("", "NZ,AU", ""), ("", "NZ", "NZ"), ("AU", "NZ,AU", "AU")]
)
def test_national_numbers_need_a_country_that_is_certain(configured: str, countries: str, country: str) -> None:
    """The configured one, or the only one that is served; among several, none is guessed."""
    env = {"BEDSIDE_SMS_COUNTRIES": countries, "BEDSIDE_DEFAULT_COUNTRY": configured}
    assert IdentitySettings.from_env(NEEDED | env).default_country == country


@pytest.mark.parametrize("name", NEEDED)
def test_what_has_no_default_is_needed(name: str) -> None:
    """A missing variable is named."""
    others = {other: value for other, value in NEEDED.items() if other != name}
    with pytest.raises(KeyError, match=name):
        [settings.from_env(others) for settings in ALL]


@pytest.mark.parametrize(
    "text",
    ["", "[]", '{"USA": "+18335550100"}', '{"US": 7}', '{"US": "name too long"}', '{"US": ""}', '{"us": "12345"}'],
)
def test_originations_are_checked_when_a_function_starts(text: str) -> None:
    """A typing error shows at the first call after a deployment, and not as messages that one country never gets."""
    with pytest.raises(ValueError, match=r"map|Expecting"):
        IdentitySettings.from_env(NEEDED | {"BEDSIDE_SMS_ORIGINATIONS": text})
    good = '{"US": "+18335550100", "GB": "MyHospital", "NZ": "12345"}'
    assert IdentitySettings.from_env(NEEDED | {"BEDSIDE_SMS_ORIGINATIONS": good}).sms_originations["NZ"] == "12345"
