"""Video visits, from booking to summary; tolerates late, repeated, reordered and missing provider events."""

# The modules that other domains may import; everything else is private to visits.
__all__ = [
    "access",
    "busy_day",
    "errors",
    "facts",
    "lifecycle",
    "model",
    "notes",
    "patient_names",
    "presence",
    "records",
    "repository",
    "reservations",
    "states",
    "timeline",
    "wiring",
]
