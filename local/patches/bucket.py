# ruff: noqa: ANN401, D103, SLF001 (the emulator is untyped, and what is patched is its inside)
"""`AWS::S3::Bucket`: lifecycle, encryption and ownership, which MiniStack drops.

They are stored and can be read back, so a test can hold the template to them; lifecycle rules are not executed.
"""

from collections.abc import Mapping, Sequence
from importlib import import_module
from typing import Any
from xml.etree.ElementTree import Element, SubElement, tostring

_NAMESPACE = "http://s3.amazonaws.com/doc/2006-03-01/"


def apply() -> None:
    provisioners: Any = import_module("ministack.services.cloudformation.provisioners")
    s3: Any = import_module("ministack.services.s3")
    provisioners._S3_BUCKET_CONFIGURATIONS += (
        ("LifecycleConfiguration", _lifecycle, _checked(s3._put_bucket_lifecycle), s3._delete_bucket_lifecycle),
        ("BucketEncryption", _encryption, _checked(s3._put_bucket_encryption), s3._delete_bucket_encryption),
        (
            "OwnershipControls",
            _ownership,
            _checked(s3._put_bucket_ownership_controls),
            s3._delete_bucket_ownership_controls,
        ),
    )


def _checked(put: Any) -> Any:
    def put_checked(name: str, body: bytes) -> None:
        status, _, answer = put(name, body)
        if status >= 400:  # noqa: PLR2004 (an HTTP status)
            raise ValueError(f"AWS::S3::Bucket {name}: {answer!r}")

    return put_checked


def _lifecycle(configuration: Mapping[str, Any]) -> bytes:
    root = Element("LifecycleConfiguration", xmlns=_NAMESPACE)
    for wanted in configuration.get("Rules") or []:
        rule = SubElement(root, "Rule")
        if wanted.get("Id"):
            SubElement(rule, "ID").text = wanted["Id"]
        _filter(SubElement(rule, "Filter"), wanted.get("Prefix", ""), wanted.get("TagFilters") or [])
        SubElement(rule, "Status").text = wanted.get("Status", "Enabled")
        for transition in wanted.get("Transitions") or []:
            parent = SubElement(rule, "Transition")
            SubElement(parent, "Days").text = str(transition["TransitionInDays"])
            SubElement(parent, "StorageClass").text = transition["StorageClass"]
        if "ExpirationInDays" in wanted:
            SubElement(SubElement(rule, "Expiration"), "Days").text = str(wanted["ExpirationInDays"])
        versions = wanted.get("NoncurrentVersionExpiration")
        days = versions["NoncurrentDays"] if versions else wanted.get("NoncurrentVersionExpirationInDays")
        if days is not None:
            SubElement(SubElement(rule, "NoncurrentVersionExpiration"), "NoncurrentDays").text = str(days)
        abort = wanted.get("AbortIncompleteMultipartUpload")
        if abort:
            parent = SubElement(rule, "AbortIncompleteMultipartUpload")
            SubElement(parent, "DaysAfterInitiation").text = str(abort["DaysAfterInitiation"])
    return tostring(root)


def _filter(parent: Element, prefix: str, tags: Sequence[Mapping[str, str]]) -> None:
    """Write which objects a rule is about: one condition, or several that must all hold."""
    several = len(tags) + bool(prefix) > 1
    place = SubElement(parent, "And") if several else parent
    if prefix or not tags:
        SubElement(place, "Prefix").text = prefix
    for tag in tags:
        found = SubElement(place, "Tag")
        SubElement(found, "Key").text = tag["Key"]
        SubElement(found, "Value").text = tag["Value"]


def _encryption(configuration: Mapping[str, Any]) -> bytes:
    root = Element("ServerSideEncryptionConfiguration", xmlns=_NAMESPACE)
    for wanted in configuration.get("ServerSideEncryptionConfiguration") or []:
        rule = SubElement(root, "Rule")
        default = wanted.get("ServerSideEncryptionByDefault") or {}
        if default:
            parent = SubElement(rule, "ApplyServerSideEncryptionByDefault")
            for name, value in default.items():
                SubElement(parent, name).text = str(value)
        if "BucketKeyEnabled" in wanted:
            SubElement(rule, "BucketKeyEnabled").text = str(wanted["BucketKeyEnabled"]).lower()
    return tostring(root)


def _ownership(configuration: Mapping[str, Any]) -> bytes:
    root = Element("OwnershipControls", xmlns=_NAMESPACE)
    for wanted in configuration.get("Rules") or []:
        SubElement(SubElement(root, "Rule"), "ObjectOwnership").text = wanted["ObjectOwnership"]
    return tostring(root)
