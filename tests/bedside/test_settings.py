"""Settings come from the environment, with the contract's limits as defaults."""

import pytest

from bedside.settings import Settings

NEEDED = {
    "AWS_REGION": "us-east-1",
    "BEDSIDE_STAGE": "test",
    "BEDSIDE_BUCKET": "bucket",
    "BEDSIDE_CAPTURE_TABLE": "table",
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


@pytest.mark.parametrize("name", NEEDED)
def test_what_has_no_default_is_needed(name: str) -> None:
    """A missing variable is named."""
    with pytest.raises(KeyError, match=name):
        Settings.from_env({other: value for other, value in NEEDED.items() if other != name})
