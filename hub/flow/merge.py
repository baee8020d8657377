"""Orders that become one, and one that becomes two: told one after the other.

The order that takes the goods is told first, and the others end only once the provider
holds it as it is wanted; a part that was split off is registered only once the rest is
told. Who waits says so in what is wanted of it, so that a crash changes nothing.
"""

from dataclasses import replace

from hub.contract.events import CancelCause, OrderCancelled, version_of
from hub.contract.order import Contact, LineItem, Order, OrderKind
from hub.domain.known import State
from hub.domain.revision import Revision, lines_digest
from hub.domain.wanted import Wanted, fold
from hub.flow.cases import Case, load, new_transaction
from hub.flow.deeds import (
    Deed,
    InterventionError,
    carry_out,
    case_of_order,
    need_reason,
    note,
)
from hub.flow.settle import settle
from hub.flow.tools import Parts
from hub.queue import Lane
from hub.store import orders, transactions
from hub.store.store import Scope

UNFIT = "HUB-MERGE-101"


def merge_orders(
    parts: Parts,
    merchant_id: str,
    order_id: str,
    *,
    other_number: str,
    reason: str,
    user_id: str,
) -> None:
    """Let an order take the goods of another of its shop, buyer and address."""
    need_reason(reason)

    def work(scope: Scope) -> set[Lane]:
        taking = case_of_order(scope, order_id)
        other = orders.find(scope, taking.shop.id, other_number.strip())
        if other is None or other.id == order_id:
            raise InterventionError("no such other order", code=UNFIT)
        giving = case_of_order(scope, other.id)
        lines = _merged_lines(taking, giving)
        note(scope, parts, taking, "merged", user_id=user_id)
        note(scope, parts, giving, "merged_into", user_id=user_id)
        given = replace(giving.wanted, merged_into=order_id)
        taken = replace(
            _revised(taking, lines), merges=(*taking.wanted.merges, other.id)
        )
        return _save(scope, parts, giving, given) | _save(scope, parts, taking, taken)

    deed = Deed(
        user_id=user_id,
        action="merge",
        subject=order_id,
        detail={"other": other_number.strip(), "reason": reason},
    )
    carry_out(parts, merchant_id, deed, work)


def undo_merge(parts: Parts, merchant_id: str, order_id: str, *, user_id: str) -> None:
    """Let every order have its own goods again, while none of them has ended."""

    def work(scope: Scope) -> set[Lane]:
        taking = case_of_order(scope, order_id)
        givers = [case_of_order(scope, other) for other in taking.wanted.merges]
        if not givers or any(one.wanted.is_cancelled for one in givers):
            raise InterventionError("nothing can be undone", code=UNFIT)
        note(scope, parts, taking, "unmerged", user_id=user_id)
        lanes: set[Lane] = set()
        for giving in givers:
            alone = replace(giving.wanted, merged_into="")
            lanes |= _save(scope, parts, giving, alone)
        own = replace(taking.wanted, merges=(), revision=None)
        return lanes | _save(scope, parts, taking, own)

    deed = Deed(user_id=user_id, action="undo_merge", subject=order_id, detail={})
    carry_out(parts, merchant_id, deed, work)


def split_order(
    parts: Parts,
    merchant_id: str,
    order_id: str,
    *,
    lines: frozenset[int],
    user_id: str,
) -> str:
    """Let some lines become an order of their own; returns its number.

    The amount of the first is lowered before the second is registered, so that the
    buyer's limit is never asked for both.
    """
    made: list[str] = []

    def work(scope: Scope) -> set[Lane]:
        case = case_of_order(scope, order_id)
        told = _open_order(case)
        kept = tuple(x for no, x in enumerate(told.lines) if no not in lines)
        gone = tuple(x for no, x in enumerate(told.lines) if no in lines)
        if not kept or not gone:
            raise InterventionError("a part is empty", code=UNFIT)
        note(scope, parts, case, "split", user_id=user_id)
        number = _free_number(scope, case)
        made.append(number)
        return _save(scope, parts, case, _revised(case, kept)) | _part(
            scope, parts, case, told, number=number, lines=gone
        )

    deed = Deed(user_id=user_id, action="split", subject=order_id, detail={})
    carry_out(parts, merchant_id, deed, work)
    return made[-1]


