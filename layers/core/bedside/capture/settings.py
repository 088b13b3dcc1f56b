"""Settings for capture, read once from a function's environment."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class CaptureSettings:
    """Table and bucket of capture sessions, and lifetimes of sessions, codes and links."""

    capture_table: str
    bucket: str
    storage_origin: str
    session_life_ms: int
    qr_token_life_ms: int
    upload_url_life_s: int
    download_url_life_s: int
    max_images: int

    @classmethod
    def from_env(cls, env: Mapping[str, str]) -> "CaptureSettings":
        """Return the settings in `env`. Raises KeyError for a missing variable without a default."""
        return cls(
            capture_table=env["BEDSIDE_CAPTURE_TABLE"],
            bucket=env["BEDSIDE_BUCKET"],
            storage_origin=env.get("BEDSIDE_STORAGE_ORIGIN", ""),
            session_life_ms=int(env.get("BEDSIDE_SESSION_LIFE_SECONDS", "7200")) * 1000,
            qr_token_life_ms=int(env.get("BEDSIDE_QR_TOKEN_LIFE_SECONDS", "600")) * 1000,
            upload_url_life_s=int(env.get("BEDSIDE_UPLOAD_URL_LIFE_SECONDS", "300")),
            download_url_life_s=int(env.get("BEDSIDE_DOWNLOAD_URL_LIFE_SECONDS", "3600")),
            max_images=int(env.get("BEDSIDE_MAX_IMAGES", "20")),
        )
