"""Puts a function's parts together: settings, secrets, adapters and domain services, each made when first needed."""

import os
import time
from collections.abc import Mapping
from functools import cached_property
from typing import TYPE_CHECKING

from bedside.adapters.redis import Redis
from bedside.adapters.secrets import Secrets, read_secrets
from bedside.adapters.storage import Bucket, Links, s3_client
from bedside.capture.fastpath import FastPath
from bedside.errors import UnavailableError
from bedside.observability import live_publish_failed, redis_failed
from bedside.settings import Settings

if TYPE_CHECKING:
    from bedside.adapters.seal import Seal
    from bedside.adapters.sockets import Sockets
    from bedside.capture.arriving import Arriving
    from bedside.capture.deleting import Deleting
    from bedside.capture.entrances import Entrances
    from bedside.capture.images import ImageRecord
    from bedside.capture.opening import Opening
    from bedside.capture.record import Record
    from bedside.capture.reviewing import Reviewing
    from bedside.capture.scanning import Scanning
    from bedside.capture.uploading import Uploading
    from bedside.live.publishers import Publisher

# An upload credential outlives no photo: the bucket keeps photos for a day.
_CREDENTIAL_LIFE_MS = 24 * 3600 * 1000


class Wiring:
    """The parts of one function. Imports stand where they are needed, because a cold start pays for each of them."""

    def __init__(self, env: Mapping[str, str] = os.environ) -> None:
        self._env = env

    def now_ms(self) -> int:
        return time.time_ns() // 1_000_000

    @cached_property
    def settings(self) -> Settings:
        return Settings.from_env(self._env)

    @cached_property
    def secrets(self) -> Secrets:
        return read_secrets(self.settings.secrets_path, self.settings.region, self.now_ms)

    @cached_property
    def redis(self) -> Redis:
        return Redis(
            self.secrets.redis_url,
            self.secrets.redis_token,
            deadline_s=self.settings.redis_deadline_s,
            on_failure=redis_failed,
        )

    @cached_property
    def fast(self) -> FastPath:
        def seal() -> "Seal":
            from bedside.adapters.seal import Seal

            return Seal(self.secrets.signing_keys)

        return FastPath(self.redis, seal, self.settings.stage)

    @cached_property
    def links(self) -> Links:
        return Links(self.settings.bucket, self.settings.region, self.settings.storage_origin)

    @cached_property
    def bucket(self) -> Bucket:
        return Bucket(s3_client(), self.settings.bucket)

    @cached_property
    def record(self) -> "Record":
        from bedside.adapters.dynamo import Table
        from bedside.capture.record import Record

        return Record(Table(self.settings.capture_table), life_ms=self.settings.session_life_ms)

    @cached_property
    def entrances(self) -> "Entrances":
        from bedside.capture.entrances import Entrances

        return Entrances(self.record)

    @cached_property
    def images(self) -> "ImageRecord":
        from bedside.capture.images import ImageRecord

        return ImageRecord(self.record, limit=self.settings.max_images)

    @cached_property
    def publisher(self) -> "Publisher":
        from bedside.live.publishers import AblyPublisher, SocketPublisher

        settings = self.settings
        if settings.live_provider == "ably":
            from bedside.adapters.ably import Ably

            if not self.secrets.ably_key:
                raise UnavailableError("The secret ably-key is missing.")
            ably = Ably(settings.ably_rest_url, self.secrets.ably_key)
            return AblyPublisher(ably, settings.ably_rest_url, settings.ably_realtime_url, live_publish_failed)
        return SocketPublisher(lambda: self._sockets, self.entrances, settings.live_url, live_publish_failed)

    @cached_property
    def _sockets(self) -> "Sockets":
        from bedside.adapters.sockets import Sockets

        return Sockets(self.settings.live_endpoint)

    @cached_property
    def opening(self) -> "Opening":
        from bedside.capture.opening import Opening

        return Opening(
            record=self.record,
            entrances=self.entrances,
            fast=self.fast,
            publisher=self.publisher,
            pseudonym_key=self.secrets.pseudonym_key,
            token_life_ms=self.settings.qr_token_life_ms,
            ticket_life_ms=self.settings.live_ticket_life_ms,
            randomness=os.urandom,
        )

    @cached_property
    def scanning(self) -> "Scanning":
        from bedside.capture.scanning import Scanning

        return Scanning(self.record, self.fast, self.secrets.signing_keys, _CREDENTIAL_LIFE_MS)

    @cached_property
    def uploading(self) -> "Uploading":
        from bedside.capture.uploading import Uploading

        return Uploading(
            record=self.record,
            images=self.images,
            fast=self.fast,
            links=self.links,
            max_images=self.settings.max_images,
            url_life_s=self.settings.upload_url_life_s,
        )

    @cached_property
    def arriving(self) -> "Arriving":
        from bedside.capture.arriving import Arriving

        return Arriving(self.record, self.images, self.fast, self.bucket, self.publisher, self.secrets.pseudonym_key)

    @cached_property
    def reviewing(self) -> "Reviewing":
        from bedside.capture.reviewing import Reviewing

        return Reviewing(
            record=self.record,
            images=self.images,
            fast=self.fast,
            links=self.links,
            publisher=self.publisher,
            pseudonym_key=self.secrets.pseudonym_key,
            url_life_s=self.settings.download_url_life_s,
        )

    @cached_property
    def deleting(self) -> "Deleting":
        from bedside.capture.deleting import Deleting

        return Deleting(self.record, self.images, self.fast, self.bucket, self.publisher, self.secrets.pseudonym_key)
