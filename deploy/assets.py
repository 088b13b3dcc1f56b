"""The pages' scripts and styles in the bucket that CloudFront serves them from."""

from pathlib import Path
from typing import TYPE_CHECKING, Final

from local.cloud import ROOT

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

# Where `sam build` leaves them.
BUILT: Final = ROOT / ".aws-sam/build/Web/web/pages/assets"
# As the function says; of compressed forms there are none, because CloudFront compresses.
CONTENT_TYPES: Final = {
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".map": "application/json",
    ".svg": "image/svg+xml",
}
CACHE_CONTROL: Final = "public, max-age=31536000, immutable"


def store(s3: "S3Client", bucket: str, folder: Path) -> int:
    """Store what is built, again if it is there, so that it does not expire; return how many objects.

    What earlier deployments stored stays for pages that are still open.
    """
    paths = sorted(path for path in folder.iterdir() if path.suffix in CONTENT_TYPES)
    for path in paths:
        s3.put_object(
            Bucket=bucket,
            Key=f"assets/{path.name}",
            Body=path.read_bytes(),
            ContentType=CONTENT_TYPES[path.suffix],
            CacheControl=CACHE_CONTROL,
        )
    return len(paths)
