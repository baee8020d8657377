"""Ties a process to its parent, so that nothing outlives the hub.

Also a program, `leash.py SIGNAL PARENT PROGRAM ARGS…`: a preexec_fn would run between
fork and exec of a process that may have threads. It imports nothing of the hub.
"""

import ctypes
import os
import sys

_PR_SET_PDEATHSIG = 1


def die_with_parent(death_signal: int, *, parent: int) -> None:
    """Ask the kernel for a signal when the parent ends; leave when it has already.

    Other systems than Linux have no such leash; there a killed supervisor leaves
    children behind, which the next start meets as a held lock or a port in use.
    """
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, death_signal)
    if os.getppid() != parent:
        os._exit(1)


if __name__ == "__main__":
    die_with_parent(int(sys.argv[1]), parent=int(sys.argv[2]))
    os.execv(sys.argv[3], sys.argv[3:])  # noqa: S606 (the hub's own command line)
