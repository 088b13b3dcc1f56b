"""Currencies in which services have prices."""

from typing import Final

# ISO 4217; Stripe settles all of them (https://docs.stripe.com/payouts).
CURRENCIES: Final = frozenset(
    {"AUD", "CAD", "CHF", "CZK", "DKK", "EUR", "GBP", "HKD", "JPY", "NOK", "NZD", "PLN", "SEK", "SGD", "USD"}
)
