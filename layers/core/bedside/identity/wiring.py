"""Composes sign-in, tokens, people and administration."""

import os
import secrets as randomness
from collections.abc import Mapping
from functools import cached_property
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from bedside.identity.authentication import Authenticator
from bedside.identity.authorization import Authorizer
from bedside.identity.facility_cache import FacilityCache
from bedside.identity.keyring import KeyRing
from bedside.identity.mac_keys import MacKeys
from bedside.identity.person_cache import PersonCache
from bedside.identity.settings import IdentitySettings
from bedside.platform.observability import audit_entry_changed, number_locked, refresh_token_reused, sms_breaker_open

if TYPE_CHECKING:
    from bedside.adapters.aws.dynamodb import Table
    from bedside.identity.audit import AuditTrail
    from bedside.identity.audit_archive import AuditArchive
    from bedside.identity.facility_admin import FacilityAdmin
    from bedside.identity.facility_repository import FacilityRepository
    from bedside.identity.invitations import Invitations
    from bedside.identity.otp import SendQuotas
    from bedside.identity.otp_delivery import OtpDelivery
    from bedside.identity.otp_repository import OtpRepository
    from bedside.identity.otp_throttle import OtpThrottle
    from bedside.identity.person_repository import PersonRepository
    from bedside.identity.profile import Profile
    from bedside.identity.sign_in import SignIn
    from bedside.identity.sign_ins import SignIns
    from bedside.identity.sign_out import SignOut
    from bedside.identity.synthetic_people import SyntheticPeople
    from bedside.identity.token_family_repository import TokenFamilyRepository
    from bedside.identity.token_pair import TokenPairIssuer
    from bedside.identity.token_refresh import TokenRefresh
    from bedside.identity.usage import Usage
    from bedside.identity.user_admin import UserAdmin
    from bedside.identity.user_directory import UserDirectory
    from bedside.identity.user_view import UserView
    from bedside.identity.vouched_sign_in import VouchedSignIn
    from bedside.platform.wiring import Platform
    from bedside.ports.sms import SmsSender


