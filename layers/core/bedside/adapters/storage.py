"""The bucket of photos: links that a browser may use, and the two questions that functions ask S3 themselves."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Final

from bedside.adapters.sigv4 import Credentials, Scope, presigned_url
from bedside.errors import UnavailableError

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

_NOT_FOUND: Final = 404


@dataclass(frozen=True, slots=True)
class Upload:
    """What exactly may be uploaded: `sha256` is the digest as base64, `length` in bytes."""

    key: str
    content_type: str
    length: int
    sha256: str


class Links:
    """Signs upload and download links without a network request.

    Without an `origin` they point to the bucket's own regional host; with one, to `{origin}/{bucket}/…`.
    """

    def __init__(self, bucket: str, region: str, origin: str) -> None:
        self._scope = Scope(region, "s3")
        self._origin = origin or f"https://{bucket}.s3.{region}.amazonaws.com"
        self._prefix = f"/{bucket}/" if origin else "/"

    def upload(self, upload: Upload, *, now_ms: int, life_s: int) -> tuple[str, Mapping[str, str]]:
        """Return a PUT link and the headers it must carry.

        Type, length and digest are signed, and the link cannot overwrite what is there.
        """
        headers = {
            "content-type": upload.content_type,
            "if-none-match": "*",
            "x-amz-checksum-sha256": upload.sha256,
        }
        url = presigned_url(
            Credentials.from_env(),
            self._scope,
            method="PUT",
            origin=self._origin,
            path=self._prefix + upload.key,
            query={},
            # A browser sets Content-Length itself and forbids setting it, so it is signed but not handed out.
            headers={**headers, "content-length": str(upload.length)},
            now_ms=now_ms,
            life_s=life_s,
        )
        return url, headers

    def download(self, key: str, *, now_ms: int, life_s: int) -> str:
        """Return a GET link whose answer no cache may keep."""
        return presigned_url(
            Credentials.from_env(),
            self._scope,
            method="GET",
            origin=self._origin,
            path=self._prefix + key,
            query={"response-cache-control": "no-store"},
            headers={},
            now_ms=now_ms,
            life_s=life_s,
        )


@cache
def s3_client() -> "S3Client":
    """One client for the process, imported only by the functions that talk to S3."""
    import boto3  # noqa: PLC0415  # about 200 ms that the functions which only sign links must not pay
    from botocore.config import Config  # noqa: PLC0415  # as boto3

    return boto3.client(
        "s3",
        config=Config(
            connect_timeout=1,
            read_timeout=3,
            retries={"total_max_attempts": 3, "mode": "standard"},
            s3={"addressing_style": "path"},
        ),
    )


class Bucket:
    """The bucket, as functions themselves use it. Raises UnavailableError when S3 does not answer in time."""

    def __init__(self, client: "S3Client", name: str) -> None:
        self._client = client
        self._name = name

    def holds(self, key: str) -> bool:
        """Tell whether an object stands under `key`."""
        from botocore.exceptions import BotoCoreError, ClientError  # noqa: PLC0415  # as boto3 above

        try:
            self._client.head_object(Bucket=self._name, Key=key)
        except ClientError as error:
            if error.response["ResponseMetadata"]["HTTPStatusCode"] == _NOT_FOUND:
                return False
            raise UnavailableError("The image store did not answer.") from error
        except BotoCoreError as error:
            raise UnavailableError("The image store did not answer.") from error
        return True

    def remove(self, keys: Sequence[str]) -> None:
        """Delete whatever objects there are under `keys`."""
        from botocore.exceptions import BotoCoreError, ClientError  # noqa: PLC0415  # as boto3 above

        try:
            self._client.delete_objects(
                Bucket=self._name, Delete={"Objects": [{"Key": key} for key in keys], "Quiet": True}
            )
        except (ClientError, BotoCoreError) as error:
            raise UnavailableError("The image store did not answer.") from error
