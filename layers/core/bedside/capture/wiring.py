"""Composes capture sessions, uploads and the gallery."""

import os
from functools import cached_property
from typing import TYPE_CHECKING

from bedside.adapters.aws.s3 import Bucket, Links
from bedside.capture.fast_path import FastPath
from bedside.capture.settings import CaptureSettings
from bedside.identity.facility import PHOTO_RETENTION_DAYS
from bedside.identity.wiring import IdentityWiring

if TYPE_CHECKING:
    from bedside.capture.commit_holds import CommitHolds
    from bedside.capture.consent_recording import ConsentRecording
    from bedside.capture.desk_uploads import DeskUploads
    from bedside.capture.edit_erasure import EditErasure
    from bedside.capture.gallery import Gallery
    from bedside.capture.image_deletion import ImageDeletion
    from bedside.capture.image_repository import ImageRepository
    from bedside.capture.ingestion import Ingestion
    from bedside.capture.live_access import LiveAccess
    from bedside.capture.metadata_drafts import MetadataDrafts
    from bedside.capture.notices import PhotoNotices
    from bedside.capture.pairing import Pairing
    from bedside.capture.phones import Phones
    from bedside.capture.photo_edits import PhotoEdits
    from bedside.capture.previews import Previews
    from bedside.capture.publisher import SessionPublisher
    from bedside.capture.qr_exchange import QrExchange
    from bedside.capture.reservations import Reservations
    from bedside.capture.session_access import SessionAccess
    from bedside.capture.session_expiry import SessionExpiry
    from bedside.capture.session_repository import SessionRepository
    from bedside.capture.sessions import Sessions
    from bedside.capture.uploads import Uploads
    from bedside.capture.waiting_photos import WaitingPhotos
    from bedside.identity.facility import Facility
    from bedside.live.subscriptions import Subscriber
    from bedside.platform.sweeper import SweepSource
    from bedside.platform.wiring import Platform

# A day, as long as a session may be open.
_CREDENTIAL_LIFE_MS = 24 * 3600 * 1000


