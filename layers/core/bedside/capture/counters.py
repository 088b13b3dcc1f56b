"""Counters of capture."""

from typing import Final

from bedside.platform.transient.counters import Counter

SESSIONS_OPENED: Final = Counter("sessions-opened", "sessionsOpened")
PHOTOS_ARRIVED: Final = Counter("photos-arrived", "photosArrived")
