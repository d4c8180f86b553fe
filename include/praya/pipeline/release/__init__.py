"""release: a protected table → one immutable, numbered publication, and then the pointer to it.

The step is imported when somebody asks for it. Contracts, which are read where DAGs are parsed, look into this package
for its output formats, and the step imports DuckDB and pyarrow.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from praya.pipeline.release.publishing import release, release_basis

__all__ = ["release", "release_basis"]


def __getattr__(name: str) -> Any:
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from praya.pipeline.release import publishing

    return getattr(publishing, name)


def __dir__() -> list[str]:
    return sorted([*globals(), *__all__])