class CaptureWiring:
    """Parts of the capture domain."""

    def __init__(self, platform: "Platform") -> None:
        self.platform = platform

    @cached_property
    def identity(self) -> IdentityWiring:
        return self.platform.domain(IdentityWiring)

    @cached_property
    def settings(self) -> CaptureSettings:
        return CaptureSettings.from_env(self.platform.env)

    @cached_property
    def fast_path(self) -> FastPath:
        return FastPath(self.platform.redis, self.platform.seal, self.platform.settings.stage)

    @cached_property
    def links(self) -> Links:
        settings = self.settings
        return Links(settings.bucket, self.platform.settings.region, settings.storage_origin)

    @cached_property
    def bucket(self) -> Bucket:
        return Bucket(self.settings.bucket, self.platform.settings.region)

    @cached_property
    def repository(self) -> "SessionRepository":
        from bedside.adapters.aws.dynamodb import Table
        from bedside.capture.session_repository import SessionRepository

        return SessionRepository(Table(self.settings.capture_table), life_ms=self.settings.session_life_ms)

    @cached_property
    def photo_notices(self) -> "PhotoNotices":
        from bedside.adapters.aws.dynamodb import Table
        from bedside.capture.notices import PhotoNotices

        return PhotoNotices(Table(self.settings.capture_table))

    @cached_property
    def session_access(self) -> "SessionAccess":
        from bedside.capture.session_access import SessionAccess

        return SessionAccess(self.repository)

    @cached_property
    def images(self) -> "ImageRepository":
        from bedside.capture.image_repository import ImageRepository

        return ImageRepository(self.repository, limit=self.settings.max_images)

    @cached_property
    def publisher(self) -> "SessionPublisher":
        from bedside.capture.publisher import SessionPublisher
        from bedside.live.wiring import LiveWiring

        def may_watch(subscriber: "Subscriber", facility_id: str, now_ms: int) -> bool:
            return self.identity.authorizer.may_watch(subscriber.user_id, subscriber.family_id, facility_id, now_ms)

        return SessionPublisher(self.platform.domain(LiveWiring).publisher, self.session_access, may_watch)

    @cached_property
    def sessions(self) -> "Sessions":
        from bedside.capture.sessions import Sessions
        from bedside.live.wiring import LiveWiring
        from bedside.patients.wiring import PatientsWiring

        return Sessions(
            repository=self.repository,
            session_access=self.session_access,
            fast_path=self.fast_path,
            publisher=self.publisher,
            counters=self.platform.counters,
            intake=lambda: self.platform.domain(PatientsWiring).intake,
            pseudonym_key=self.platform.secrets.pseudonym_key,
            token_life_ms=self.settings.qr_token_life_ms,
            ticket_life_ms=self.platform.domain(LiveWiring).settings.live_ticket_life_ms,
            randomness=os.urandom,
        )

    @cached_property
    def qr_exchange(self) -> "QrExchange":
        from bedside.capture.qr_exchange import QrExchange

        return QrExchange(
            fast_path=self.fast_path,
            limiter=self.platform.limiter,
            keys=self.identity.keys,
            pseudonym_key=self.platform.secrets.pseudonym_key,
            randomness=os.urandom,
            # Only a phone that joins needs it.
            pairing=lambda: self.pairing,
            credential_life_ms=_CREDENTIAL_LIFE_MS,
        )

    @cached_property
    def pairing(self) -> "Pairing":
        from bedside.capture.pairing import Pairing

        return Pairing(self.repository, self.publisher, self.platform.secrets.pseudonym_key)

    @cached_property
    def consent_recording(self) -> "ConsentRecording":
        from bedside.capture.consent_recording import ConsentRecording

        return ConsentRecording(self.repository, self.fast_path, self.publisher, self.platform.secrets.pseudonym_key)

    @cached_property
    def phones(self) -> "Phones":
        from bedside.capture.phones import Phones

        return Phones(self.repository, self.fast_path, self.platform.limiter)

    @cached_property
    def uploads(self) -> "Uploads":
        from bedside.capture.uploads import Uploads

        return Uploads(
            reservations=self._reservations,
            links=self.links,
            metadata_drafts=self._metadata_drafts,
            url_life_s=self.settings.upload_url_life_s,
        )

    @cached_property
    def desk_uploads(self) -> "DeskUploads":
        from bedside.capture.desk_uploads import DeskUploads

        return DeskUploads(self.repository, self.identity.keys, self.platform.secrets.pseudonym_key)

    @cached_property
    def previews(self) -> "Previews":
        from bedside.capture.previews import Previews

        return Previews(self._reservations, self.repository, self.publisher)

    @cached_property
    def ingestion(self) -> "Ingestion":
        from bedside.capture.image_inspection import ImageInspection
        from bedside.capture.ingestion import Ingestion
        from bedside.capture.quarantine import Quarantine

        return Ingestion(
            repository=self.repository,
            images=self.images,
            fast_path=self.fast_path,
            bucket=self.bucket,
            inspection=ImageInspection(self.bucket),
            quarantine=Quarantine(self.repository, self.images, self.fast_path, self.bucket, self.publisher),
            publisher=self.publisher,
            counters=self.platform.counters,
            metadata_drafts=self._metadata_drafts,
            pseudonym_key=self.platform.secrets.pseudonym_key,
        )

    @cached_property
    def gallery(self) -> "Gallery":
        from bedside.capture.gallery import Gallery
        from bedside.capture.image_downloads import ImageDownloads

        return Gallery(
            repository=self.repository,
            images=self.images,
            fast_path=self.fast_path,
            downloads=ImageDownloads(self.links, self.settings.download_url_life_s, self._retention_ms),
            bucket=self.bucket,
            publisher=self.publisher,
            pseudonym_key=self.platform.secrets.pseudonym_key,
        )

    @cached_property
    def commit_holds(self) -> "CommitHolds":
        from bedside.adapters.aws.dynamodb import Table
        from bedside.capture.commit_holds import CommitHolds

        return CommitHolds(Table(self.settings.capture_table), self.repository)

    @cached_property
    def waiting_photos(self) -> "WaitingPhotos":
        from bedside.adapters.aws.dynamodb import Table
        from bedside.capture.waiting_photos import WaitingPhotos

        return WaitingPhotos(Table(self.settings.capture_table), self.settings.session_life_ms, self._retention_ms)

    @cached_property
    def image_deletion(self) -> "ImageDeletion":
        from bedside.capture.image_deletion import ImageDeletion

        return ImageDeletion(
            repository=self.repository,
            images=self.images,
            fast_path=self.fast_path,
            bucket=self.bucket,
            edits=self._edit_erasure,
            publisher=self.publisher,
            metadata_drafts=self._metadata_drafts,
            pseudonym_key=self.platform.secrets.pseudonym_key,
        )

    def _retention_ms(self, facility_id: str, now_ms: int) -> int:
        """Return how long a facility's photos stay after their encounter's end, as far as is known: to show it."""
        return _retention_ms(self.identity.facility_cache.find(facility_id, now_ms))

    @cached_property
    def photo_edits(self) -> "PhotoEdits":
        from bedside.adapters.aws.dynamodb import Table
        from bedside.capture.edit_repository import EditRepository
        from bedside.capture.photo_edits import PhotoEdits

        versions = EditRepository(Table(self.settings.capture_table), self.repository)
        return PhotoEdits(versions, self.publisher, self.identity.people_read, self.platform.secrets.pseudonym_key)

    @cached_property
    def live_access(self) -> "LiveAccess":
        from bedside.capture.live_access import LiveAccess
        from bedside.live.wiring import LiveWiring

        return LiveAccess(self.session_access, self.identity.authorizer, self.platform.domain(LiveWiring).dismiss)

    @cached_property
    def session_expiry(self) -> "SessionExpiry":
        from bedside.adapters.aws.dynamodb import Table
        from bedside.capture.session_expiry import SessionExpiry
        from bedside.capture.session_retention import SessionRetention

        return SessionExpiry(
            repository=self.repository,
            retention=SessionRetention(Table(self.settings.capture_table)),
            fast_path=self.fast_path,
            publisher=self.publisher,
            bucket=self.bucket,
            edits=self._edit_erasure,
            # Read anew, because photos must not vanish early when the setting cannot be read.
            retention_ms=lambda facility_id, _now_ms: _retention_ms(self.identity.facilities.find(facility_id)),
        )

    @cached_property
    def session_sweep(self) -> "SweepSource":
        from bedside.adapters.aws.dynamodb import Table
        from bedside.platform.sweeper import SweepSource, postponer

        postpone = postponer(Table(self.settings.capture_table), str)
        return SweepSource(self.session_expiry.due, self.session_expiry.expire, postpone)

    @cached_property
    def _reservations(self) -> "Reservations":
        from bedside.capture.reservations import Reservations

        return Reservations(
            repository=self.repository,
            images=self.images,
            fast_path=self.fast_path,
            limiter=self.platform.limiter,
            max_images=self.settings.max_images,
            url_life_s=self.settings.upload_url_life_s,
        )

    @cached_property
    def _edit_erasure(self) -> "EditErasure":
        from bedside.adapters.aws.dynamodb import Table
        from bedside.capture.edit_erasure import EditErasure

        return EditErasure(Table(self.settings.capture_table))

    @cached_property
    def _metadata_drafts(self) -> "MetadataDrafts":
        from bedside.capture.metadata_drafts import MetadataDrafts

        return MetadataDrafts(self.platform.drafts)


def _retention_ms(facility: "Facility | None") -> int:
    """Return how long a facility's photos stay; of one without settings, as long as the settings' default."""
    days = facility.settings.photo_retention_days if facility else PHOTO_RETENTION_DAYS
    return days * 24 * 3600 * 1000
