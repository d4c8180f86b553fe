"""downloads: what was handed out in a month, counted from the access logs of whoever serves the released area.

A log is one in the Combined Log Format, which nginx, Apache and `praya serve --log` write. Readers' addresses in it are
not looked at. The counts go into the ledger, and from there into the dataset `open-data-progress`.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from pathlib import Path
from urllib.parse import urlsplit

import duckdb
import pyarrow as pa

from praya.contract.zone import HONG_KONG
from praya.errors import DownloadsRefused, codes
from praya.ledger import Ledger
from praya.ledger.bodies import DownloadsBody
from praya.metadata import DATA
from praya.store import Store, file_sha256, layout
from praya.store.duck import connect
from praya.text.outside import describe_error, quote_all

SUBJECT = "downloads/{month}"
LINE = r'^\S+ \S+ .*?\[([^\]]+)\] "([A-Z]+) (\S+)[^"]*" (\d{3}) \S+(?: "[^"]*" "([^"]*)")?'
# Programs that say of themselves that they go through everything.
ROBOT = "bot|crawl|spider|slurp"
# Why a request is no download; the first that is so counts.
LEFT_OUT = ("unreadable", "other_months", "no_data", "not_whole", "robots")

REQUESTS = """
with read as (
    select regexp_extract(line, $line, ['at', 'method', 'target', 'status', 'agent']) as told
    from read_csv(
        $logs, columns = {'line': 'VARCHAR'}, auto_detect = false, header = false, delim = '\x01',
        quote = '', escape = '', strict_mode = false
    )
    where trim(line) <> ''
),
asked as (
    select
        told.method = 'GET' and told.status = '200' as whole,
        regexp_matches(told.agent, $robot, 'i') as robot,
        strftime(timezone('Asia/Hong_Kong', try_strptime(told.at, '%d/%b/%Y:%H:%M:%S %z')), '%Y-%m') as month,
        url_decode(regexp_replace(regexp_replace(told.target, '^https?://[^/]*', ''), '[?#].*', '')) as path
    from read
)
select
    case
        when month is null then 'unreadable'
        when month <> $month then 'other_months'
        when dataset is null then 'no_data'
        when not whole then 'not_whole'
        when robot then 'robots'
        else 'downloads'
    end as kind,
    if(kind = 'downloads', dataset, null) as dataset,
    if(kind = 'downloads', upper(regexp_extract(path, '([^.]+)(\\.gz)?$', 1)), null) as format,
    count(*) as requests
from asked
left join files
    on starts_with(path, $root) and regexp_full_match(path[len($root) + 1 :], '[^/]+/\\d{8}T\\d{6}Z/[^/]+')
    and files.folder = split_part(path[len($root) + 1 :], '/', 1)
    and files.name = split_part(path[len($root) + 1 :], '/', 3)
group by all
order by all
"""


def count(
    store: Store, month: str, logs: Sequence[Path], now: dt.datetime, by: str | None = None
) -> DownloadsBody:
    """Count the downloads of a month (`2026-10`, Hong Kong time) at `now` (UTC); returns what the ledger says of it.

    A download is one request for a data file of a version that was answered with all of it (GET, 200), by no robot.
    `counts` has datasets, each with its formats; `left_out` how many requests were none, by why. `logs` must hold the
    whole month: what was counted of it before is replaced, and `replaces` is the ledger's line of that; `by` is who had
    them counted, a person or a run. Raises
    DownloadsRefused where the month is not over, a log cannot be read, or none has a request of the month.
    """
    if month >= now.astimezone(HONG_KONG).strftime("%Y-%m"):
        raise DownloadsRefused(
            codes.month.NOT_OVER, f"{month} is not over in Hong Kong; its downloads are counted when it is"
        )
    if not logs:
        raise DownloadsRefused(codes.month.NOT_IN_LOGS, f"{month}: there is no log to count downloads from")
    files = _data_files(store)
    counted = _requests(month, logs, files, store.project.base_url)
    left_out = {kind: sum(n for reason, _, _, n in counted if reason == kind) for kind in LEFT_OUT}
    if not any(kind not in ("unreadable", "other_months") for kind, *_ in counted):
        raise DownloadsRefused(
            codes.month.NOT_IN_LOGS,
            f"{quote_all(logs, 200)}: no request of {month} is there "
            f"({left_out['other_months']:,} of other months, "
            f"{left_out['unreadable']:,} lines that are not in the Combined Log Format); name the logs of that month",
        )
    counts: dict[str, dict[str, int]] = {dataset: {} for dataset in sorted(set(files["dataset"].to_pylist()))}
    for kind, dataset, format_, requests in counted:
        if kind == "downloads":
            counts[dataset][format_] = requests
    before = Ledger(store).find("downloads", SUBJECT.format(month=month))
    body: DownloadsBody = {
        "month": month,
        "counts": counts,
        "left_out": left_out,
        "logs": [{"name": log.name, "sha256": file_sha256(log), "bytes": log.stat().st_size} for log in logs],
        # The ledger has a line once; a count that is made again after another must be the last all the same.
        "replaces": before.number if before else None,
    }
    if before and _is_same(before.downloads, body):
        return before.downloads
    if by:
        body["by"] = by
    Ledger(store).record("downloads", SUBJECT.format(month=month), body)
    return body


def _is_same(counted: DownloadsBody, body: DownloadsBody) -> bool:
    """Whether a count is that of another, made from the same logs."""
    return all(
        (
            counted["month"] == body["month"],
            counted["counts"] == body["counts"],
            counted["left_out"] == body["left_out"],
            counted["logs"] == body["logs"],
        )
    )


def logs_in(folder: Path) -> list[Path]:
    """The logs in a folder, also packed ones."""
    return sorted(path for path in folder.glob("*.log*") if path.is_file())


def _requests(
    month: str, logs: Sequence[Path], files: pa.Table, base_url: str
) -> list[tuple[str, str, str, int]]:
    root = f"{urlsplit(base_url).path.rstrip('/')}/"
    named = {"line": LINE, "robot": ROBOT, "month": month, "root": root, "logs": [str(log) for log in logs]}
    with connect() as con:
        con.register("files", files)
        try:
            return con.execute(REQUESTS, named).fetchall()
        except duckdb.Error as error:
            raise DownloadsRefused(
                codes.month.NOT_IN_LOGS,
                f"{quote_all(logs, 200)}: cannot be read as access logs: {describe_error(error)}",
            ) from error


def _data_files(store: Store) -> pa.Table:
    """`folder`, `name`, `dataset`: the data files by the folder below `released/` that they lie in; what lies under an
    old id is its new one's."""
    data_files: set[tuple[str, str, str]] = set()
    for key in store.keys(layout.RELEASED, f"*/*/{layout.MANIFEST}"):
        folder = layout.dataset_of(key)
        if folder != "reports":
            dataset = (store.get_json(layout.alias(folder)) or {"dataset": folder})["dataset"]
            files = store.read_json(key)["files"]
            data_files |= {
                (folder, file["name"], dataset) for file in files if file.get("role", DATA) == DATA
            }
    names = ("folder", "name", "dataset")
    return pa.table(
        {
            name: pa.array([entry[i] for entry in sorted(data_files)], pa.string())
            for i, name in enumerate(names)
        }
    )
