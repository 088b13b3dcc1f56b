"""Conditions and expressions that writes of a session's item share."""

from typing import Final

from bedside.capture.image import LONGEST_KEPT_MS

ALIVE: Final = "#open = :true AND #expiresAt > :now AND #started > :oldest"
OVER: Final = "(#open = :false OR #expiresAt <= :now OR #started <= :oldest)"
TOUCHED: Final = "#lastActivity = :now, #expiresAt = :expires, #ttl = :ttl"
# Makes the sweeper look at the session next time, which then determines when it has to look again.
WAITING: Final = "#ttl = :ttl, #waits = :waits, #dueAt = :now"
ENDED: Final = (
    "SET #open = :false, #endedAt = :ended, #revision = #revision + :one, #tokens = :none, #tickets = :none, "
) + WAITING
# Sessions in the index of items that are due. Their `dueAt` is never later than their expiry, or, once they have ended,
# than the instant at which their next image vanishes.
KIND: Final = "session"
# The sweeper sees to it that an item outlives its images; this is far beyond.
FAR_S: Final = LONGEST_KEPT_MS // 1000 + 30 * 24 * 3600
