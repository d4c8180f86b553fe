"""Whatever ends the runner, nothing that it started is left, however well it hides."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from functools import partial
from pathlib import Path

import msgspec
import psutil
import pytest

from praya_airflow.local import up
from praya_airflow.local.addresses import Addresses
from praya_airflow.local.guardian import Component, Plan
from praya_airflow.local.instance import Problem
from praya_airflow.local.places import Places
from praya_airflow.local.processes import GONE
from praya_airflow.local.running import LOCK, RUNNING, find_running, hold_lock, write_running
from waiting import wait_until

pytestmark = pytest.mark.slow

ENV = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2] / "include")}
Start = Callable[..., subprocess.Popen[str]]


@pytest.fixture
def place(tmp_path: Path) -> Places:
    return Places(home=tmp_path / "var", store=tmp_path / "var" / "store")


@pytest.fixture
def pids(tmp_path: Path) -> Path:
    folder = tmp_path / "pids"
    folder.mkdir()
    return folder


@pytest.fixture
def start(place: Places, pids: Path) -> Iterator[Start]:
    """Starts tests/praya_airflow/runner.py; afterwards kills what a failing test left."""
    started: list[subprocess.Popen[str]] = []

    def begin(mode: str = "run", life: str = "0", waits: bool = True) -> subprocess.Popen[str]:
        script = Path(__file__).with_name("runner.py")
        command = [sys.executable, str(script), str(place.home), str(pids), mode, life]
        # A shell that runs the tests in the background has them ignore Ctrl-C, and they would hand that on.
        process = subprocess.Popen(
            command,
            stdout=subprocess.PIPE,
            text=True,
            env=ENV,
            preexec_fn=partial(signal.signal, signal.SIGINT, signal.SIG_DFL),
        )
        started.append(process)
        if waits:
            assert process.stdout
            assert process.stdout.readline() == "ready\n"
        return process

    yield begin
    for process in started:
        process.kill()
        process.communicate()
    for left in living(pids):
        with suppress(*GONE):
            left.kill()


def living(pids: Path) -> list[psutil.Process]:
    """The processes of the tree that still live (one may have left two files)."""
    found = []
    for path in pids.iterdir():
        try:
            process = psutil.Process(int(path.name.partition("-")[2]))
            if process.status() != psutil.STATUS_ZOMBIE:
                found.append(process)
        except GONE:
            pass
    return found


def gone(pids: Path, place: Places, within: float = 8.0) -> bool:
    deadline = time.monotonic() + within
    while time.monotonic() < deadline:
        if not living(pids) and not find_running(place.state):
            return True
        time.sleep(0.05)
    return False


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM, signal.SIGINT])
def test_nothing_is_left_when_the_runner_is_signalled(
    start: Start, place: Places, pids: Path, number: signal.Signals
) -> None:
    runner = start()
    assert len(living(pids)) >= 3
    runner.send_signal(number)
    runner.wait(60)
    assert gone(pids, place)


def test_a_runner_that_was_asked_to_end_leaves_only_after_everything_else(start: Start, pids: Path) -> None:
    runner = start()
    runner.terminate()
    assert runner.wait(60) == 143
    assert not living(pids)


def test_the_runner_cleans_up_after_a_guardian_that_was_killed(
    start: Start, place: Places, pids: Path
) -> None:
    runner = start()
    found = find_running(place.state)
    assert found
    os.kill(found.pid, signal.SIGKILL)
    assert runner.wait(60) == 1
    assert not living(pids)


def test_the_death_of_a_component_is_told_with_the_end_of_its_log(
    start: Start, place: Places, pids: Path
) -> None:
    runner = start(life="0.5")
    output, _ = runner.communicate(timeout=60)
    assert runner.returncode == 1
    assert "tree ended with exit code 7" in output
    assert "the component says why" in output
    assert str(place.logs / "tree.log") in output
    assert gone(pids, place)


def test_up_outlives_its_runner_until_down(
    start: Start, place: Places, pids: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    runner = start("up")
    assert runner.wait(60) == 0
    assert len(living(pids)) >= 3
    running = find_running(place.state)
    assert running
    assert running.mode == "up"
    assert up.stop(place) == 0
    assert not living(pids)
    assert up.stop(place) == 0
    assert "Nothing is running" in capsys.readouterr().out


def test_down_does_not_end_a_make_run(start: Start, place: Places, pids: Path) -> None:
    start()
    with pytest.raises(Problem, match="make run"):
        up.stop(place)
    assert len(living(pids)) >= 3


def test_a_second_one_on_the_same_folder_is_told_so(start: Start) -> None:
    start()
    second = start(waits=False)
    output, _ = second.communicate(timeout=60)
    assert second.returncode == 2
    assert "Another Airflow" in output


def test_the_lock_outlives_a_killed_runner_and_ends_with_the_guardian(
    start: Start, place: Places, pids: Path
) -> None:
    runner = start()
    runner.kill()
    with hold_lock(place.state / LOCK) as held:
        assert held is None
    assert gone(pids, place)
    with hold_lock(place.state / LOCK) as held:
        assert held is not None


def test_what_a_killed_guardian_has_left_is_not_taken_for_one_that_lives(tmp_path: Path) -> None:
    """Another process may have its id by now."""
    write_running(tmp_path, "up", Addresses("127.0.0.1", 1, 2))
    assert (tmp_path / RUNNING).exists() and find_running(tmp_path) is None
    with hold_lock(tmp_path / LOCK) as held:
        assert held is not None
        found = find_running(tmp_path)
    assert found and found.pid == os.getpid() and found.addresses.url == "http://127.0.0.1:1"


def test_who_asks_what_runs_does_not_keep_an_airflow_from_starting(tmp_path: Path) -> None:
    with hold_lock(tmp_path / LOCK) as asking:
        assert asking is not None
        with hold_lock(tmp_path / LOCK) as refused:
            assert refused is None
        threading.Timer(0.2, os.close, [os.dup(asking)]).start()
    with hold_lock(tmp_path / LOCK, patience=20) as held:
        assert held is not None


API = "import os, pathlib, sys, time; pathlib.Path(sys.argv[1], 'api').write_text(str(os.getpid())); time.sleep(600)"
SCHEDULER = """
import os, pathlib, signal, sys, time
folder = pathlib.Path(sys.argv[1])
def leave(number, frame):
    time.sleep(0.5)  # its tasks end, and say so to the API
    os.kill(int((folder / "api").read_text()), 0)
    (folder / "told").touch()
    sys.exit(0)
