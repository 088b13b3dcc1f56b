"""A stand-in for Stripe: payments, refunds, accounts and identity checks as documented, for tests and demonstrations.

https://docs.stripe.com/api describes what is imitated, in the shapes of the version that the adapter pins.
Everything is kept in memory.
"""
