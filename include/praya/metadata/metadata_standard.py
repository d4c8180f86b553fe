"""What a metadata standard is: the file that a release has of it, and who writes that.

A standard is a file that declares a `MetadataStandard`, in `praya.metadata.standards` or in another package of the
entry points `praya.metadata_standards`. These files are imported where contracts are read and DAGs parsed: what is
heavy is imported in functions, or named by `call_later`. docs/extending.md says how to add a standard.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from praya.contract.standard_spec import StandardSpec
from praya.extensions import METADATA_STANDARDS, discover_specs
from praya.metadata.described_release import DescribedRelease


def describe_always(release: DescribedRelease) -> bool:  # noqa: ARG001
    """A standard that every release has."""
    return True


@dataclass(frozen=True, kw_only=True)
class MetadataStandard(StandardSpec):
    """A metadata standard that releases are described in.

    `write(release)` gives the bytes of the file; the same release gives the same bytes. `applies` says whether a
    release has what it needs; files of the format in `data_format` are asked for without it. The facts list the data
    and, for a file whose role is `metadata`, the documentation; never other metadata.
    """

    write: Callable[[DescribedRelease], bytes]
    applies: Callable[[DescribedRelease], bool] = describe_always


def metadata_standards() -> dict[str, MetadataStandard]:
    """All metadata standards by name."""
    return discover_specs(MetadataStandard, METADATA_STANDARDS)
