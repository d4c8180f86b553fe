"""The shapes of signed documents: in-toto statements (v1), SLSA provenance (v1) and DSSE envelopes."""

from __future__ import annotations

from typing import Generic, NotRequired, TypeAlias, TypedDict, TypeVar

Predicate = TypeVar("Predicate")


class Digest(TypedDict, total=False):
    """A hash by its algorithm, in hex."""

    sha256: str
    gitCommit: str


class Subject(TypedDict):
    """A file that a statement is about."""

    name: str
    digest: Digest


class Annotations(TypedDict, total=False):
    """The line of the ledger that stands for a dependency; of code, whether it was changed since its commit."""

    ledgerLine: int
    changedSince: bool


class Dependency(TypedDict):
    """What a release was made from."""

    name: str
    digest: NotRequired[Digest]
    annotations: NotRequired[Annotations]


class Statement(TypedDict, Generic[Predicate]):
    """What is said of files."""

    _type: str
    subject: list[Subject]
    predicateType: str
    predicate: Predicate


class ReleaseParameters(TypedDict):
    """Which release was asked for."""

    dataset: str
    version: str


class DisclosureParameters(TypedDict):
    """The method of disclosure control, and the id of its key where it has one."""

    method: str
    keyId: str | None


class RunParameters(TypedDict):
    """How a release was made; `context` is what the roof tells of the run."""

    context: dict[str, str]
    disclosure: DisclosureParameters
    synthetic: bool


class BuildDefinition(TypedDict):
    """What a release was made from, and how."""

    buildType: str
    externalParameters: ReleaseParameters
    internalParameters: RunParameters
    resolvedDependencies: list[Dependency]


class Builder(TypedDict):
    """What a release was made by: its URI, and versions by package."""

    id: str
    version: dict[str, str]


class RunMetadata(TypedDict):
    """The name of the run."""

    invocationId: str


class RunDetails(TypedDict):
    """By what, and in which run, a release was made."""

    builder: Builder
    metadata: NotRequired[RunMetadata]


class Provenance(TypedDict):
    """SLSA provenance of a release."""

    buildDefinition: BuildDefinition
    runDetails: RunDetails


class CatalogueTerm(TypedDict):
    """The version of a signed catalogue, and from when until when it holds (UTC)."""

    version: int
    issued: str
    expires: str


class Signature(TypedDict):
    """A signature in base64, and the id of its key."""

    keyid: str
    sig: str


class Envelope(TypedDict):
    """A DSSE envelope: a statement in base64, with its signatures."""

    payloadType: str
    payload: str
    signatures: list[Signature]


ReleaseStatement: TypeAlias = Statement[Provenance]
CatalogueStatement: TypeAlias = Statement[CatalogueTerm]
