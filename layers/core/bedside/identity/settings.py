"""Settings for identity, read once from a function's environment."""

import json
import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Final

# A number, a short code, or a sender's name of at most 11 letters and digits.
_SENDER: Final = re.compile(r"\+?[0-9]{5,15}|[A-Za-z0-9]{1,11}")


@dataclass(frozen=True, slots=True)
class IdentitySettings:
    """Tables, lifetimes of codes and tokens, and limits on text messages."""

    identity_table: str
    audit_table: str
    audit_bucket: str
    otp_life_s: int
    otp_resend_s: int
    sms_countries: frozenset[str]
    # The country of numbers without a country code, or "".
    default_country: str
    sms_sender_id: str
    sms_origination_number: str
    sms_originations: Mapping[str, str]
    sms_prefix_allowance: int
    sms_address_allowance: int
    # A number that nobody has, with an X for each digit to choose; see `synthetic_people`.
    synthetic_phones: str
    access_token_life_ms: int
    sign_in_life_ms: int

    @classmethod
    def from_env(cls, env: Mapping[str, str]) -> "IdentitySettings":
        """Return the settings in `env`. Raises KeyError for a missing variable without a default."""
        countries = frozenset(env.get("BEDSIDE_SMS_COUNTRIES", "NZ,AU,US,CA,GB").replace(" ", "").split(","))
        return cls(
            identity_table=env["BEDSIDE_IDENTITY_TABLE"],
            audit_table=env["BEDSIDE_AUDIT_TABLE"],
            audit_bucket=env.get("BEDSIDE_AUDIT_BUCKET", ""),
            otp_life_s=int(env.get("BEDSIDE_OTP_LIFE_SECONDS", "300")),
            otp_resend_s=int(env.get("BEDSIDE_OTP_RESEND_SECONDS", "30")),
            sms_countries=countries,
            default_country=default_country(env.get("BEDSIDE_DEFAULT_COUNTRY", ""), countries),
            sms_sender_id=env.get("BEDSIDE_SMS_SENDER_ID", ""),
            sms_origination_number=env.get("BEDSIDE_SMS_ORIGINATION_NUMBER", ""),
            sms_originations=_originations(env.get("BEDSIDE_SMS_ORIGINATIONS", "{}")),
            sms_prefix_allowance=int(env.get("BEDSIDE_SMS_PREFIX_ALLOWANCE", "100")),
            sms_address_allowance=int(env.get("BEDSIDE_SMS_ADDRESS_ALLOWANCE", "200")),
            synthetic_phones=env.get("BEDSIDE_SYNTHETIC_PHONES", ""),
            access_token_life_ms=int(env.get("BEDSIDE_ACCESS_TOKEN_SECONDS", "900")) * 1000,
            sign_in_life_ms=int(env.get("BEDSIDE_SIGN_IN_LIFE_SECONDS", "43200")) * 1000,
        )


def default_country(configured: str, countries: Collection[str]) -> str:
    """Return the country of numbers without a country code: as configured, or the only one that is served, or ""."""
    return configured or (next(iter(countries)) if len(countries) == 1 else "")


def _originations(text: str) -> Mapping[str, str]:
    """Return who sends messages to which country. Raises ValueError if `text` is not a JSON object of such texts."""
    found = json.loads(text)
    if not isinstance(found, dict) or not all(
        re.fullmatch("[A-Z]{2}", country) and isinstance(sender, str) and _SENDER.fullmatch(sender)
        for country, sender in found.items()
    ):
        raise ValueError("SmsOriginations must map countries to numbers or names")
    return found
