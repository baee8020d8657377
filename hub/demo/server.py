"""The demo shop as a process, and as a thread for tests."""

import signal
import sys
import threading
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from types import FrameType, TracebackType
from typing import Any, Self

from hub import log
from hub.clock import Clock
from hub.contract.secret import Secret

from .application import create_shop
from .book import Book
from .sender import Sender

THREADS = 8

logger = log.get("demo")


@dataclass(frozen=True, slots=True, kw_only=True)
class DemoShopSettings:
    """What the shop is told about itself and about the hub."""

    data_dir: Path
    hook_url: str
    hook_secret: Secret
    callback_secret: Secret
    # The shop's tag at the hub; "" draws a sample of the shop's own.
    tag_url: str = ""


def run_demo_shop(
    settings: DemoShopSettings,
    *,
    host: str,
    port: int,
    clock: Clock,
    ready: Callable[[str], None] | None = None,
) -> None:
    """Serve the shop until SIGTERM; port 0 takes a free one, `ready` learns where."""
    server, sender, url = _open(settings, host=host, port=port, clock=clock)
    signal.signal(signal.SIGTERM, _leave)
    sender.start()
    try:
        logger.info("demo_shop_listens", host=host, port=server.effective_port)
        if ready:
            ready(url)
        server.run()
    except SystemExit:
        logger.info("demo_shop_stops")
    finally:
        server.task_dispatcher.shutdown()
        server.close()
        sender.stop()


class RunningDemoShop:
    """The shop in a thread of this process: `with RunningDemoShop(…) as shop`."""

    def __init__(
        self,
        settings: DemoShopSettings,
        *,
        clock: Clock,
        host: str = "127.0.0.1",
        port: int = 0,
    ) -> None:
        """Listen at once, so that `url` is known; serve from `__enter__` on."""
        self._server, self._sender, self.url = _open(
            settings, host=host, port=port, clock=clock
        )
        self._thread = threading.Thread(target=self._server.run, name="demo-shop")
        self._woken = threading.Event()

    def __enter__(self) -> Self:
        """Begin to serve and to send."""
        self._thread.start()
        self._sender.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Stop both and give the port back."""
        self._server.trigger.pull_trigger(self._close)
        self._woken.set()
        self._thread.join()
        self._server.task_dispatcher.shutdown()
        self._sender.stop()

    def _close(self) -> None:
        # Whoever wakes this thread writes to the pipe that is closed here; a request
        # that ends at that moment wakes it too.
        self._woken.wait(timeout=1)
        for channel in list(self._server.active_channels.values()):
            channel.close()
        self._server.close()


def _open(
    settings: DemoShopSettings, *, host: str, port: int, clock: Clock
) -> tuple[Any, Sender, str]:
    import waitress

    book = Book(settings.data_dir)
    sender = Sender(
        book, url=settings.hook_url, secret=settings.hook_secret, clock=clock
    )
    app = create_shop(
        book,
        sender,
        callback_secret=settings.callback_secret,
        host=host,
        clock=clock,
        tag_url=settings.tag_url,
    )
    server = waitress.create_server(
        app,
        host=host,
        port=port,
        threads=THREADS,
        ident=None,
        clear_untrusted_proxy_headers=True,
    )
    shown = f"[{host}]" if ":" in host else host
    return server, sender, f"http://{shown}:{server.effective_port}"


def _leave(_signal: int, _frame: FrameType | None) -> None:
    sys.exit(0)
