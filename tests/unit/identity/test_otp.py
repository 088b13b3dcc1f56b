"""The rules of one-time codes: what they look like, how they are kept, how often they are sent."""

from hypothesis import given
from hypothesis import strategies as st

from bedside.identity.otp import (
    DAY_MS,
    HOUR_MS,
    SENDS_IN_ALL_PER_DAY,
    SENDS_PER_DAY,
    SENDS_PER_HOUR,
    SendQuotas,
    code_digest,
    message,
    new_code,
    prefix,
    seconds_until,
    send_limit,
)
from bedside.kernel.errors import Limit

NOW = 1_795_228_312_345


def test_a_code_has_six_digits() -> None:
    """All of the million, also those that begin with zeros."""
    asked: list[int] = []

    def random_below(limit: int) -> int:
        asked.append(limit)
        return 42

    assert new_code(random_below) == "000042"
    assert new_code(lambda limit: limit - 1) == "999999"
    assert asked == [1_000_000]


def test_what_is_kept_of_a_code_is_of_no_use_elsewhere() -> None:
    """Another number, another code, another key: another hash."""
    hashes = {
        code_digest(b"k", "u", "123456"),
        code_digest(b"k", "v", "123456"),
        code_digest(b"k", "u", "123457"),
        code_digest(b"l", "u", "123456"),
    }
    assert len(hashes) == 4
    assert all(len(found) == 64 and "123456" not in found for found in hashes)


def test_the_limits_are_the_contracts() -> None:
    """Five an hour, ten a day."""
    assert Limit("otp-send", 5, 3600) == SENDS_PER_HOUR
    assert Limit("otp-send-daily", 10, 86_400) == SENDS_PER_DAY


def test_signing_in_gives_its_sends_back_but_not_for_ever() -> None:
    """Sends that led to a sign-in count for fifty a day only, together with the others."""
    used = [NOW + minute * 60_000 for minute in range(49)]
    assert send_limit([], NOW + HOUR_MS, used) is None
    assert send_limit([NOW + HOUR_MS], NOW + HOUR_MS, used) == (SENDS_IN_ALL_PER_DAY, 23 * 3600)
    assert send_limit([NOW + HOUR_MS], NOW + DAY_MS, used) is None


def test_the_sixth_send_waits_until_the_first_is_an_hour_old() -> None:
    """To the second, rounded up."""
    sends = [NOW + minute * 60_000 for minute in range(5)]
    assert send_limit(sends[:4], NOW + 300_000) is None
    assert send_limit(sends, NOW + 300_000) == (SENDS_PER_HOUR, 3300)
    assert send_limit(sends, NOW + 300_001) == (SENDS_PER_HOUR, 3300)
    assert send_limit(sends, NOW + HOUR_MS - 1) == (SENDS_PER_HOUR, 1)
    assert send_limit(sends, NOW + HOUR_MS) is None


def test_the_eleventh_send_waits_until_the_first_is_a_day_old() -> None:
    """The longer of two waits is what is said."""
    sends = [NOW + number * HOUR_MS for number in range(10)]
    assert send_limit(sends, NOW + 10 * HOUR_MS) == (SENDS_PER_DAY, 14 * 3600)
    assert send_limit(sends, NOW + DAY_MS) is None
    burst = [NOW, *(NOW + 12 * HOUR_MS + number for number in range(4)), *(NOW + 20 * HOUR_MS for _ in range(5))]
    assert send_limit(burst, NOW + 20 * HOUR_MS + 1) == (SENDS_PER_DAY, 4 * 3600)


@given(gaps=st.lists(st.integers(0, HOUR_MS) | st.integers(0, 60_000), max_size=60))
def test_no_window_ever_holds_more(gaps: list[int]) -> None:
    """Whenever codes are asked for: at most five in any hour and ten in any day; and what is told as a wait is true."""
    now, sends = NOW, list[int]()
    for gap in gaps:
        now += gap
        reached = send_limit(sends, now)
        if reached is None:
            sends.append(now)
        else:
            _, wait_s = reached
            assert wait_s > 0
            assert send_limit(sends, now + wait_s * 1000) is None
            assert send_limit(sends, now + (wait_s - 1) * 1000) is not None
    for window, quota in ((HOUR_MS, 5), (DAY_MS, 10)):
        for end in sends:
            assert sum(end - window < at <= end for at in sends) <= quota


@given(at=st.integers(NOW - 10**7, NOW + 10**7))
def test_seconds_are_rounded_up(at: int) -> None:
    """After so many, the instant has come; one fewer, and it has not."""
    seconds = seconds_until(at, NOW)
    assert NOW + seconds * 1000 >= at
    assert seconds == 0 or NOW + (seconds - 1) * 1000 < at


def test_a_prefix_is_a_country_and_an_operators_block() -> None:
    """Numbers next to each other share it, others do not."""
    assert prefix("+64215550111") == prefix("+64215559999") == "+64215"
    assert prefix("+64225550111") != prefix("+64215550111")


def test_a_code_is_paid_for_by_where_it_goes_and_whence_it_is_asked_for() -> None:
    """Nobody reads an address out of the record."""
    one = SendQuotas(b"k", 3, 9).of("+64215550111", "203.0.113.7")
    assert (one[0].name, one[0].allowance, one[1].allowance) == ("prefix#+64215", 3, 9)
    names = {
        SendQuotas(key, 3, 9).of("+64225550111", address)[1].name
        for key in (b"k", b"l")
        for address in ("203.0.113.7", "203.0.113.8")
    }
    assert one[1].name in names
    assert len(names) == 4
    assert all(name.startswith("address#") and "203" not in name.replace("address#", "")[:3] for name in names)


def test_a_network_is_charged_as_one() -> None:
    """Whoever has an IPv6 address has many; another customer's is charged apart."""
    quotas = SendQuotas(b"k", 3, 9)
    one, same, other = (quotas.of("+64215550111", f"2001:db8:0:{part}") for part in ("1::7", "1:a::8", "2::7"))
    assert one == same
    assert one[1] != other[1]


def test_who_signed_in_before_is_charged_less() -> None:
    """A known number not to its prefix, a device that signed in before to nothing: neither can be used up by others."""
    quotas = SendQuotas(b"k", 3, 9)
    both = quotas.of("+64215550111", "203.0.113.7")
    assert [quota.silent for quota in both] == [True, False]
    assert quotas.of("+64215550111", "203.0.113.7", known=True) == both[1:]
    assert quotas.of("+64215550111", "203.0.113.7", known=True, trusted=True) == ()


def test_the_message_ends_in_the_line_that_browsers_read() -> None:
    """https://wicg.github.io/sms-one-time-codes/: the last line is `@host #code`, and nothing else is on it."""
    assert message("012345", 300, "bedside.example.org") == (
        "012345 is your Bedside code. It is valid for 5 minutes. Never share it.\n\n@bedside.example.org #012345"
    )
    assert "for 1 minute." in message("012345", 60, "h")
    assert "for 10 minutes." in message("012345", 600, "h")


def test_a_message_is_one_sms() -> None:
    """160 characters of GSM 7-bit, with a host of usual length."""
    text = message("012345", 600, "abcdefghij.execute-api.ap-southeast-2.amazonaws.com")
    assert len(text) <= 160
    assert text.isascii()
