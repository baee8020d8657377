"""The hub's serving processes and its Valkey, without workers: `ingest` starts it."""

import argparse
import sys

from hub.cli.processes import hub_children
from hub.parts import read_config
from hub.store import writer
from hub.supervisor import Supervisor
from hub.web.serve import listen


def main() -> None:
    """Serve until SIGTERM."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--servers", type=int, default=2)
    parser.add_argument("--rows-per-commit", type=int, default=0)
    chosen = parser.parse_args()
    if chosen.rows_per_commit:
        # The control of the measurement, not a setting of the product.
        writer.LARGEST_BATCH = chosen.rows_per_commit
    children = hub_children(
        read_config(), listen("127.0.0.1", chosen.port), servers=chosen.servers
    )
    kept = [c for c in children if not c.name.startswith(("work", "sweep"))]
    sys.exit(Supervisor(kept).run())


if __name__ == "__main__":
    main()
