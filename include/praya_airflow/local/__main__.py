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
from praya_airflow.local.places import places


class Told(BaseException):
    """A signal asked this process to end; `code` is the exit code that says so."""

    def __init__(self, number: int) -> None:
        self.code = 128 + number


def main() -> int:
    """Runs the command; errors are sentences on standard error."""
    parser = argparse.ArgumentParser(prog="python -m praya_airflow.local", description=__doc__)
    parser.add_argument("command", choices=["run", "up", "down", "airflow"])
    parser.add_argument("arguments", nargs=argparse.REMAINDER, help="of `airflow`")
    asked = parser.parse_args()
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, _told)
    if "MAKELEVEL" in os.environ:
        processes.die_with_parent()  # make killed with SIGKILL tells nobody
    try:
        return _command(asked.command, asked.arguments)
    except Problem as problem:
        print(clean(str(problem)), file=sys.stderr)
        return problem.code
    except PrayaError as error:
        print(error, file=sys.stderr)
        return 1
    except Exception as error:
        print(clean(describe_crash(error)), file=sys.stderr)
        return 1
    except Told as told:
        print("stopped", file=sys.stderr)
        return told.code


def _command(name: str, arguments: list[str]) -> int:
    # Here, so that an early Ctrl-C finds the handlers in place.
    from praya_airflow.local import command, run, up

    place = places()
    os.environ["AIRFLOW_HOME"] = str(place.airflow)  # the DAG factory imports Airflow in this process too
    if name == "airflow":
        return command.airflow(place, arguments)
    commands = {"run": run.run, "up": up.up, "down": up.down}
    return commands[name](place)


def _told(number: int, _frame: FrameType | None) -> None:
    for other in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(other, signal.SIG_IGN)  # stopping is under way and must not be cut short
    if number == signal.SIGINT:
        print("\nStopping what was started; this takes a few seconds.", file=sys.stderr)
    raise Told(number)


if __name__ == "__main__":
    sys.exit(main())
