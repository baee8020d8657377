"""Two real processes that look at a cart at once make one look."""

import subprocess
import sys
import time

import pytest

from tests.asked_cart.double import AskedCart
from tests.flow.specimens import order
from tests.house import House

LOOKING = """
import sys
from pathlib import Path
from hub.config import Config
from hub.flow.reconcile import look_at_one
from hub.parts import assemble
from tests.asked_cart.connector import that_asks

folder, database, redis, key, port = sys.argv[1:]
config = Config(
    data_dir=Path(folder),
    database_url=database,
    redis_url=redis,
    provider_url="http://127.0.0.1:1/api/",
    key_file=Path(key) if key else None,
)
parts = that_asks(assemble(config), int(port))
print("ready", flush=True)
sys.stdin.readline()
print(look_at_one(parts), flush=True)
"""


def looking(shop: House, cart: AskedCart) -> subprocess.Popen[str]:
    config = shop.parts.config
    arguments = [
        str(config.data_dir),
        config.database_url,
        config.redis_url,
        str(config.key_file or ""),
        str(cart.port),
    ]
    return subprocess.Popen(
        [sys.executable, "-c", LOOKING, *arguments],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )


@pytest.mark.slow
def test_two_processes_at_once_make_one_look(
    cart_and_house: tuple[AskedCart, House],
) -> None:
    cart, shop = cart_and_house
    cart.changes = [order()]
    cart.may_answer.clear()
    both = [looking(shop, cart) for _ in range(2)]
    try:
        for one in both:
            assert one.stdout is not None
            assert one.stdin is not None
            assert one.stdout.readline() == "ready\n"
        for one in both:
            assert one.stdin is not None
            one.stdin.write("go\n")
            one.stdin.flush()
        assert cart.was_asked.wait(60)
        # Whoever came second has ended while the cart still keeps the first.
        end = time.monotonic() + 60
        while all(one.poll() is None for one in both) and time.monotonic() < end:
            time.sleep(0.05)
        cart.may_answer.set()
        said = [one.communicate(timeout=30)[0].split()[-1] for one in both]
    finally:
        cart.may_answer.set()
        for one in both:
            one.kill()
            one.wait()
    assert sorted(said) == ["False", "True"]
    assert cart.looks == [0]
    assert len(shop.deliveries()) == 1
