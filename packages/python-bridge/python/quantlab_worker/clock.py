"""One time line with the lab's own process."""

import sys
import time

# What Node reads: CLOCK_MONOTONIC on Linux; on macOS the clock that also counts sleep, which Python calls RAW.
_CLOCK = time.CLOCK_MONOTONIC_RAW if sys.platform == "darwin" else time.CLOCK_MONOTONIC


def now_ms() -> float:
    """Milliseconds on the machine's monotonic clock; one step of it is far below a microsecond."""
    return time.clock_gettime_ns(_CLOCK) / 1e6
