"""Starts a program that dies with the process that started it.

usage: leash.py USER SIGNAL PARENT PROGRAM ARGS...   (USER "-" keeps the user)

A separate program because a preexec_fn is not safe in a process with threads. The order
matters: changing the user clears the death signal.
"""

import ctypes
import os
import pwd
import sys

PR_SET_PDEATHSIG = 1


def main(user: str, death_signal: int, parent: int, command: list[str]) -> None:
    """Becomes the program, as the user, tied to the parent."""
    if user != "-":
        account = pwd.getpwnam(user)
        os.setgroups([])
        os.setgid(account.pw_gid)
        os.setuid(account.pw_uid)
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, death_signal)
        if os.getppid() != parent:
            sys.exit("The parent is gone already.")
    os.execv(command[0], command)


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), sys.argv[4:])
