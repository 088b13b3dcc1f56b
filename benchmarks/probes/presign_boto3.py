"""The same presigned PUT by boto3; returns the URL."""

import os
from collections.abc import Callable

import boto3
from botocore.config import Config


def prepare() -> Callable[[], str]:
    """Return the call."""
    region = os.environ["AWS_REGION"]
    s3 = boto3.client(
        "s3",
        region_name=region,
        endpoint_url=f"https://s3.{region}.amazonaws.com",
        config=Config(signature_version="s3v4", s3={"addressing_style": "virtual"}),
    )
    wanted = {
        "Bucket": "benchmark-bucket",
        "Key": "sessions/F/E/1_i.jpg",
        "ContentType": "image/jpeg",
        "ContentLength": 743_315,
        "ChecksumSHA256": "A" * 43 + "=",
        "IfNoneMatch": "*",
        "Tagging": "photo=uncommitted",
    }
    return lambda: s3.generate_presigned_url("put_object", wanted, ExpiresIn=300)
