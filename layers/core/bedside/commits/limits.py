"""Rate limits of commits."""

from typing import Final

from bedside.platform.limits.policies import bucket

# A page reads a commit while it is under way, should it hear nothing live.
COMMITS: Final = bucket("commits", 300, 300, "user")
# A page asks again and again while a connection is being tested.
RECORD_TARGETS: Final = bucket("record-targets", 120, 600, "user")
# High, because all desks of a hospital may share one address.
LAUNCHES: Final = bucket("launches", 600, 600, "address")
RECORD_PEOPLE: Final = bucket("record-people", 60, 600, "user")
# A page asks once a second while a launch is being read.
LAUNCH_CONTEXTS: Final = bucket("launch-contexts", 120, 300, "user")
