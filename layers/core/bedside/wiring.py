"""Puts a function's parts together: settings, secrets, adapters and domain services, each made when first needed."""

import os
import secrets as randomness
import time
from collections.abc import Callable, Mapping
from functools import cached_property
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from bedside.adapters.breaker import Breaker, Change
from bedside.adapters.redis import Redis
from bedside.adapters.secrets import Secrets, read_secrets
from bedside.adapters.storage import Bucket, Links
from bedside.capture.fastpath import FastPath
from bedside.errors import UnavailableError
from bedside.identity.guard import Guard
from bedside.identity.keyring import KeyRing
from bedside.identity.standing import Standings
from bedside.invocation import remaining_s
from bedside.limits.limiter import Limiter
from bedside.observability import (
    cache_asked,
    call_limited,
    limiter_away,
    live_publish_failed,
    number_locked,
    redis_changed,
    redis_failed,
    refresh_token_reused,
    sms_breaker_open,
)
from bedside.settings import Settings

if TYPE_CHECKING:
    from bedside.adapters.ably import Ably
    from bedside.adapters.dynamo import Table
    from bedside.adapters.idempotency import Idempotency
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
    from bedside.capture.session import Watcher
    from bedside.capture.unfinished import Unfinished
    from bedside.capture.uploading import Uploading
    from bedside.capture.watching import Watching
    from bedside.identity.administering import Administering
    from bedside.identity.audit import AuditTrail
    from bedside.identity.code_record import CodeRecord
    from bedside.identity.codes import Purses
    from bedside.identity.listing import Listing
    from bedside.identity.overseeing import Overseeing
    from bedside.identity.people import People
    from bedside.identity.sending import Sending, Texts
    from bedside.identity.signing_in import Pairs, SigningIn
    from bedside.identity.staying import Staying
    from bedside.live.publishers import Publisher
    from bedside.transient.cache import Cache
    from bedside.transient.counters import Counters
    from bedside.transient.drafts import Drafts
    from bedside.transient.submissions import Submissions

# An upload credential outlives no photo: the bucket keeps photos for a day.
_CREDENTIAL_LIFE_MS = 24 * 3600 * 1000


