"""A stand-in for `make run`: starts a tree of processes through the real guardian, says so, and waits.

Arguments: the working folder, the folder for process ids, a mode (`run` or `up`), and seconds until the
component ends by itself (0: never).
"""

from __future__ import annotations

import signal
import sys
import time
from importlib.metadata import version
from pathlib import Path
from types import FrameType

from praya_airflow.local import instance
from praya_airflow.local.addresses import Addresses
from praya_airflow.local.guardian import Component
from praya_airflow.local.places import Places
from praya_airflow.settings import read_settings


def main() -> None:
    home, pids, mode, life = Path(sys.argv[1]), sys.argv[2], sys.argv[3], sys.argv[4]
    command = [
        sys.executable,
        str(Path(__file__).with_name("tree.py")),
        pids,
        *([life] if life != "0" else []),
    ]
    instance.list_components = lambda *_: {"tree": Component(command)}
    instance.Instance.wait_healthy = lambda _: _until_grown(Path(pids))
    instance.GRACE = {"run": 0.5, "up": 0.5}
    place = Places(home=home, store=home / "store")
    place.make()
    place.database.write_text("not empty")
    place.migrated.write_text(version("apache-airflow"))
    signal.signal(signal.SIGTERM, _leave)
    try:
        with instance.start_airflow(place, mode, Addresses("127.0.0.1", 1, 2), read_settings({})) as airflow:
            if mode == "up":
                airflow.detach()
            print("ready", flush=True)
            while mode == "run":
                airflow.check()
                time.sleep(0.05)
    except instance.Problem as problem:
        print(problem, flush=True)
        sys.exit(problem.code)


def _until_grown(pids: Path) -> None:
    while len(list(pids.iterdir())) < 4:
        time.sleep(0.02)


def _leave(number: int, frame: FrameType | None) -> None:
    sys.exit(143)


if __name__ == "__main__":
    main()
