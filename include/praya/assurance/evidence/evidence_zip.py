"""evidence: one release with all that shows where it comes from, as a ZIP that an auditor checks without Praya."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path

from praya.assurance.evidence import verifier
from praya.assurance.evidence.archive import Content, write_zip
from praya.assurance.evidence.dependencies import find_snapshots, list_dependencies, list_files
from praya.assurance.evidence.ledger_extract import Extract, extract
from praya.assurance.evidence.page_texts import TEXTS
from praya.assurance.verify.ledger_facts import Known, selected
from praya.assurance.verify.version_states import State, state_of
from praya.contract.text import CONVERTED, Text
from praya.contract.zone import show_moment
from praya.errors import IntegrityError, codes
from praya.provenance import Signer
from praya.provenance.in_toto import STATEMENT
from praya.provenance.keys import usable_signer
from praya.provenance.signing import envelope
from praya.store import Store, canonical, file_sha256, layout
from praya.store.store_path import StorePath
from praya.text.outside import quote
from praya.text.templating import templates

TEMPLATES = Path(__file__).parent / "templates"


def write_evidence(
    store: Store, dataset: str, version: str, target: Path, witnesses: Path, by: Signer | None = None
) -> State:
    """Write the evidence of a release to `target`; gives the state that the release is in.

    It holds files, manifest and statement (`release/`), verdict and reports (`report/`), contract, policy, suite and
    SQL (`inputs/`), snapshots of what anybody may see (`raw/`), keys, and the ledger's lines with their proofs up to
    the checkpoint that a witness cosigned, else the publisher's; and the list of all this, signed `by` the key at hand
    (default: that of the key file, where it may sign; without one there is no list). Of tables of counts and of
    persons' records no hash is in it: the lines that hold one are sealed. `witnesses` is a file of verifier keys.
    Raises IntegrityError where there is no such release, and where no checkpoint goes as far as its lines.
    """
    folders = selected(StorePath(store, layout.RELEASED), dataset, version, None)
    if len(folders) != 1:
        raise IntegrityError(
            codes.release.VERSION_UNKNOWN,
            f"there is no release {quote(version)} of {quote(dataset)} in {store.describe(layout.RELEASED)}",
        )
    folder = folders[0]
    known = Known.of(store, folders)
    rests_on = list_dependencies(store, folder, known)
    raw, only_on_record = find_snapshots(store, rests_on)
    excerpt = extract(store, folder, known, rests_on, only_on_record, raw, witnesses)
    state = State(dataset, version, *state_of(store, folder, known))
    entries: dict[str, Content] = {
        name: path.local() for name, path in list_files(store, folder, rests_on, raw) if path.is_file()
    }
    entries |= excerpt.files
    entries |= {
        verifier.PAGE: _render_page(folder, state, excerpt).encode(),
        verifier.OWN: Path(verifier.__file__).read_bytes(),
    }
    if (by := by or usable_signer(store)) is not None:
        entries[verifier.INDEX] = canonical(envelope(_list_entries(entries, f"{dataset} {version}"), by))
    write_zip(target, entries)
    return state


def _list_entries(entries: Mapping[str, Content], release: str) -> dict[str, object]:
    """The statement that these are all files of the evidence of a release."""
    hashes = {
        name: hashlib.sha256(content).hexdigest() if isinstance(content, bytes) else file_sha256(content)
        for name, content in sorted(entries.items())
    }
    return {
        "_type": STATEMENT,
        "subject": [{"name": name, "digest": {"sha256": sha256}} for name, sha256 in hashes.items()],
        "predicateType": verifier.EVIDENCE,
        "predicate": {"release": release},
    }


def _render_page(folder: StorePath, state: State, excerpt: Extract) -> str:
    manifest = json.loads((folder / "manifest.json").read_bytes())
    texts = {name: Text.model_validate(text) for name, text in TEXTS.items()} | {"converted": CONVERTED}
    languages = ("en", "zh-Hant", "zh-Hans")
    return (
        templates(TEMPLATES)
        .get_template("README.html")
        .render(
            manifest=manifest,
            state=state,
            # How many snapshots there are of records tells how many records there are.
            why=None if excerpt.sealed else state.why,
            found=excerpt,
            show=show_moment,
            texts={
                each: {name: text.in_language(each) for name, text in texts.items()} for each in languages
            },
        )
    )
