"""One presigned PUT by our own signer; returns the URL."""

import os
import time
from collections.abc import Callable

from bedside.adapters.aws.s3 import Links, Upload


def prepare() -> Callable[[], str]:
    """Return the call."""
    links = Links("benchmark-bucket", os.environ["AWS_REGION"], "")
    upload = Upload("sessions/F/E/1_i.jpg", "image/jpeg", 743_315, "A" * 43 + "=", "photo=uncommitted")

    def sign() -> str:
        url, _ = links.upload(upload, now_ms=time.time_ns() // 1_000_000, life_s=300)
        return url

    return sign
