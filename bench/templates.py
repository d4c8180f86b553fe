"""Real releases, cut for filling: each file of them, in an order in which it comes after those whose hash it has."""

from __future__ import annotations

import base64
import hashlib
import json
from dataclasses import dataclass
from pathlib import Path

from bench.simulated_chain import as_body
from bench.template_release import NAME, House, TemplateRelease, make_template
from bench.template_text import TemplateText, TextCutter
from praya.provenance.in_toto import NAME as STATEMENT
from praya.store import layout

AREAS = ("raw/", "inputs/", "receipts/", "staged/", "verdicts/", "protected/")
# What other steps read of a version that is not the latest: all of the rest is data and documentation.
SLIM = (layout.MANIFEST, "changes.json", "hashes.json")
ROLES = ("data", "documentation", "metadata")


@dataclass(frozen=True)
class TemplateFile:
    """A file of a real release: key and content in pieces, and the hash that the content had."""

    key: TemplateText
    content: TemplateText
    sha256: bytes


class Template:
    """One real release, cut for filling: its files in an order in which each comes after those whose hashes it holds,
    those that a slim one has, the hashes of those that it leaves out, and its lines."""

    def __init__(self, real: TemplateRelease, before: TemplateRelease | None, source: bytes) -> None:
        self.real, self.before = real, before
        # Longer tokens are tried first, so that a dataset's name in an address of the source is found in that.
        tokens = [NAME.encode(), source, *real.spellings.texts, real.number.encode()]
        if before is not None:
            tokens += [*before.spellings.texts, before.number.encode()]
        cutter = TextCutter(dict.fromkeys(tokens))
        manifest = next(key for key in real.kept if key.endswith(f"/{layout.MANIFEST}"))
        listed = json.loads(real.kept[manifest])["files"]
        role = {f"{manifest.rpartition('/')[0]}/{file['name']}": ROLES.index(file["role"]) for file in listed}
        ordered = sorted(real.kept, key=lambda key: (_area(key), role.get(key, 3), _is_last(key), key))
        self.files = [_cut(cutter, key, real.kept[key]) for key in ordered]
        slim = [key.startswith("inputs/") or key.endswith(SLIM) for key in ordered]
        self.slim_files = [file for file, is_in in zip(self.files, slim, strict=True) if is_in]
        self.left_out = [file.sha256 for file, is_in in zip(self.files, slim, strict=True) if not is_in]
        self.replaced = [
            _cut(cutter, key, data) for key, data in real.replaced.items() if key.startswith("state/")
        ]
        self.lines = [
            (line.kind, line.number, cutter.cut(as_body(line.body)))
            for line in real.lines
            if line.subject == NAME
        ]


class Templates:
    """Real releases, made once: the first of a dataset, and those that follow one. `source` is the folder that their
    contract names, `shared` the lines that no dataset has, `key` the signing key, and `public_keys` its public file."""

    def __init__(self, root: Path) -> None:
        real, made = make_template(root), House(root)
        self.source = str(made.source).encode()
        befores = [None, *real]
        self.releases = [
            Template(one, before, self.source) for one, before in zip(real, befores, strict=False)
        ]
        self.shared = [line for line in real[0].lines if line.subject != NAME]
        self.key = made.project.signing_key.read_bytes()
        self.public_keys = made.open_store().read_bytes(layout.PUBLIC_KEYS)


def _cut(cutter: TextCutter, key: str, data: bytes) -> TemplateFile:
    sha256 = hashlib.sha256(data).hexdigest().encode()
    text = data
    if key.endswith(f"/{STATEMENT}"):
        text = base64.b64decode(json.loads(data)["payload"])
    return TemplateFile(cutter.cut(key.encode()), cutter.cut(text), sha256)


def _area(key: str) -> int:
    return next((place for place, area in enumerate(AREAS) if key.startswith(area)), len(AREAS))


def _is_last(key: str) -> int:
    """Manifest, then statement, then what changed, whose hashes come last."""
    if key.endswith(f"/{layout.MANIFEST}"):
        return 1
    if key.endswith(f"/{STATEMENT}"):
        return 2
    return 0 if "/changes/" not in key else 4 if key.endswith("hashes.json") else 3
