"""Settings of a deployed function, read once from its environment."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal, cast

LiveProvider = Literal["websocket", "ably"]

# 100ms keeps recordings in S3 or at Google, and does not say in which buckets
# (https://www.100ms.live/docs/server-side/v2/api-reference/recording-assets/get-presigned-url).
RECORDING_HOSTS: Final = (
    "*.s3.*.amazonaws.com,s3.*.amazonaws.com,*.s3.amazonaws.com,s3.amazonaws.com,"
    "*.100ms.live,storage.googleapis.com,*.storage.googleapis.com"
)


@dataclass(frozen=True, slots=True)
class Settings:
    """What template.yaml decides: names, addresses, limits with their unit in the name."""

    stage: str
    region: str
    capture_table: str
    identity_table: str
    audit_table: str
    idempotency_table: str
    bucket: str
    secrets_path: str
    public_origin: str
    live_url: str
    live_endpoint: str
    live_provider: LiveProvider
    ably_rest_url: str
    ably_realtime_url: str
    storage_origin: str
    session_life_ms: int
    qr_token_life_ms: int
    live_ticket_life_ms: int
    upload_url_life_s: int
    download_url_life_s: int
    max_images: int
    redis_deadline_s: float
    otp_life_s: int
    otp_resend_s: int
    sms_countries: frozenset[str]
    sms_sender_id: str
    sms_origination_number: str
    sms_prefix_allowance: int
    sms_address_allowance: int
    access_token_life_ms: int
    sign_in_life_ms: int
    visits_table: str
    webhooks_table: str
    webhook_queue_url: str
    webhook_retention_days: int
    recordings_bucket: str
    recording_queue_url: str
    recording_hosts: frozenset[str]
    schedule_group: str
    schedule_target: str
    schedule_role: str
    schedule_dead_letters: str
    hms_api_url: str
    hms_patient_role: str
    hms_practitioner_role: str
    room_page: str
    no_show_ms: int
    grace_ms: int
    warning_ms: int
    limit_ms: int
    recording_overdue_ms: int

    @classmethod
    def from_env(cls, env: Mapping[str, str]) -> "Settings":
        """Read settings from environment variables; raises KeyError for a missing name without a default."""
        region = env["AWS_REGION"]
        bucket = env["BEDSIDE_BUCKET"]
        return cls(
            stage=env["BEDSIDE_STAGE"],
            region=region,
            capture_table=env["BEDSIDE_CAPTURE_TABLE"],
            identity_table=env["BEDSIDE_IDENTITY_TABLE"],
            audit_table=env["BEDSIDE_AUDIT_TABLE"],
            idempotency_table=env["BEDSIDE_IDEMPOTENCY_TABLE"],
            bucket=bucket,
            secrets_path=env["BEDSIDE_SECRETS_PATH"],
            public_origin=env.get("BEDSIDE_PUBLIC_ORIGIN", ""),
            live_url=env["BEDSIDE_LIVE_URL"],
            live_endpoint=env["BEDSIDE_LIVE_ENDPOINT"],
            live_provider=cast("LiveProvider", env.get("BEDSIDE_LIVE_PROVIDER", "websocket")),
            ably_rest_url=env.get("BEDSIDE_ABLY_REST_URL", "https://rest.ably.io"),
            ably_realtime_url=env.get("BEDSIDE_ABLY_REALTIME_URL", "https://realtime.ably.io"),
            storage_origin=env.get("BEDSIDE_STORAGE_ORIGIN", ""),
            session_life_ms=int(env.get("BEDSIDE_SESSION_LIFE_SECONDS", "7200")) * 1000,
            qr_token_life_ms=int(env.get("BEDSIDE_QR_TOKEN_LIFE_SECONDS", "600")) * 1000,
            live_ticket_life_ms=int(env.get("BEDSIDE_LIVE_TICKET_LIFE_SECONDS", "60")) * 1000,
            upload_url_life_s=int(env.get("BEDSIDE_UPLOAD_URL_LIFE_SECONDS", "300")),
            download_url_life_s=int(env.get("BEDSIDE_DOWNLOAD_URL_LIFE_SECONDS", "3600")),
            max_images=int(env.get("BEDSIDE_MAX_IMAGES", "20")),
            redis_deadline_s=int(env.get("BEDSIDE_REDIS_DEADLINE_MS", "300")) / 1000,
            otp_life_s=int(env.get("BEDSIDE_OTP_LIFE_SECONDS", "300")),
            otp_resend_s=int(env.get("BEDSIDE_OTP_RESEND_SECONDS", "30")),
            sms_countries=frozenset(env.get("BEDSIDE_SMS_COUNTRIES", "NZ,AU,US,CA,GB").replace(" ", "").split(",")),
            sms_sender_id=env.get("BEDSIDE_SMS_SENDER_ID", ""),
            sms_origination_number=env.get("BEDSIDE_SMS_ORIGINATION_NUMBER", ""),
            sms_prefix_allowance=int(env.get("BEDSIDE_SMS_PREFIX_ALLOWANCE", "100")),
            sms_address_allowance=int(env.get("BEDSIDE_SMS_ADDRESS_ALLOWANCE", "200")),
            access_token_life_ms=int(env.get("BEDSIDE_ACCESS_TOKEN_SECONDS", "900")) * 1000,
            sign_in_life_ms=int(env.get("BEDSIDE_SIGN_IN_LIFE_SECONDS", "43200")) * 1000,
            visits_table=env.get("BEDSIDE_VISITS_TABLE", ""),
            webhooks_table=env.get("BEDSIDE_WEBHOOKS_TABLE", ""),
            webhook_queue_url=env.get("BEDSIDE_WEBHOOK_QUEUE_URL", ""),
            webhook_retention_days=int(env.get("BEDSIDE_WEBHOOK_RETENTION_DAYS", "35")),
            recordings_bucket=env.get("BEDSIDE_RECORDINGS_BUCKET", ""),
            recording_queue_url=env.get("BEDSIDE_RECORDING_QUEUE_URL", ""),
            recording_hosts=frozenset(env.get("BEDSIDE_RECORDING_HOSTS", RECORDING_HOSTS).replace(" ", "").split(",")),
            schedule_group=env.get("BEDSIDE_SCHEDULE_GROUP", ""),
            schedule_target=env.get("BEDSIDE_SCHEDULE_TARGET", ""),
            schedule_role=env.get("BEDSIDE_SCHEDULE_ROLE", ""),
            schedule_dead_letters=env.get("BEDSIDE_SCHEDULE_DEAD_LETTERS", ""),
            hms_api_url=env.get("BEDSIDE_HMS_API_URL", "https://api.100ms.live"),
            hms_patient_role=env.get("BEDSIDE_HMS_PATIENT_ROLE", "guest"),
            hms_practitioner_role=env.get("BEDSIDE_HMS_PRACTITIONER_ROLE", "host"),
            room_page=env.get("BEDSIDE_ROOM_PAGE", ""),
            no_show_ms=int(env.get("BEDSIDE_NO_SHOW_SECONDS", "600")) * 1000,
            grace_ms=int(env.get("BEDSIDE_GRACE_SECONDS", "120")) * 1000,
            warning_ms=int(env.get("BEDSIDE_WARNING_SECONDS", "2400")) * 1000,
            limit_ms=int(env.get("BEDSIDE_LIMIT_SECONDS", "2700")) * 1000,
            recording_overdue_ms=int(env.get("BEDSIDE_RECORDING_OVERDUE_SECONDS", "3600")) * 1000,
        )
