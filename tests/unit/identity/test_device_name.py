import pytest

from bedside.identity.device_name import device_name

_WINDOWS = (
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36"
)
_ANDROID = "Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko)"
_MAC = (
    "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.4 Safari/605"
)


@pytest.mark.parametrize(
    ("user_agent", "name"),
    [
        (_WINDOWS, "Chrome on Windows"),
        (f"{_WINDOWS} Edg/142.0.0.0", "Edge on Windows"),
        (_MAC, "Safari on Mac"),
        ("Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0", "Firefox on Linux"),
        (f"{_ANDROID} SamsungBrowser/25.0 Chrome/121.0.0.0 Mobile Safari/537.36", "Samsung Internet on Android"),
        (_MAC.replace("Macintosh", "iPad").replace("Version/17.4", "CriOS/142.0"), "Chrome on iPad"),
        ("curl/8.9.1", ""),
        ("", ""),
    ],
)
def test_browsers_are_named_as_people_know_them(user_agent: str, name: str) -> None:
    """Most name others too; whatever is unknown is not guessed, and nothing of the header itself is shown."""
    assert device_name(user_agent) == name
