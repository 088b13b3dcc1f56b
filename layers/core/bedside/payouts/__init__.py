"""What practitioners are paid: their accounts at the payment provider, transfers of their shares, and the ledger."""

# The modules that other domains may import; everything else is private to payouts.
__all__ = ["wiring"]
