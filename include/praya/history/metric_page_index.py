"""Where the pages of metrics lie in the released area; their index names every file and is signed."""

from __future__ import annotations

from praya.store import layout

FOLDER = layout.METRICS
INDEX = f"{FOLDER}/index.json"
