"""What of this machine collect may use: folders of files, certificates, and the register of metrics."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from praya import paths


@dataclass(frozen=True, kw_only=True)
class CollectSettings:
    """What the caller of collect says of its machine; nothing below asks the environment for it.

    `source_folders` are the folders below which files may be sources, `private_places` the folders and key files of
    which none is read whatever folder is named; `ca_bundle` is a file of certificates, by default those of requests;
    `register` is the folder with the register of metrics and its units.
    """

    source_folders: tuple[Path, ...]
    private_places: tuple[Path, ...]
    register: Path
    ca_bundle: str | None = None


def read_settings() -> CollectSettings:
    """The settings of this process by `praya.paths`, for callers that are given none."""
    return CollectSettings(
        source_folders=tuple(paths.source_folders()),
        private_places=tuple(paths.private_places()),
        register=paths.metrics(),
        ca_bundle=paths.ca_bundle(),
    )
