"""A component for the guardian to own: grandchildren in sessions of their own that ignore polite signals.

Arguments: a folder to leave process ids in, and perhaps the seconds after which the component ends by itself.
"""

from __future__ import annotations

import os
import signal
import sys
import time
from pathlib import Path

POLITE = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)


def main() -> None:
    folder = Path(sys.argv[1])
    for generation in ("child", "grandchild"):
        if os.fork():
            break
        os.setsid()
        for number in POLITE:
            signal.signal(number, signal.SIG_IGN)
        (folder / f"{generation}-{os.getpid()}").touch()
    else:
        time.sleep(600)
    (folder / f"member-{os.getpid()}").touch()
    if os.getsid(0) == os.getpid() and len(sys.argv) > 2:
        time.sleep(float(sys.argv[2]))
        print("the component says why", flush=True)
        sys.exit(7)
    time.sleep(600)


if __name__ == "__main__":
    main()
