"""What MiniStack 1.5.33 does differently from AWS in ways that this project would notice.

Each module mends one thing and has one contract test in tests/local/test_patches.py: run those before any version bump.
"""

from local.patches import (
    alarms,
    bucket,
    cold_start,
    credentials,
    environments,
    failure,
    http_api,
    latency,
    layers,
    mail,
    resources,
    route_response,
    schedules,
    secure_transport,
    sms,
    socket,
    source_address,
    table,
    throttle,
    worker,
)


def apply() -> None:
    """Patch the imported emulator; must run before it serves its first request."""
    http_api.apply()
    alarms.apply()
    table.apply()
    bucket.apply()
    cold_start.apply()
    credentials.apply()
    environments.apply()
    failure.apply()
    throttle.apply()
    source_address.apply()
    socket.apply()
    resources.apply()
    route_response.apply()
    mail.apply()
    schedules.apply()
    secure_transport.apply()
    sms.apply()
    worker.apply()
    latency.apply()
    layers.apply()
