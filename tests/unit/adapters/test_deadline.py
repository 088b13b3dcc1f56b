"""The TLS context trusts what the usual variables name."""

import subprocess
import sys
from pathlib import Path

import pytest

from bedside.adapters.deadline import tls_context
from local import certificate


@pytest.mark.parametrize("variable", ["AWS_CA_BUNDLE", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"])
def test_a_bundle_is_trusted_beside_the_systems_authorities(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, variable: str
) -> None:
    """Such as that of a proxy which looks into what passes."""
    for name in ("AWS_CA_BUNDLE", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"):
        monkeypatch.delenv(name, raising=False)
    before = tls_context.__wrapped__().cert_store_stats()["x509"]
    monkeypatch.setenv(variable, str(certificate.create("192.0.2.1", tmp_path)[0]))
    assert tls_context.__wrapped__().cert_store_stats()["x509"] == before + 1


@pytest.mark.parametrize(("variables", "made"), [({"AWS_LAMBDA_FUNCTION_NAME": "f"}, 1), ({}, 0)])
def test_a_function_makes_it_while_it_starts(variables: dict[str, str], made: int) -> None:
    """In Lambda's init phase, which has a full processor; elsewhere on first use."""
    code = "from bedside.adapters import rest, deadline; print(deadline.tls_context.cache_info().currsize)"
    paths = {"PYTHONPATH": "layers/core", "PYTHONDONTWRITEBYTECODE": "1"}
    done = subprocess.run(  # noqa: S603  # our own words
        [sys.executable, "-c", code], env=paths | variables, capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == str(made)
