"""The commands behind the Makefile: `python -m praya_airflow.local run`, `up`, `down` and `airflow …`."""

from __future__ import annotations

import argparse
import os
import signal
import sys
from types import FrameType

from praya.errors import PrayaError
from praya.text.outside import clean, describe_crash
from praya_airflow.local import processes
from praya_airflow.local.instance import Problem
from praya_airflow.local.places import read_places
from praya_airflow.settings import Settings, read_settings

SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class Stopped(BaseException):
    """A signal asked this process to end; `code` is the exit code that says so."""

    def __init__(self, number: int) -> None:
        self.code = 128 + number


def main() -> int:
    """Runs the command; errors are sentences on standard error."""
    parser = argparse.ArgumentParser(prog="python -m praya_airflow.local", description=__doc__)
    parser.add_argument("command", choices=["run", "up", "down", "airflow"])
    parser.add_argument("arguments", nargs=argparse.REMAINDER, help="of `airflow`")
    asked = parser.parse_args()
    for number in SIGNALS:
        signal.signal(number, _stop)
    settings = read_settings()
    if settings.is_started_by_make:
        processes.die_with_parent()  # make that is killed with SIGKILL sends no signal
    try:
        return _run_command(asked.command, asked.arguments, settings)
    except Problem as problem:
        print(clean(str(problem)), file=sys.stderr)
        return problem.code
    except PrayaError as error:
        print(error, file=sys.stderr)
        return 1
    except Exception as error:
        print(clean(describe_crash(error)), file=sys.stderr)
        return 1
    except Stopped as stopped:
        print("stopped", file=sys.stderr)
        return stopped.code


def _run_command(name: str, arguments: list[str], settings: Settings) -> int:
    # Here, so that an early Ctrl-C finds the handlers in place.
    from praya_airflow.local import airflow_command, run, up

    place = read_places()
    os.environ["AIRFLOW_HOME"] = str(place.airflow)  # the DAG factory imports Airflow in this process too
    if name == "airflow":
        return airflow_command.run_airflow(place, settings, arguments)
    if name == "down":
        return up.stop(place)
    return run.run_once(place, settings) if name == "run" else up.start(place, settings)


def _stop(number: int, _frame: FrameType | None) -> None:
    for other in SIGNALS:
        signal.signal(other, signal.SIG_IGN)  # stopping is under way and must not be cut short
    if number == signal.SIGINT:
        print("\nStopping what was started; this takes a few seconds.", file=sys.stderr)
    raise Stopped(number)


if __name__ == "__main__":
    sys.exit(main())