class IdentityWiring:
    """Parts of the identity domain."""

    def __init__(self, platform: "Platform") -> None:
        self.platform = platform

    @cached_property
    def settings(self) -> IdentitySettings:
        return IdentitySettings.from_env(self.platform.env)

    @cached_property
    def keys(self) -> KeyRing:
        def read() -> Mapping[str, bytes]:
            return self.platform.read_secrets().signing_keys

        return KeyRing(self.platform.secrets.signing_keys, read)

    @cached_property
    def _mac_keys(self) -> MacKeys:
        return MacKeys(tuple(self.platform.secrets.identity_keys.values()))

    @cached_property
    def authenticator(self) -> Authenticator:
        return Authenticator(self.keys, self.authorizer)

    @cached_property
    def authorizer(self) -> Authorizer:
        return Authorizer(self.person_cache)

    @cached_property
    def person_cache(self) -> PersonCache:
        return PersonCache(lambda: self.people_read)

    @cached_property
    def people_read(self) -> "PersonRepository":
        """People for functions that only read them, and so have no lists to invalidate nor the keys for it."""
        from bedside.identity.person_repository import PersonRepository

        return PersonRepository(self._table, self.trail)

    @cached_property
    def people(self) -> "PersonRepository":
        from bedside.identity.person_repository import PersonRepository

        def on_change(user_id: str, facility_id: str | None) -> None:
            self.user_directory.invalidate(user_id, facility_id, self.platform.now_ms())

        return PersonRepository(self._table, self.trail, on_change)

    @cached_property
    def sms(self) -> "SmsSender":
        from bedside.adapters.aws.sns import Sms
        from bedside.identity.phone_number import country_of

        settings = self.settings
        return Sms(
            settings.sms_sender_id,
            settings.sms_origination_number,
            self.platform.settings.region,
            settings.sms_originations,
            country_of,
        )

    def otp_delivery(self, origin: str) -> "OtpDelivery":
        """Return the delivery of codes that browsers fill in on pages of `origin`."""
        from bedside.identity.counters import CODES_SENT
        from bedside.identity.otp_delivery import OtpDelivery

        settings = self.settings
        return OtpDelivery(
            people=self.people,
            codes=self._codes,
            sms=self.sms,
            pseudonym_key=self.platform.secrets.pseudonym_key,
            mac_keys=self._mac_keys,
            countries=settings.sms_countries,
            default_country=settings.default_country,
            life_s=settings.otp_life_s,
            resend_s=settings.otp_resend_s,
            host=urlsplit(origin).hostname or "",
            quotas=self._quotas,
            random_below=randomness.randbelow,
            on_breaker=sms_breaker_open,
            on_sent=lambda now_ms: self.platform.counters.count(CODES_SENT, None, now_ms),
        )

    @cached_property
    def otp_throttle(self) -> "OtpThrottle":
        from bedside.identity.otp_throttle import OtpThrottle

        settings, platform = self.settings, self.platform
        key = platform.secrets.pseudonym_key
        return OtpThrottle(platform.limiter, key, self._mac_keys, settings.sms_countries, settings.default_country)

    @cached_property
    def sign_in(self) -> "SignIn":
        from bedside.identity.code_checks import CodeChecks
        from bedside.identity.counters import SIGN_INS
        from bedside.identity.sign_in import SignIn

        return SignIn(
            codes=self._codes,
            people=self.people,
            checks=CodeChecks(self._codes, self.people, self._mac_keys),
            pairs=self._token_pairs,
            pseudonym_key=self.platform.secrets.pseudonym_key,
            mac_keys=self._mac_keys,
            countries=self.settings.sms_countries,
            default_country=self.settings.default_country,
            life_ms=self.settings.sign_in_life_ms,
            quotas=self._quotas,
            randomness=os.urandom,
            on_locked=number_locked,
            on_signed_in=lambda facility_id, now_ms: self.platform.counters.count(SIGN_INS, facility_id, now_ms),
        )

    @cached_property
    def vouched_sign_in(self) -> "VouchedSignIn":
        from bedside.identity.counters import SIGN_INS
        from bedside.identity.vouched_sign_in import VouchedSignIn

        return VouchedSignIn(
            families=self._families,
            pairs=self._token_pairs,
            mac_keys=self._mac_keys,
            life_ms=self.settings.sign_in_life_ms,
            randomness=os.urandom,
            on_signed_in=lambda facility_id, now_ms: self.platform.counters.count(SIGN_INS, facility_id, now_ms),
        )

    @cached_property
    def token_refresh(self) -> "TokenRefresh":
        from bedside.identity.token_refresh import TokenRefresh

        return TokenRefresh(
            families=self._families,
            person_cache=self.person_cache,
            pairs=self._token_pairs,
            mac_keys=self._mac_keys,
            randomness=os.urandom,
            on_reuse=refresh_token_reused,
        )

    @cached_property
    def sign_out(self) -> "SignOut":
        from bedside.identity.sign_out import SignOut

        return SignOut(self.people, self._families, self.person_cache)

    @cached_property
    def sign_ins(self) -> "SignIns":
        from bedside.identity.sign_ins import SignIns

        return SignIns(self.people, self._families, self.person_cache)

    @cached_property
    def synthetic_people(self) -> "SyntheticPeople":
        from bedside.identity.synthetic_people import SyntheticPeople

        return SyntheticPeople(
            people=self.people_read,
            codes=self._codes,
            pseudonym_key=self.platform.secrets.pseudonym_key,
            mac_keys=self._mac_keys,
            countries=self.settings.sms_countries,
            numbers=self.settings.synthetic_phones,
            random_below=randomness.randbelow,
        )

    @cached_property
    def profile(self) -> "Profile":
        from bedside.identity.profile import Profile

        return Profile(self.people)

    @cached_property
    def user_directory(self) -> "UserDirectory":
        from bedside.identity.user_directory import UserDirectory

        settings = self.settings
        platform = self.platform
        key = platform.secrets.pseudonym_key
        return UserDirectory(
            self.people, platform.cache, key, settings.sms_countries, settings.default_country, self.user_view
        )

    @cached_property
    def usage(self) -> "Usage":
        from bedside.identity.usage import Usage

        return Usage(self.platform.counters)

    @cached_property
    def user_admin(self) -> "UserAdmin":
        from bedside.identity.user_admin import UserAdmin

        settings = self.settings
        key = self.platform.secrets.pseudonym_key
        return UserAdmin(self.people, key, settings.sms_countries, settings.default_country, self.facility_cache)

    @cached_property
    def invitations(self) -> "Invitations":
        from bedside.identity.invitations import Invitations

        return Invitations(self.people, self.facility_cache, self.sms)

    @cached_property
    def user_view(self) -> "UserView":
        from bedside.identity.user_view import UserView

        return UserView(self.facility_cache)

    @cached_property
    def facility_cache(self) -> FacilityCache:
        return FacilityCache(lambda: self.facilities)

    @cached_property
    def facilities(self) -> "FacilityRepository":
        from bedside.identity.facility_repository import FacilityRepository

        return FacilityRepository(self._table, self.trail)

    @cached_property
    def facility_admin(self) -> "FacilityAdmin":
        from bedside.identity.facility_admin import FacilityAdmin

        def on_change(facility_id: str, now_ms: int) -> None:
            self.facility_cache.discard(facility_id)
            self.user_directory.invalidate_facility(facility_id, now_ms)

        return FacilityAdmin(self.facilities, on_change)

    @cached_property
    def audit_archive(self) -> "AuditArchive":
        from bedside.adapters.aws.s3 import Bucket
        from bedside.identity.audit_archive import AuditArchive

        return AuditArchive(Bucket(self.settings.audit_bucket, self.platform.settings.region), audit_entry_changed)

    @cached_property
    def _table(self) -> "Table":
        from bedside.adapters.aws.dynamodb import Table

        return Table(self.settings.identity_table)

    @cached_property
    def trail(self) -> "AuditTrail":
        from bedside.adapters.aws.dynamodb import Table
        from bedside.identity.audit import AuditTrail

        return AuditTrail(Table(self.settings.audit_table), os.urandom)

    @cached_property
    def _codes(self) -> "OtpRepository":
        from bedside.identity.otp_repository import OtpRepository

        return OtpRepository(self._table)

    @cached_property
    def _families(self) -> "TokenFamilyRepository":
        from bedside.identity.token_family_repository import TokenFamilyRepository

        return TokenFamilyRepository(self._table, self.trail)

    @cached_property
    def _quotas(self) -> "SendQuotas":
        from bedside.identity.otp import SendQuotas

        settings = self.settings
        return SendQuotas(
            self.platform.secrets.pseudonym_key, settings.sms_prefix_allowance, settings.sms_address_allowance
        )

    @cached_property
    def _token_pairs(self) -> "TokenPairIssuer":
        from bedside.identity.token_pair import TokenPairIssuer

        return TokenPairIssuer(self.keys, self.settings.access_token_life_ms)
