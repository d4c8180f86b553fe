"""catalogue: all current releases in one index (`catalogue.json`), as DCAT, in the portal's harvest files, and on one
plain page that links to them."""

from __future__ import annotations

import datetime as dt
from typing import TypedDict

from praya.provenance import Signer, load_signer
from praya.provenance.keys import announce
from praya.provenance.signed_files import publish_checkpoint, sign_catalogue
from praya.site.portal.folder_parts import read_folders
from praya.site.portal.harvest import write_harvest_files
from praya.site.portal.kept_parts import KeptCatalogue, program_of, read_kept, write_kept
from praya.site.portal.whole_files import WholeFiles
from praya.store import Store


class WrittenCatalogue(TypedDict):
    """The datasets that the catalogue lists, and whether any file of it is another than before."""

    datasets: list[str]
    changed: bool


def write_catalogue(
    store: Store, now: dt.datetime | None = None, by: Signer | None = None, *, anew: bool = False
) -> WrittenCatalogue:
    """Write `released/catalogue.json`, `.jsonld`, `.ttl`, `index.html`, the harvest files and the lists of stable
    addresses from every `latest.json` (of reports too, for the first and the page), after the changelogs and feeds
    that they lead to; sign them `by` the key at hand with a version and an expiry (`now` in UTC), and the ledger as
    it stands then. An old id of a dataset is not listed.

    Made is what has changed since the last catalogue; all else is copied from it. With `anew` everything is made, to
    the same bytes.

    Raises IntegrityError when a pointer and its manifest disagree, and HarvestError, after everything else is written,
    where a harvest file had to stay as it was.
    """
    by = by or load_signer(store.project.signing_key)
    with store.lock("catalogue"):
        program = program_of(store)
        kept = KeptCatalogue(program, {}, {}, [], []) if anew else read_kept(store, program)
        files = WholeFiles.of(store, kept)
        folders = read_folders(store, files.kept)
        if not files.can_go_on(folders):
            files = WholeFiles(store, KeptCatalogue(program, {}, {}, [], []))
            folders = read_folders(store, files.kept)
        changed = files.write(folders)
        try:
            changed = write_harvest_files(store, folders, files) or changed
        finally:
            # A harvest file that had to stay is signed as it stands.
            write_kept(store, files.to_keep(folders))
            announce(store, by)
            changed = (
                sign_catalogue(store, by, now or store.project.clock(), files.hashes(folders)) or changed
            )
            publish_checkpoint(store, by)
    return {"datasets": [folder.name for folder in folders if folder.parts.turtle], "changed": changed}