def follow(scope: Scope, parts: Parts, case: Case) -> Case:
    """Return the case after the order that it waits for was told, where it was."""
    waits_for = case.wanted.merged_into or case.wanted.waits_for
    if not waits_for or case.wanted.is_cancelled or not _is_told(scope, waits_for):
        return case
    wanted = replace(case.wanted, waits_for="")
    now = parts.clock.now()
    if case.wanted.merged_into:
        event = OrderCancelled(
            order_number=case.order.order_number,
            occurred_at=now,
            cause=CancelCause.MERGED,
        )
        wanted = fold(wanted, event)
    orders.save_wanted(scope, case.order, wanted, now=now)
    return replace(case, order=replace(case.order, wanted=wanted), wanted=wanted)


def _is_told(scope: Scope, order_id: str) -> bool:
    """Tell whether the provider holds an order as it is wanted, and approved it."""
    order = orders.get(scope, order_id)
    transaction = transactions.current(scope, order_id)
    if order is None or transaction is None:
        return False
    known = transaction.known
    is_good = known.state in (State.AUTHORIZED, State.SHIPMENT_REPORTED)
    return is_good and known.registered == order.wanted.digest


def _merged_lines(taking: Case, giving: Case) -> tuple[LineItem, ...]:
    ours, theirs = _open_order(taking), _open_order(giving)
    is_one_buyer = _who(ours.buyer) == _who(theirs.buyer)
    is_one_place = _who(ours.ship_to) == _who(theirs.ship_to)
    if not is_one_buyer or not is_one_place or giving.wanted.merges:
        raise InterventionError("not the same buyer or place", code=UNFIT)
    return (*ours.lines, *theirs.lines)


def _who(contact: Contact | None) -> tuple[str, str]:
    if contact is None:
        return ("", "")
    return (contact.name, contact.address.one_line)


def _open_order(case: Case) -> Order:
    """Return the order as the provider holds it; raises where that is not its state."""
    wanted, told = case.wanted, case.wanted.told
    is_told = case.known.registered == wanted.digest
    is_free = not (wanted.is_cancelled or wanted.merged_into or wanted.shipped_parcels)
    if told is None or case.known.state is not State.AUTHORIZED:
        raise InterventionError("not authorized", code=UNFIT)
    if not is_told or not is_free:
        raise InterventionError("not as it is wanted", code=UNFIT)
    return told


def _revised(case: Case, lines: tuple[LineItem, ...]) -> Wanted:
    order = case.wanted.order
    if order is None:
        raise InterventionError("no order", code=UNFIT)
    revision = Revision(base=lines_digest(order), lines=lines)
    return replace(case.wanted, revision=revision)


def _save(scope: Scope, parts: Parts, case: Case, wanted: Wanted) -> set[Lane]:
    now = parts.clock.now()
    orders.save_wanted(scope, case.order, wanted, now=now)
    order = replace(case.order, wanted=wanted)
    return settle(scope, parts, replace(case, order=order, wanted=wanted), now=now)


def _free_number(scope: Scope, case: Case) -> str:
    for part in range(2, 100):
        number = f"{case.order.order_number}-B{part}"
        if orders.find(scope, case.shop.id, number) is None:
            return number
    raise InterventionError("too many parts", code=UNFIT)


def _part(
    scope: Scope,
    parts: Parts,
    case: Case,
    told: Order,
    *,
    number: str,
    lines: tuple[LineItem, ...],
) -> set[Lane]:
    now = parts.clock.now()
    whole = Revision(base=lines_digest(told), lines=lines).applied(told)
    order = replace(whole, number=number, kind=OrderKind.SPLIT)
    wanted = Wanted(
        order=order,
        version=version_of(0),
        split_from=case.order.id,
        waits_for=case.order.id,
    )
    stored = orders.add(
        scope,
        shop_id=case.shop.id,
        order_number=number,
        wanted=wanted,
        is_before_cutover=False,
        now=now,
    )
    made = new_transaction(scope, parts, case.shop, stored, generation=1, now=now)
    return settle(scope, parts, load(scope, made.id), now=now)
