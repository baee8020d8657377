from tests.queue.workers import LANE, jobs, until


def test_a_job_that_expired_in_the_queue_keeps_no_ring_from_being_heard(
    bell, redis, start
):
    # What a hub that stopped long ago leaves behind: an id without its job.
    redis.rpush(f"rq:queue:{LANE.queue}", "0123-expired")
    worker = start()
    assert until(lambda: worker.count("done") == 1, seconds=20)


def test_a_ring_makes_a_job_of_its_own_beside_an_expired_one(bell, redis):
    redis.rpush(f"rq:queue:{LANE.queue}", "0123-expired")
    bell.ring_now(LANE)
    assert jobs(redis) == 2
