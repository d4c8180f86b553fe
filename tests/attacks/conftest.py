"""What several attacks are made on."""

from __future__ import annotations

import functools
from collections.abc import Iterator

import pytest

from attacks.forged_evidence import (
    Evidence,
    evidence_of,
    release_all,
)
from praya.assurance.evidence import verifier
from praya.store import Store


@pytest.fixture(scope="session")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """Four datasets, released, of which one is made from the others; to look at. The same signature over the same bytes
    is put to openssl once."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(verifier, "has_signed", functools.cache(verifier.has_signed))
        yield release_all(tmp_path_factory.mktemp("archive"))


@pytest.fixture(scope="session", params=["fares-and-calls", "calls-by-kind"])
def whole(request: pytest.FixtureRequest, archive: Store) -> Evidence:
    """Evidence with the signed list of all files."""
    return evidence_of(archive, request.param)


@pytest.fixture(scope="session", params=["fares-and-calls", "calls-by-kind"])
def unlisted(request: pytest.FixtureRequest, archive: Store) -> Evidence:
    """Evidence that somebody without the key made, or from which the list was taken out."""
    return evidence_of(archive, request.param, listed=False)
