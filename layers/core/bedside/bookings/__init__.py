"""What patients book themselves: services of practitioners, and the times at which they are free."""

# The modules that other domains may import; everything else is private to bookings.
__all__ = ["access", "booking", "booking_repository", "errors", "money", "wiring"]
