import json
import os
import pickle
import zlib
from pathlib import Path

from redis import Redis
from rq.serializers import JSONSerializer

from hub.queue.bell import JOB_OPTIONS
from hub.queue.jobs import DRAIN, QUARANTINE_PREFIX, WakeJob, WakeQueue
from tests.queue.workers import LANE, jobs, until


def call(function: object, instance: object = None, args: object = ("x",)) -> bytes:
    return zlib.compress(json.dumps([function, instance, args, {}]).encode())


def ours(**changed: object) -> dict[str, object]:
    """Return the hash of an honest job, with something added by a forger."""
    return {"data": call(DRAIN, None, [LANE.value]), "status": "queued", **changed}


class Exploit:
    def __init__(self, proof: Path) -> None:
        self.proof = str(proof)

    def __reduce__(self) -> tuple[object, tuple[str]]:
        return os.mkdir, (self.proof,)


def forgeries(proof: Path) -> dict[str, object]:
    shell, place = f"mkdir {proof}", str(proof)
    return {
        "os.system": {"data": call("os.system", None, [shell])},
        "os.mkdir": {"data": call("os.mkdir", None, [place])},
        "builtins.eval": {
            "data": call("builtins.eval", None, [f"__import__('os').mkdir({place!r})"])
        },
        "builtins.exec": {"data": call("builtins.exec", None, ["raise SystemExit"])},
        "subprocess": {"data": call("subprocess.check_call", None, [["mkdir", place]])},
        "plain text, not compressed": {
            "data": json.dumps(["os.mkdir", None, [place], {}])
        },
        "pickle": {"data": zlib.compress(pickle.dumps(Exploit(proof)))},
        "pickle of a call": {
            "data": pickle.dumps(("os.mkdir", None, (place,), {})),
        },
        "pickle not compressed": {"data": pickle.dumps(Exploit(proof))},
        "a dotted path of ours": {"data": call("hub.worker.run_worker")},
        "a path through drain": {"data": call("hub.worker.drain.__globals__")},
        "a path through os": {"data": call("hub.worker.os.mkdir", None, [place])},
        "an instance": {"data": call("drain", "hub.worker", [LANE.value])},
        "an instance by pickle": {"data": call(DRAIN, "gASV", [LANE.value])},
        "two arguments": {"data": call(DRAIN, None, [LANE.value, "x"])},
        "an unknown lane": {"data": call(DRAIN, None, ["../../etc"])},
        "a lane in a list": {"data": call(DRAIN, None, [[LANE.value]])},
        "an object for arguments": {"data": call(DRAIN, None, {"lane": "cart"})},
        "a success callback": ours(success_callback_name="os.abort"),
        "a failure callback": ours(failure_callback_name="os.abort"),
        "a stopped callback": ours(stopped_callback_name="os.abort"),
        "a web hook": ours(webhooks='[{"url": "http://127.0.0.1:9/"}]'),
        "retries": ours(retries_left="1000000", retry_intervals="[0]"),
        "repeats": ours(repeats_left="1000000", repeat_intervals="[0]"),
        "a dependency": ours(dependency_ids='["x"]'),
        "meta by pickle": ours(meta=pickle.dumps(Exploit(proof))),
        "a result by pickle": ours(result=pickle.dumps(Exploit(proof))),
        "an endless timeout": ours(timeout="-1"),
        "a timeout that is no number": ours(timeout="x"),
        "a broken date": ours(created_at="yesterday"),
        "an unknown status": ours(status="jolly"),
        "a group": ours(group_id="x"),
        "a rate limit": ours(rate_limit_key="x", rate_limit_concurrency="1"),
        "an exception handler": ours(exc_handler="os.abort"),
        "an inflated call": {"data": zlib.compress(b"[" * 5_000_000)},
        "a huge call": {"data": b"x" * 5_000_000},
        "deep nesting": {"data": zlib.compress(b"[" * 1000)},
        "no call": {"status": "queued"},
        "bytes that are no text": ours(description=b"\xff\xfe"),
        "a list instead of a job": [b"1"],
        "a string instead of a job": b"os.system",
    }


def plant(redis: Redis, job_id: str, content: object) -> None:
    key = f"rq:job:{job_id}"
    if isinstance(content, dict):
        redis.hset(key, mapping=content)
    elif isinstance(content, list):
        redis.rpush(key, *content)
    else:
        redis.set(key, content)  # type: ignore[arg-type]  # bytes, see forgeries
    redis.rpush(f"rq:queue:{LANE.queue}", job_id)


def test_t29_forged_jobs_are_set_aside_and_the_worker_lives_on(
    bell, redis, worker, tmp_path
):
    forged = forgeries(tmp_path / "proof")
    before = worker.count("drain")
    for number, content in enumerate(forged.values()):
        plant(redis, f"forged-{number}", content)
    for odd in (b"a:b", b"\xff\xfe", b"", b"../x", b"x" * 1000):
        redis.rpush(f"rq:queue:{LANE.queue}", odd)
    assert until(lambda: jobs(redis) == 0)
    expected = {f"{QUARANTINE_PREFIX}forged-{n}".encode() for n in range(len(forged))}
    assert until(lambda: expected <= set(redis.keys(f"{QUARANTINE_PREFIX}*")))
    bell.lower(LANE)
    bell.ring(LANE)
    assert until(lambda: worker.count("drain") == before + 1)
    assert worker.is_alive()
    assert not (tmp_path / "proof").exists()
    assert redis.llen(f"rq:queue:{LANE.queue}:intermediate") == 0


def test_t29_forged_entries_of_the_registries_do_not_end_a_starting_worker(
    bell, redis, start
):
    redis.rpush(f"rq:queue:{LANE.queue}:intermediate", b"\xff\xfe", b"x")
    redis.zadd(f"rq:wip:{LANE.queue}", {b"\xff:\xfe": 1, b"x:y": 1})
    worker = start()
    assert until(lambda: worker.count("done") == 1)
    bell.ring(LANE)
    assert until(lambda: worker.count("drain") == 2)


def test_an_honest_job_is_taken(redis):
    queue = WakeQueue(
        LANE.queue, connection=redis, job_class=WakeJob, serializer=JSONSerializer
    )
    queue.enqueue_call(DRAIN, args=(LANE.value,), **JOB_OPTIONS)
    found = WakeQueue.dequeue_any(
        [queue], None, redis, job_class=WakeJob, serializer=JSONSerializer
    )
    assert found is not None
    assert found[0].args == [LANE.value]
