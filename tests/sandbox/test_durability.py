import json
import os
import signal
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from hub.clock import Clock
from hub.sandbox.testing import RunningSandbox

PROGRAM = """
import json, sys
from pathlib import Path
from hub.clock import Clock
from hub.sandbox.server import run_sandbox

def ready(addresses):
    print(json.dumps([addresses.wire_url, addresses.control_url]), flush=True)

run_sandbox(host="127.0.0.1", port=0, control_host="127.0.0.1", control_port=0,
            data_dir=Path(sys.argv[1]), clock=Clock(), ready=ready)
"""


def start(folder):
    process = subprocess.Popen(
        [sys.executable, "-c", PROGRAM, str(folder)],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        cwd=Path(__file__).parents[2],
        text=True,
    )
    assert process.stdout
    for line in process.stdout:
        if line.startswith("["):
            return process, *json.loads(line)
    raise AssertionError("The sandbox did not start.")


def end(process, number):
    process.send_signal(number)
    code = process.wait(timeout=60)
    process.stdout.close()
    return code


@pytest.fixture
def folder(tmp_path):
    return tmp_path / "data"


def test_what_was_answered_survives_kill_9(folder, shop):
    process, shop.wire_url, shop.control_url = start(folder)
    shop.register()
    shop.control("/clock", {"business_days": 1})
    before = shop.control("/clock")[1]["offset_seconds"]
    assert end(process, signal.SIGKILL) == -signal.SIGKILL
    process, shop.wire_url, shop.control_url = start(folder)
    found = shop.ledger()
    after = shop.control("/clock")[1]["offset_seconds"]
    end(process, signal.SIGTERM)
    assert [t["transaction_id"] for t in found["transactions"]] == ["X0000000001"]
    assert after == before


def test_sigterm_ends_it_cleanly(folder):
    process, *_ = start(folder)
    assert end(process, signal.SIGTERM) == 0


def test_a_taken_port_is_said_in_a_sentence(folder):
    from socket import create_server

    from hub.sandbox.server import run_sandbox

    with create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(SystemExit, match=f":{port} cannot be used .* with --port"):
            run_sandbox(
                host="127.0.0.1",
                port=port,
                control_host="127.0.0.1",
                control_port=0,
                data_dir=folder,
                clock=Clock(),
            )


def test_merchants_and_rules_survive_a_restart(folder, shop):
    with RunningSandbox(folder, clock=Clock()) as running:
        shop.control_url = running.control_url
        other = {"shop_code": "atd000000002", "link_id": "original00"}
        shop.control("/merchants", {**other, "link_password": "Example02"})
        shop.control("/rules", {"limit_yen": 100})
    with RunningSandbox(folder, clock=Clock()) as running:
        pass
    assert [m.shop_code for m in running.company.merchants()] == [
        "atd000000001",
        "atd000000002",
    ]
    assert running.company.rules.limit_yen == 100


def test_many_at_once_are_all_kept_in_order(shop):
    orders = [f"M-{number}" for number in range(60)]
    with ThreadPoolExecutor(12) as pool:
        answers = list(pool.map(lambda o: shop.register(shopOrderId=o), orders))
    assert all(answer.text("result") == "OK" for answer in answers)
    found = shop.ledger()
    assert sorted(t["shop_order_id"] for t in found["transactions"]) == sorted(orders)
    assert [r["no"] for r in found["requests"]] == list(range(1, 61))


def test_both_ports_answer_while_the_other_is_busy(shop):
    shop.register()
    seen = ("/ledger/summary", "/applications", "/transactions/last", "/desk")

    def turn(number):
        if number % 2:
            return shop.register(shopOrderId=f"M-{number}").status
        return shop.control(seen[number // 2 % len(seen)])[0]

    with ThreadPoolExecutor(24) as pool:
        assert set(pool.map(turn, range(400))) == {200}


def test_one_failing_piece_of_work_does_not_spoil_the_others(sandbox):
    book = sandbox.company.ledger

    def work(number):
        def save():
            book.save_setting(f"n{number}", number)
            if number == 7:
                raise KeyError(number)

        try:
            book.write(save)
        except KeyError:
            return False
        return True

    with ThreadPoolExecutor(16) as pool:
        done = list(pool.map(work, range(16)))
    kept = [book.write(lambda n=n: book.setting(f"n{n}")) for n in range(16)]
    assert done == [number != 7 for number in range(16)]
    assert kept == [None if number == 7 else number for number in range(16)]


def test_it_listens_within_a_second_and_a_half_of_processor_time(folder):
    process, *_ = start(folder)
    ticks = Path(f"/proc/{process.pid}/stat").read_text().split()[13:15]
    end(process, signal.SIGTERM)
    assert sum(map(int, ticks)) / os.sysconf("SC_CLK_TCK") < 1.5


def test_a_book_of_an_earlier_sandbox_lets_its_merchants_call(folder, shop):
    import sqlite3

    folder.mkdir()
    earlier = sqlite3.connect(folder / "sandbox.sqlite")
    earlier.execute(
        "CREATE TABLE merchant (shop_code TEXT PRIMARY KEY, link_id TEXT NOT NULL,"
        " link_password TEXT NOT NULL, name TEXT NOT NULL) WITHOUT ROWID"
    )
    earlier.execute(
        "INSERT INTO merchant VALUES"
        " ('atd000000001', 'original00', 'Example01', '見本加盟店')"
    )
    earlier.commit()
    earlier.close()
    with RunningSandbox(folder, clock=Clock()) as running:
        shop.wire_url = running.wire_url
        assert shop.register().text("result") == "OK"