signal.signal(signal.SIGTERM, leave)
while not (folder / "api").exists() or not (folder / "api").read_text():
    time.sleep(0.01)
(folder / "ready").touch()
time.sleep(600)
"""


def guarded(place: Places, pids: Path, scheduler: str, grace: float) -> subprocess.Popen[bytes]:
    """A guardian with a scheduler and an API that are stand-ins, once both are there."""
    place.make()
    commands = {"api-server": API, "scheduler": scheduler}
    components = {name: Component([sys.executable, "-c", text, str(pids)]) for name, text in commands.items()}
    where = (str(place.state), str(place.logs))
    plan = Plan("up", Addresses("127.0.0.1", 1, 2), *where, components, grace=grace)
    process = subprocess.Popen(
        [sys.executable, "-m", "praya_airflow.local.guardian", msgspec.json.encode(plan)],
        stdin=subprocess.PIPE,
        env=ENV,
    )
    wait_until(lambda: (pids / "ready").exists())
    return process


def test_the_scheduler_leaves_first_while_the_api_still_takes_what_its_tasks_say(
    place: Places, pids: Path
) -> None:
    process = guarded(place, pids, SCHEDULER, grace=60)
    process.terminate()
    assert process.wait(60) == 0
    assert (pids / "told").exists()
    assert not psutil.pid_exists(int((pids / "api").read_text()))


def test_a_scheduler_whose_tasks_go_on_is_ended_after_the_grace(place: Places, pids: Path) -> None:
    deaf = SCHEDULER.replace(
        "signal.signal(signal.SIGTERM, leave)", "signal.signal(signal.SIGTERM, signal.SIG_IGN)"
    )
    process = guarded(place, pids, deaf, grace=0.7)
    process.terminate()
    assert process.wait(60) == 0
    assert not (pids / "told").exists()


def test_nothing_outlives_a_guardian_that_was_killed(place: Places, pids: Path) -> None:
    """Without a runner, as after `make up`: the next Airflow must not meet what the last one left."""
    process = guarded(place, pids, SCHEDULER, grace=60)
    api = psutil.Process(int((pids / "api").read_text()))
    process.kill()
    process.wait()
    wait_until(lambda: not api.is_running() or api.status() == psutil.STATUS_ZOMBIE)
    assert not (pids / "told").exists()
