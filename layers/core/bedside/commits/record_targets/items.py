"""Targets as stored in DynamoDB, beside the facility's commits. No I/O."""

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any, Final

from bedside.commits.record_targets.target import (
    AlexSettings,
    Check,
    DownloadSettings,
    FhirSettings,
    Settings,
    Target,
    finding_items,
)
from bedside.ports.records import Finding

_KINDS: Final = {"fhir": FhirSettings, "alex": AlexSettings, "download": DownloadSettings}


def target_key(facility_id: str) -> str:
    """Return the key of a facility's target."""
    return f"target#{facility_id}"


def target_item(target: Target) -> dict[str, Any]:
    """Return a target's item."""
    return {
        "pk": target_key(target.facility_id),
        "facilityId": target.facility_id,
        "name": target.name,
        "settings": asdict(target.settings),
        "secretId": target.secret_id,
        "publicKey": dict(target.public_key) if target.public_key else None,
        "version": target.version,
        "changedAt": target.changed_at,
        "changedBy": target.changed_by,
        **({"check": check_item(target.check)} if target.check else {}),
    }


def check_item(check: Check) -> dict[str, Any]:
    """Return a test as it is stored."""
    return {"state": check.state, "at": check.at, "findings": finding_items(check.findings)}


def target_from_item(item: Mapping[str, Any]) -> Target:
    """Return the target stored in an item."""
    return Target(
        facility_id=item["facilityId"],
        name=item["name"],
        settings=_settings(item["settings"]),
        secret_id=item["secretId"],
        version=int(item["version"]),
        changed_at=int(item["changedAt"]),
        changed_by=item["changedBy"],
        public_key=item["publicKey"],
        check=_check(item["check"]) if "check" in item else None,
    )


def _settings(stored: Mapping[str, Any]) -> Settings:
    made: Settings = _KINDS[stored["kind"]](**stored)
    return made


def _check(stored: Mapping[str, Any]) -> Check:
    findings = tuple(Finding(each["step"], each["ok"], each.get("detail", "")) for each in stored["findings"])
    return Check(stored["state"], int(stored["at"]), findings)
