"""The sandbox beside a test: in a thread of its own, on free ports."""

import threading
from pathlib import Path
from types import TracebackType
from typing import Self

from hub.clock import Clock
from hub.sandbox.company import Company
from hub.sandbox.rules import Rules
from hub.sandbox.server import SandboxServer


class RunningSandbox:
    """A sandbox that serves on loopback from start to stop."""

    def __init__(
        self, data_dir: Path, *, clock: Clock | None = None, rules: Rules | None = None
    ) -> None:
        """Bind two free ports; nothing is answered before `start`."""
        self._server = SandboxServer(
            host="127.0.0.1",
            port=0,
            control_host="127.0.0.1",
            control_port=0,
            data_dir=data_dir,
            clock=clock or Clock(),
            rules=rules,
        )
        self._thread = threading.Thread(target=self._server.run, daemon=True)

    @property
    def wire_url(self) -> str:
        """Return the address of the wire port, without /api."""
        return self._server.addresses.wire_url

    @property
    def control_url(self) -> str:
        """Return the address of the control port."""
        return self._server.addresses.control_url

    @property
    def company(self) -> Company:
        """Return the company itself, for tests that look inside."""
        return self._server.company

    def start(self) -> Self:
        """Serve."""
        self._thread.start()
        return self

    def stop(self) -> None:
        """Stop serving and close the ledger."""
        self._server.stop()
        self._thread.join(timeout=10)

    def __enter__(self) -> Self:
        """Serve for the length of a block."""
        return self.start()

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Stop at the end of the block."""
        self.stop()
