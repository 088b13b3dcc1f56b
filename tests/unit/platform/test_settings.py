"""Settings come from the environment, with the contract's limits as defaults."""

import pytest

from bedside.platform.settings import Settings

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
}


def test_defaults_are_the_contracts() -> None:
    """Two hours, ten minutes, one minute, five minutes, an hour, twenty images, 300 ms."""
    found = Settings.from_env(NEEDED)
    assert (found.session_life_ms, found.qr_token_life_ms, found.live_ticket_life_ms) == (7_200_000, 600_000, 60_000)
    assert (found.upload_url_life_s, found.download_url_life_s) == (300, 3600)
    assert (found.max_images, found.redis_deadline_s) == (20, 0.3)
    assert (found.live_provider, found.public_origin, found.storage_origin) == ("websocket", "", "")


def test_defaults_of_signing_in() -> None:
    """A code lives five minutes, the next after 30 seconds, a token 15 minutes, a sign-in 12 hours; five countries."""
    found = Settings.from_env(NEEDED)
    assert (found.otp_life_s, found.otp_resend_s) == (300, 30)
    assert (found.access_token_life_ms, found.sign_in_life_ms) == (900_000, 43_200_000)
    assert found.sms_countries == {"NZ", "AU", "US", "CA", "GB"}
    assert (found.sms_sender_id, found.sms_origination_number, found.sms_prefix_allowance) == ("", "", 100)
    spaced = Settings.from_env(NEEDED | {"BEDSIDE_SMS_COUNTRIES": "NZ, FR"})
    assert spaced.sms_countries == {"NZ", "FR"}


@pytest.mark.parametrize("name", NEEDED)
def test_what_has_no_default_is_needed(name: str) -> None:
    """A missing variable is named."""
    with pytest.raises(KeyError, match=name):
        Settings.from_env({other: value for other, value in NEEDED.items() if other != name})
