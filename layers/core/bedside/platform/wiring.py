"""Puts a function's parts together: settings, secrets, adapters and domain services, each made when first needed."""

import os
import secrets as randomness
import time
from collections.abc import Callable, Mapping
from functools import cached_property
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from bedside.adapters.aws.s3 import Bucket, Links
from bedside.adapters.aws.secrets import Secrets, read_secrets
from bedside.adapters.redis.circuit_breaker import CircuitBreaker, StateChange
from bedside.adapters.redis.client import Redis
from bedside.capture.fast_path import FastPath
from bedside.identity.authentication import Authenticator
from bedside.identity.keyring import KeyRing
from bedside.identity.person_cache import PersonCache
from bedside.kernel.errors import UnavailableError
from bedside.kernel.invocation import remaining_s
from bedside.platform.limits.limiter import Limiter
from bedside.platform.observability import (
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
from bedside.platform.settings import Settings

if TYPE_CHECKING:
    from bedside.adapters.ably import Ably
    from bedside.adapters.aws.dynamodb import Table
    from bedside.adapters.aws.idempotency import Idempotency
    from bedside.adapters.aws.websockets import Sockets
    from bedside.adapters.seal import Seal
    from bedside.capture.deletion import Deletion
    from bedside.capture.gallery import Gallery
    from bedside.capture.image_repository import ImageRepository
    from bedside.capture.ingestion import Ingestion
    from bedside.capture.live_access import LiveAccess
    from bedside.capture.metadata_drafts import MetadataDrafts
    from bedside.capture.model import Subscriber
    from bedside.capture.qr_exchange import QrExchange
    from bedside.capture.session_access import SessionAccess
    from bedside.capture.session_repository import SessionRepository
    from bedside.capture.sessions import Sessions
    from bedside.capture.uploads import Uploads
    from bedside.identity.audit import AuditTrail
    from bedside.identity.otp import SendQuotas
    from bedside.identity.otp_delivery import OtpDelivery, SmsSender
    from bedside.identity.otp_repository import OtpRepository
    from bedside.identity.person_repository import PersonRepository
    from bedside.identity.sign_in import SignIn, TokenPairIssuer
    from bedside.identity.token_refresh import TokenRefresh
    from bedside.identity.usage import Usage
    from bedside.identity.user_admin import UserAdmin
    from bedside.identity.user_directory import UserDirectory
    from bedside.live.publisher import Publisher
    from bedside.platform.transient.cache import Cache
    from bedside.platform.transient.counters import Counters
    from bedside.platform.transient.drafts import Drafts
    from bedside.platform.transient.submissions import Submissions

# An upload credential outlives no photo: the bucket keeps photos for a day.
_CREDENTIAL_LIFE_MS = 24 * 3600 * 1000


class Wiring:
    """The parts of one function. Imports stand where they are needed, because a cold start pays for each of them."""

    def __init__(self, env: Mapping[str, str] = os.environ) -> None:
        self._env = env
        # What keeps something in this process while Redis is away drops it when Redis is back.
        self._on_redis_back: list[Callable[[], None]] = []

    def _redis_changed(self, change: StateChange) -> None:
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
    def guard(self) -> Authenticator:
        return Authenticator(self.keys, self.person_cache)

    @cached_property
    def redis(self) -> Redis:
        return Redis(
            self.secrets.redis_url,
            self.secrets.redis_token,
            deadline_s=self.settings.redis_deadline_s,
            breaker=CircuitBreaker(on_change=self._redis_changed),
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
        from bedside.platform.transient.cache import Cache

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
        from bedside.platform.transient.drafts import Drafts

        drafts = Drafts(self.redis, self._seal, self.settings.stage, self.secrets.pseudonym_key)
        self._on_redis_back.append(drafts.forget)
        return drafts

    @cached_property
    def submissions(self) -> "Submissions":
        from bedside.platform.transient.submissions import Submissions

        submissions = Submissions(self.redis, self.settings.stage, self.secrets.pseudonym_key)
        self._on_redis_back.append(submissions.forget)
        return submissions

    @cached_property
    def counters(self) -> "Counters":
        from bedside.platform.transient.counters import Counters

        return Counters(self.redis, self.settings.stage, self.secrets.pseudonym_key)

    @cached_property
    def links(self) -> Links:
        return Links(self.settings.bucket, self.settings.region, self.settings.storage_origin)

    @cached_property
    def bucket(self) -> Bucket:
        return Bucket(self.settings.bucket, self.settings.region)

    @cached_property
    def record(self) -> "SessionRepository":
        from bedside.adapters.aws.dynamodb import Table
        from bedside.capture.session_repository import SessionRepository

        return SessionRepository(Table(self.settings.capture_table), life_ms=self.settings.session_life_ms)

    @cached_property
    def session_access(self) -> "SessionAccess":
        from bedside.capture.session_access import SessionAccess

        return SessionAccess(self.record)

    @cached_property
    def images(self) -> "ImageRepository":
        from bedside.capture.image_repository import ImageRepository

        return ImageRepository(self.record, limit=self.settings.max_images)

    @cached_property
    def publisher(self) -> "Publisher":
        from bedside.live.publisher import AblyPublisher, SocketPublisher

        settings = self.settings
        if settings.live_provider == "ably":
            return AblyPublisher(self.ably, settings.ably_rest_url, settings.ably_realtime_url, live_publish_failed)

        def may_watch(watcher: "Subscriber", facility_id: str, now_ms: int) -> bool:
            return self.guard.watches(watcher.user_id, watcher.family_id, facility_id, now_ms)

        return SocketPublisher(
            lambda: self.sockets, self.session_access, settings.live_url, may_watch, live_publish_failed
        )

    @cached_property
    def ably(self) -> "Ably":
        from bedside.adapters.ably import Ably

        if not self.secrets.ably_key:
            raise UnavailableError("The secret ably-key is missing.")
        return Ably(self.settings.ably_rest_url, self.secrets.ably_key)

    @cached_property
    def sockets(self) -> "Sockets":
        from bedside.adapters.aws.websockets import Sockets

        return Sockets(self.settings.live_endpoint, self.settings.region)

    @cached_property
    def sessions(self) -> "Sessions":
        from bedside.capture.sessions import Sessions

        return Sessions(
            repository=self.record,
            session_access=self.session_access,
            fast=self.fast,
            publisher=self.publisher,
            counters=self.counters,
            pseudonym_key=self.secrets.pseudonym_key,
            token_life_ms=self.settings.qr_token_life_ms,
            ticket_life_ms=self.settings.live_ticket_life_ms,
            randomness=os.urandom,
        )

    @cached_property
    def qr_exchange(self) -> "QrExchange":
        from bedside.capture.qr_exchange import QrExchange

        return QrExchange(self.record, self.fast, self.limiter, self.keys, _CREDENTIAL_LIFE_MS)

    @cached_property
    def uploads(self) -> "Uploads":
        from bedside.capture.uploads import Uploads

        return Uploads(
            repository=self.record,
            images=self.images,
            fast=self.fast,
            limiter=self.limiter,
            links=self.links,
            metadata_drafts=self._metadata_drafts,
            max_images=self.settings.max_images,
            url_life_s=self.settings.upload_url_life_s,
        )

    @cached_property
    def ingestion(self) -> "Ingestion":
        from bedside.capture.ingestion import Ingestion

        return Ingestion(
            repository=self.record,
            images=self.images,
            fast=self.fast,
            bucket=self.bucket,
            publisher=self.publisher,
            counters=self.counters,
            metadata_drafts=self._metadata_drafts,
            pseudonym_key=self.secrets.pseudonym_key,
        )

    @cached_property
    def _metadata_drafts(self) -> "MetadataDrafts":
        from bedside.capture.metadata_drafts import MetadataDrafts

        return MetadataDrafts(self.drafts)

    @cached_property
    def gallery(self) -> "Gallery":
        from bedside.capture.gallery import Gallery

        return Gallery(
            repository=self.record,
            images=self.images,
            fast=self.fast,
            links=self.links,
            publisher=self.publisher,
            pseudonym_key=self.secrets.pseudonym_key,
            url_life_s=self.settings.download_url_life_s,
        )

    @cached_property
    def deletion(self) -> "Deletion":
        from bedside.capture.deletion import Deletion

        return Deletion(
            repository=self.record,
            images=self.images,
            fast=self.fast,
            bucket=self.bucket,
            publisher=self.publisher,
            pseudonym_key=self.secrets.pseudonym_key,
            metadata_drafts=self._metadata_drafts,
        )

    @cached_property
    def watching(self) -> "LiveAccess":
        from bedside.capture.live_access import LiveAccess

        return LiveAccess(self.session_access, self.guard)

    @cached_property
    def _identity_table(self) -> "Table":
        from bedside.adapters.aws.dynamodb import Table

        return Table(self.settings.identity_table)

    @cached_property
    def _trail(self) -> "AuditTrail":
        from bedside.adapters.aws.dynamodb import Table
        from bedside.identity.audit import AuditTrail

        return AuditTrail(Table(self.settings.audit_table), os.urandom)

    @cached_property
    def idempotency(self) -> "Idempotency":
        from bedside.adapters.aws.idempotency import Idempotency

        return Idempotency(self.settings.idempotency_table)

    @cached_property
    def people(self) -> "PersonRepository":
        from bedside.identity.person_repository import PersonRepository

        def changed(user_id: str, facility_id: str | None) -> None:
            self.listing.forget(user_id, facility_id, self.now_ms())

        return PersonRepository(self._identity_table, self._trail, changed)

    @cached_property
    def person_cache(self) -> PersonCache:
        return PersonCache(lambda: self.people)

    @cached_property
    def _codes(self) -> "OtpRepository":
        from bedside.identity.otp_repository import OtpRepository

        return OtpRepository(self._identity_table)

    @cached_property
    def _quotas(self) -> "SendQuotas":
        from bedside.identity.otp import SendQuotas

        settings = self.settings
        return SendQuotas(self.secrets.pseudonym_key, settings.sms_prefix_allowance, settings.sms_address_allowance)

    @cached_property
    def _pairs(self) -> "TokenPairIssuer":
        from bedside.identity.sign_in import TokenPairIssuer

        return TokenPairIssuer(self.keys, self.settings.access_token_life_ms)

    @cached_property
    def texts(self) -> "SmsSender":
        from bedside.adapters.aws.sns import Sms

        return Sms(self.settings.sms_sender_id, self.settings.sms_origination_number, self.settings.region)

    def sending(self, origin: str) -> "OtpDelivery":
        """Return what sends codes that the pages of `origin` read by themselves."""
        from bedside.identity.otp_delivery import OtpDelivery
        from bedside.platform.transient.counters import CODES_SENT

        return OtpDelivery(
            people=self.people,
            codes=self._codes,
            texts=self.texts,
            pseudonym_key=self.secrets.pseudonym_key,
            countries=self.settings.sms_countries,
            life_s=self.settings.otp_life_s,
            resend_s=self.settings.otp_resend_s,
            host=urlsplit(origin).hostname or "",
            quotas=self._quotas,
            random_below=randomness.randbelow,
            on_breaker=sms_breaker_open,
            on_sent=lambda now_ms: self.counters.count(CODES_SENT, None, now_ms),
        )

    @cached_property
    def sign_in(self) -> "SignIn":
        from bedside.identity.sign_in import SignIn
        from bedside.platform.transient.counters import SIGN_INS

        return SignIn(
            codes=self._codes,
            pairs=self._pairs,
            pseudonym_key=self.secrets.pseudonym_key,
            countries=self.settings.sms_countries,
            life_ms=self.settings.sign_in_life_ms,
            quotas=self._quotas,
            randomness=os.urandom,
            on_locked=number_locked,
            on_signed_in=lambda facility_id, now_ms: self.counters.count(SIGN_INS, facility_id, now_ms),
        )

    @cached_property
    def token_refresh(self) -> "TokenRefresh":
        from bedside.identity.token_family_repository import TokenFamilyRepository
        from bedside.identity.token_refresh import TokenRefresh

        return TokenRefresh(
            people=self.people,
            families=TokenFamilyRepository(self._identity_table, self._trail),
            person_cache=self.person_cache,
            pairs=self._pairs,
            pseudonym_key=self.secrets.pseudonym_key,
            on_reuse=refresh_token_reused,
        )

    @cached_property
    def listing(self) -> "UserDirectory":
        from bedside.identity.user_directory import UserDirectory

        return UserDirectory(self.people, self.cache, self.secrets.pseudonym_key, self.settings.sms_countries)

    @cached_property
    def user_admin(self) -> "UserAdmin":
        from bedside.identity.user_admin import UserAdmin

        return UserAdmin(self.people, self.secrets.pseudonym_key, self.settings.sms_countries)

    @cached_property
    def usage(self) -> "Usage":
        from bedside.identity.usage import Usage

        return Usage(self.counters)
