"""The source server gives what a department would, and misbehaves when told."""

from __future__ import annotations

import pytest
import requests

from made import SourceServer
from praya_hk.sources import FAULTS

BODY = b"id,name\r\n1,a\r\n"


@pytest.fixture
def server(source_server: SourceServer) -> SourceServer:
    (source_server.folder / "deep").mkdir()
    (source_server.folder / "deep" / "x.csv").write_bytes(BODY)
    return source_server


def get(server: SourceServer, path: str = "/deep/x.csv", **headers: str) -> requests.Response:
    return requests.get(server.url + path, headers=headers, timeout=10)


def test_a_file_is_served_whole_with_an_etag_that_is_honoured(server: SourceServer) -> None:
    answer = get(server)
    assert (answer.status_code, answer.content) == (200, BODY)
    assert answer.headers["content-type"].startswith("text/csv")
    again = get(server, **{"If-None-Match": answer.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")


@pytest.mark.parametrize("path", ["/none.csv", "/deep", "/", "/../conftest.py", "/%2e%2e/%2e%2e/etc/passwd"])
def test_what_is_not_in_the_folder_is_not_served(server: SourceServer, path: str) -> None:
    assert get(server, path).status_code == 404


@pytest.mark.parametrize(
    ("fault", "status"),
    [("500", 500), ("503", 503), ("404", 404), ("html", 200), ("empty", 200), ("renamed", 200)],
)
def test_a_fault_shows_at_its_path_alone_and_goes_when_it_is_lifted(
    server: SourceServer, fault: str, status: int
) -> None:
    (server.folder / "y.csv").write_bytes(BODY)
    server.faults["/deep/x.csv"] = fault
    answer = get(server)
    assert answer.status_code == status and answer.content != BODY
    assert get(server, "/y.csv").content == BODY
    server.faults.clear()
    assert get(server).content == BODY


def test_a_truncated_body_promises_more_than_it_gives(server: SourceServer) -> None:
    server.faults["/deep/x.csv"] = "truncated"
    with pytest.raises(requests.exceptions.ChunkedEncodingError):
        get(server)


def test_a_renamed_column_leaves_the_rest(server: SourceServer) -> None:
    server.faults["/deep/x.csv"] = "renamed"
    assert get(server).content == b"id (new),name\r\n1,a\r\n"


def test_silence_is_silence(server: SourceServer) -> None:
    server.faults["/deep/x.csv"] = "silent"
    with pytest.raises(requests.exceptions.ReadTimeout):
        requests.get(server.url + "/deep/x.csv", timeout=(5, 0.1))
    assert "silent" in FAULTS
