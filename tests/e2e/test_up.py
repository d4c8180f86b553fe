"""`make up` stays up, shows reports and the catalogue to who is logged in and to nobody else; `make down` ends it."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest
import requests

from e2e.conftest import ROOT, Bench, bench_in
from praya_airflow.local.settings import free_port

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(600)]


def command(bench: Bench, name: str) -> str:
    done = subprocess.run(
        [sys.executable, "-m", "praya_airflow.local", name],
        env=bench.environment,
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_up_shows_reports_to_who_is_logged_in_and_down_ends_it(tmp_path: Path) -> None:
    port = free_port("127.0.0.1")
    bench = bench_in(tmp_path, PRAYA_PORT=str(port))
    said = command(bench, "up")
    try:
        base = f"http://127.0.0.1:{port}"
        assert base in said and "login: viewer" in said
        status, printed = bench.run()
        assert status == 0, printed
        assert "working with the Airflow that make up started" in printed

        for page in ("reports/head-135-provision", "reports/synthetic-1823", "released/index.html"):
            assert requests.get(f"{base}/praya/{page}", timeout=30).status_code == 401
        passwords = json.loads((tmp_path / "var" / "airflow" / "passwords.json").read_text())
        login = {"username": "viewer", "password": passwords["viewer"]}
        token = requests.post(f"{base}/auth/token", json=login, timeout=30).json()["access_token"]
        reader = requests.Session()
        reader.headers["Authorization"] = f"Bearer {token}"

        report = reader.get(f"{base}/praya/reports/head-135-provision", timeout=30)
        assert report.status_code == 200 and "總目135" in report.text
        assert "default-src 'none'" in report.headers["content-security-policy"]
        months = reader.get(f"{base}/praya/reports/synthetic-1823", timeout=30)
        links = re.findall(r'href="([^"]+)"', months.text)
        assert "/praya/reports/synthetic-1823/1823-calls/2023-01" in links
        of_month = reader.get(base + links[0], timeout=30)
        assert of_month.status_code == 200 and "Synthetic data" in of_month.text
        catalogue = reader.get(f"{base}/praya/released/catalogue.json", timeout=30).json()
        assert len(catalogue["datasets"]) == len(bench.latest())
        assert "nothing has been validated" in reader.get(f"{base}/praya/reports/no-such", timeout=30).text
        for beyond in (
            "released/../raw",
            "released/%2e%2e/ledger/ledger.jsonl",
            "released/..%2fledger%2fledger.jsonl",
        ):
            assert reader.get(f"{base}/praya/{beyond}", timeout=30).status_code == 404
        assert (tmp_path / "var" / "store" / "ledger" / "ledger.jsonl").is_file()
    finally:
        command(bench, "down")
    assert bench.left_over() == []
