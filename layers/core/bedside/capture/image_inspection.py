"""Inspection of stored photos: whether each is a complete image, read in as few and as small requests as possible."""

from dataclasses import dataclass
from typing import Final, Literal

from bedside.adapters.aws.s3 import Bucket, Part
from bedside.capture.image_formats import judge, seems_complete
from bedside.capture.object_keys import ObjectKey

_HEAD_BYTES: Final = 64 * 1024
_TAIL_BYTES: Final = 4 * 1024

type Finding = Literal["whole", "damaged", "missing"]


@dataclass(frozen=True, slots=True)
class ImageInspection:
    """Inspects objects in the bucket. Every method raises UnavailableError if S3 does not respond in time."""

    bucket: Bucket

    def glance(self, key: ObjectKey) -> Finding:
        """Inspect an object by its end, in one request, while a phone waits; more only if the end does not tell."""
        end = self.bucket.read_end(str(key), _TAIL_BYTES)
        if end is None:
            return "missing"
        return "whole" if seems_complete(key.extension, end.size, end.content) else self.inspect(key)[0]

    def inspect(self, key: ObjectKey) -> tuple[Finding, str]:
        """Inspect an object by its beginning and end, and by all of it if those do not tell; return its ETag too."""
        head = self.bucket.read_start(str(key), _HEAD_BYTES)
        return ("missing", "") if head is None else (self._judge(key, head), head.etag)

    def _judge(self, key: ObjectKey, head: Part) -> Finding:
        tail = head if len(head.content) == head.size else self.bucket.read_end(str(key), _TAIL_BYTES)
        if tail is None:
            return "missing"
        verdict = judge(key.extension, head.size, head.content, tail.content)
        if verdict != "unclear":
            return verdict
        everything = self.bucket.read_start(str(key), head.size)
        if everything is None:
            return "missing"
        verdict = judge(key.extension, head.size, everything.content, everything.content)
        return "whole" if verdict == "whole" else "damaged"
