"""Doing what the lanes do, once and in this thread."""

from hub.flow.absorb import absorb
from hub.flow.inquire import inquire
from hub.flow.perform import perform
from hub.flow.push import push
from hub.parts import Parts
from hub.store import inbox, inquiries, leases, operations


def work_off(parts: Parts) -> None:
    """Absorb, perform, inquire and push until nothing is due."""
    while any([_absorb(parts), _perform(parts), _inquire(parts), _push(parts)]):
        pass


def _absorb(parts: Parts) -> bool:
    now = parts.clock.now()
    merchants = parts.store.across.read(
        lambda across: inbox.waiting_merchants(across, after="", now=now)
    )
    found = False
    for merchant in merchants:
        for row in parts.store.of(merchant).write(
            lambda scope: inbox.claim(scope, limit=10, now=now)
        ):
            absorb(parts, row)
            found = True
    return found


def _claimed(
    parts: Parts, target: operations.Target
) -> list[operations.StoredOperation]:
    now = parts.clock.now()
    merchants = parts.store.across.read(
        lambda across: leases.waiting_merchants(across, target, after="", now=now)
    )
    return [
        row
        for merchant in merchants
        for row in parts.store.of(merchant).write(
            lambda scope: leases.claim(scope, target, limit=10, now=now)
        )
    ]


def _perform(parts: Parts) -> bool:
    rows = _claimed(parts, "provider")
    for row in rows:
        perform(parts, row)
    return bool(rows)


def _push(parts: Parts) -> bool:
    rows = _claimed(parts, "cart")
    for row in rows:
        push(parts, row)
    return bool(rows)


def _inquire(parts: Parts) -> bool:
    now, business_now = parts.clock.now(), parts.clock.business_now()
    rows = parts.store.across.write(
        lambda across: inquiries.claim(
            across, limit=10, now=now, business_now=business_now
        )
    )
    for row in rows:
        inquire(parts, row)
    return bool(rows)