class Wiring:
    """The parts of one function. Imports stand where they are needed, because a cold start pays for each of them."""

    def __init__(self, env: Mapping[str, str] = os.environ) -> None:
        self._env = env
        # What keeps something in this process while Redis is away drops it when Redis is back.
        self._on_redis_back: list[Callable[[], None]] = []

    def _redis_changed(self, change: Change) -> None:
        redis_changed(change)
        if change.after == "up":
            for drop in self._on_redis_back:
                drop()

    def now_ms(self) -> int:
        return time.time_ns() // 1_000_000

    @cached_property
    def settings(self) -> Settings:
        return Settings.from_env(self._env)

    @cached_property
    def secrets(self) -> Secrets:
        return read_secrets(self.settings.secrets_path, self.settings.region)

    @cached_property
    def keys(self) -> KeyRing:
        def read() -> Mapping[str, bytes]:
            return read_secrets(self.settings.secrets_path, self.settings.region).signing_keys

        return KeyRing(self.secrets.signing_keys, read)

    @cached_property
    def guard(self) -> Guard:
        return Guard(self.keys, self.standings)

    @cached_property
    def redis(self) -> Redis:
        return Redis(
            self.secrets.redis_url,
            self.secrets.redis_token,
            deadline_s=self.settings.redis_deadline_s,
            breaker=Breaker(on_change=self._redis_changed),
            remaining_s=remaining_s,
            on_failure=redis_failed,
        )

    @cached_property
    def limiter(self) -> Limiter:
        limiter = Limiter(
            self.redis,
            self.settings.stage,
            self.secrets.pseudonym_key,
            on_limited=call_limited,
            on_away=limiter_away,
        )
        self._on_redis_back.append(limiter.forget)
        return limiter

    @cached_property
    def fast(self) -> FastPath:
        return FastPath(self.redis, self._seal, self.settings.stage)

    def _seal(self) -> "Seal":
        from bedside.adapters.seal import Seal

        return Seal(self.secrets.signing_keys)

    @cached_property
    def cache(self) -> "Cache":
        from bedside.transient.cache import Cache

        cache = Cache(
            self.redis,
            self._seal,
            self.settings.stage,
            self.secrets.pseudonym_key,
            patience_s=self.settings.redis_deadline_s,
            randomness=os.urandom,
            on_asked=cache_asked,
        )
        self._on_redis_back.append(lambda: cache.redis_is_back(self.now_ms()))
        return cache

    @cached_property
    def drafts(self) -> "Drafts":
        from bedside.transient.drafts import Drafts

        drafts = Drafts(self.redis, self._seal, self.settings.stage, self.secrets.pseudonym_key)
        self._on_redis_back.append(drafts.forget)
        return drafts

    @cached_property
    def submissions(self) -> "Submissions":
        from bedside.transient.submissions import Submissions

        submissions = Submissions(self.redis, self.settings.stage, self.secrets.pseudonym_key)
        self._on_redis_back.append(submissions.forget)
        return submissions

    @cached_property
    def counters(self) -> "Counters":
        from bedside.transient.counters import Counters

        return Counters(self.redis, self.settings.stage, self.secrets.pseudonym_key)

    @cached_property
    def links(self) -> Links:
        return Links(self.settings.bucket, self.settings.region, self.settings.storage_origin)

    @cached_property
    def bucket(self) -> Bucket:
        return Bucket(self.settings.bucket, self.settings.region)

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
            return AblyPublisher(self.ably, settings.ably_rest_url, settings.ably_realtime_url, live_publish_failed)

        def may_watch(watcher: "Watcher", facility_id: str, now_ms: int) -> bool:
            return self.guard.watches(watcher.user_id, watcher.family_id, facility_id, now_ms)

        return SocketPublisher(lambda: self.sockets, self.entrances, settings.live_url, may_watch, live_publish_failed)

    @cached_property
    def ably(self) -> "Ably":
        from bedside.adapters.ably import Ably

        if not self.secrets.ably_key:
            raise UnavailableError("The secret ably-key is missing.")
        return Ably(self.settings.ably_rest_url, self.secrets.ably_key)

    @cached_property
    def sockets(self) -> "Sockets":
        from bedside.adapters.sockets import Sockets

        return Sockets(self.settings.live_endpoint, self.settings.region)

    @cached_property
    def opening(self) -> "Opening":
        from bedside.capture.opening import Opening

        return Opening(
            record=self.record,
            entrances=self.entrances,
            fast=self.fast,
            publisher=self.publisher,
            counters=self.counters,
            pseudonym_key=self.secrets.pseudonym_key,
            token_life_ms=self.settings.qr_token_life_ms,
            ticket_life_ms=self.settings.live_ticket_life_ms,
            randomness=os.urandom,
        )

    @cached_property
    def scanning(self) -> "Scanning":
        from bedside.capture.scanning import Scanning

        return Scanning(self.record, self.fast, self.limiter, self.keys, _CREDENTIAL_LIFE_MS)

    @cached_property
    def uploading(self) -> "Uploading":
        from bedside.capture.uploading import Uploading

        return Uploading(
            record=self.record,
            images=self.images,
            fast=self.fast,
            limiter=self.limiter,
            links=self.links,
            unfinished=self._unfinished,
            max_images=self.settings.max_images,
            url_life_s=self.settings.upload_url_life_s,
        )

    @cached_property
    def arriving(self) -> "Arriving":
        from bedside.capture.arriving import Arriving

        return Arriving(
            record=self.record,
            images=self.images,
            fast=self.fast,
            bucket=self.bucket,
            publisher=self.publisher,
            counters=self.counters,
            unfinished=self._unfinished,
            pseudonym_key=self.secrets.pseudonym_key,
        )

    @cached_property
    def _unfinished(self) -> "Unfinished":
        from bedside.capture.unfinished import Unfinished

        return Unfinished(self.drafts)

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

        return Deleting(
            record=self.record,
            images=self.images,
            fast=self.fast,
            bucket=self.bucket,
            publisher=self.publisher,
            pseudonym_key=self.secrets.pseudonym_key,
            unfinished=self._unfinished,
        )

    @cached_property
    def watching(self) -> "Watching":
        from bedside.capture.watching import Watching

        return Watching(self.entrances, self.guard)

    @cached_property
    def _identity_table(self) -> "Table":
        from bedside.adapters.dynamo import Table

        return Table(self.settings.identity_table)

    @cached_property
    def _trail(self) -> "AuditTrail":
        from bedside.adapters.dynamo import Table
        from bedside.identity.audit import AuditTrail

        return AuditTrail(Table(self.settings.audit_table), os.urandom)

    @cached_property
    def idempotency(self) -> "Idempotency":
        from bedside.adapters.idempotency import Idempotency

        return Idempotency(self.settings.idempotency_table)

    @cached_property
    def people(self) -> "People":
        from bedside.identity.people import People

        def changed(user_id: str, facility_id: str | None) -> None:
            self.listing.forget(user_id, facility_id, self.now_ms())

        return People(self._identity_table, self._trail, changed)

    @cached_property
    def standings(self) -> Standings:
        return Standings(lambda: self.people)

    @cached_property
    def _codes(self) -> "CodeRecord":
        from bedside.identity.code_record import CodeRecord

        return CodeRecord(self._identity_table)

    @cached_property
    def _purses(self) -> "Purses":
        from bedside.identity.codes import Purses

        settings = self.settings
        return Purses(self.secrets.pseudonym_key, settings.sms_prefix_allowance, settings.sms_address_allowance)

    @cached_property
    def _pairs(self) -> "Pairs":
        from bedside.identity.signing_in import Pairs

        return Pairs(self.keys, self.settings.access_token_life_ms)

    @cached_property
    def texts(self) -> "Texts":
        from bedside.adapters.sms import Sms

        return Sms(self.settings.sms_sender_id, self.settings.sms_origination_number, self.settings.region)

    def sending(self, origin: str) -> "Sending":
        """Return what sends codes that the pages of `origin` read by themselves."""
        from bedside.identity.sending import Sending
        from bedside.transient.counters import CODES_SENT

        return Sending(
            people=self.people,
            codes=self._codes,
            texts=self.texts,
            pseudonym_key=self.secrets.pseudonym_key,
            countries=self.settings.sms_countries,
            life_s=self.settings.otp_life_s,
            resend_s=self.settings.otp_resend_s,
            host=urlsplit(origin).hostname or "",
            purses=self._purses,
            random_below=randomness.randbelow,
            on_breaker=sms_breaker_open,
            on_sent=lambda now_ms: self.counters.count(CODES_SENT, None, now_ms),
        )

    @cached_property
    def signing_in(self) -> "SigningIn":
        from bedside.identity.signing_in import SigningIn
        from bedside.transient.counters import SIGN_INS

        return SigningIn(
            codes=self._codes,
            pairs=self._pairs,
            pseudonym_key=self.secrets.pseudonym_key,
            countries=self.settings.sms_countries,
            life_ms=self.settings.sign_in_life_ms,
            purses=self._purses,
            randomness=os.urandom,
            on_locked=number_locked,
            on_signed_in=lambda facility_id, now_ms: self.counters.count(SIGN_INS, facility_id, now_ms),
        )

    @cached_property
    def staying(self) -> "Staying":
        from bedside.identity.families import Families
        from bedside.identity.staying import Staying

        return Staying(
            people=self.people,
            families=Families(self._identity_table, self._trail),
            standings=self.standings,
            pairs=self._pairs,
            pseudonym_key=self.secrets.pseudonym_key,
            on_reuse=refresh_token_reused,
        )

    @cached_property
    def listing(self) -> "Listing":
        from bedside.identity.listing import Listing

        return Listing(self.people, self.cache, self.secrets.pseudonym_key, self.settings.sms_countries)

    @cached_property
    def administering(self) -> "Administering":
        from bedside.identity.administering import Administering

        return Administering(self.people, self.secrets.pseudonym_key, self.settings.sms_countries)

    @cached_property
    def overseeing(self) -> "Overseeing":
        from bedside.identity.overseeing import Overseeing

        return Overseeing(self.counters)
