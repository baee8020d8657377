"""What each process of a tree costs: CPU seconds, and its fair share of memory."""

import os
from dataclasses import dataclass
from pathlib import Path

_TICKS = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True, slots=True)
class Cost:
    """One process at one moment."""

    pid: int
    name: str
    cpu_seconds: float
    pss_mb: float


def tree(pid: int) -> list[Cost]:
    """Return the costs of a process and of everything below it."""
    parents: dict[int, list[int]] = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            stat = _stat(int(entry.name))
            if stat:
                parents.setdefault(int(stat[1]), []).append(int(entry.name))
    found, waiting = [], [pid]
    while waiting:
        one = waiting.pop()
        waiting += parents.get(one, [])
        cost = _cost(one)
        if cost is not None:
            found.append(cost)
    return found


def _stat(pid: int) -> list[str]:
    try:
        text = Path(f"/proc/{pid}/stat").read_text("utf-8")
    except OSError:
        return []
    return text.rpartition(")")[2].split()


def _cost(pid: int) -> Cost | None:
    stat = _stat(pid)
    if not stat:
        return None
    # With the children that ended: a drain lives twenty seconds.
    ticks = sum(int(stat[number]) for number in (11, 12, 13, 14))
    try:
        name = Path(f"/proc/{pid}/comm").read_text("utf-8").strip()
        rollup = Path(f"/proc/{pid}/smaps_rollup").read_text("utf-8")
    except OSError:
        return None
    kilobytes = next(
        (int(x.split()[1]) for x in rollup.splitlines() if x.startswith("Pss:")), 0
    )
    return Cost(pid, name, ticks / _TICKS, kilobytes / 1024)


def cpu_seconds(pid: int) -> float:
    """Return the CPU seconds of a process, of its children and of those that ended."""
    return sum(cost.cpu_seconds for cost in tree(pid))
