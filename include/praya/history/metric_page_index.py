"""Where the pages of metrics lie in the released area; their index names every file and is signed."""

from __future__ import annotations

FOLDER = "released/metrics"
INDEX = f"{FOLDER}/index.json"
