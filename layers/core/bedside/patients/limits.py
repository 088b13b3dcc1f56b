"""Rate limits of patients."""

from typing import Final

from bedside.platform.limits.policies import bucket

PATIENTS: Final = bucket("patients", 600, 300, "user")
# A search runs while somebody types, at most five times a second for the time of a word. Nobody needs to leaf through
# more than 20 patients a second for long, as whoever copies the directory does.
PATIENT_SEARCH: Final = bucket("patient-search", 300, 300, "user")
# A reception adds one every minute or two; a list is brought in by the links of the EHR.
PATIENT_CREATE: Final = bucket("patient-create", 120, 600, "user")
