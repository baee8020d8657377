import os
import socket
import stat
import subprocess
import sys
from pathlib import Path

from redis import Redis

from hub.queue import Bell, embedded_valkey, valkey_url
from tests.queue.workers import LANE, jobs, until


def test_the_socket_is_short_and_for_this_user_only(url):
    path = Path(url.removeprefix("unix://"))
    assert len(os.fsencode(path)) < 104
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700


def test_the_embedded_valkey_listens_to_no_port_and_keeps_its_log(redis):
    settings = redis.config_get("*")
    assert (settings["port"], settings["appendonly"]) == ("0", "yes")
    assert settings["maxmemory-policy"] == "noeviction"
    assert settings["appendfsync"] == "everysec"


def test_a_second_starter_uses_the_valkey_of_the_first(tmp_path):
    with embedded_valkey(tmp_path) as first, embedded_valkey(tmp_path) as second:
        assert first == second
        with Redis.from_url(second) as redis:
            assert redis.info()["connected_clients"] >= 1


def test_a_deep_data_folder_still_gets_a_socket(tmp_path):
    deep = tmp_path.joinpath(*["a-rather-long-folder-name"] * 8)
    with embedded_valkey(deep) as url, Redis.from_url(url) as redis:
        assert redis.ping()


def test_what_was_rung_outlives_the_valkey(tmp_path):
    with embedded_valkey(tmp_path) as url:
        Bell(url).ring_now(LANE)
    with embedded_valkey(tmp_path) as url, Redis.from_url(url) as redis:
        assert jobs(redis) == 1


def test_a_killed_starter_takes_its_valkey_along(tmp_path):
    program = (
        "import sys, time; from pathlib import Path; from hub.queue import *\n"
        "with embedded_valkey(Path(sys.argv[1])):\n"
        "    print('up', flush=True); time.sleep(60)"
    )
    command = [sys.executable, "-c", program, str(tmp_path)]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as starter:
        assert starter.stdout is not None
        starter.stdout.readline()
        starter.kill()
    socket_path = valkey_url(tmp_path).removeprefix("unix://")

    def is_gone() -> bool:
        try:
            with socket.socket(socket.AF_UNIX) as wire:
                wire.connect(socket_path)
        except OSError:
            return True
        return False

    assert until(is_gone)
