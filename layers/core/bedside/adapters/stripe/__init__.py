"""Stripe's REST API, with a deadline per call: https://docs.stripe.com/api."""
