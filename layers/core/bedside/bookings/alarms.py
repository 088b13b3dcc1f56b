"""Alarms of bookings' money."""

from typing import Final

from bedside.platform.alarms import Alarm, counted

ALARMS: Final = (
    Alarm(
        "RefundAlarm",
        "page",
        counted("RefundFailed"),
        means="A refund failed, so a patient's money is still owed",
        first="`refund failed` in the log, which names the booking, and the payment at Stripe",
        then="See [Bookings](operations.md#bookings).",
    ),
    Alarm(
        "CheckoutAlarm",
        "page",
        counted("CheckoutUnknown"),
        means="Stripe does not know a Checkout that it has opened; such bookings stay as they are",
        first="the secret `payment-keys`: is it of another account or mode?",
        then="Put the right keys back; bookings then go on by themselves.",
    ),
    Alarm(
        "LatePaymentAlarm",
        "ticket",
        counted("PaymentFoundBySweep"),
        means="The sweeper found a payment of which no webhook had told",
        first="whether webhooks of Stripe arrive: its dashboard lists each with our answer",
        then="Nothing is lost. Put the endpoint or its secret right: see [Webhooks](operations.md#webhooks).",
    ),
)
