"""What a cart said beside the order, and what an uninstalled app leaves, as codes."""

from collections.abc import Iterator

from hub.contract.updates import MayShip
from hub.domain.known import Known, State
from hub.domain.policy import Mode, Policy
from hub.domain.wanted import Noticed, Wanted

# What an uninstalled app leaves at the provider, to be shipped or cancelled.
_UNFINISHED = frozenset(
    {
        State.REGISTERING,
        State.UNCLEAR,
        State.SCREENING,
        State.ON_HOLD,
        State.AUTHORIZED,
    }
)


def notice_codes(
    wanted: Wanted, known: Known, policy: Policy, *, answer: MayShip
) -> Iterator[str]:
    """Yield the code of each notice while it can cost money.

    `answer` is the answer to 発送していい?
    """
    if wanted.is_cancelled:
        return
    if wanted.has_notice(Noticed.UNBLOCKED) and answer is not MayShip.YES:
        yield "HUB-SHIP-012"
    if wanted.has_notice(Noticed.DELETED) and known.is_live:
        yield "HUB-CONN-101"
    if policy.is_app_removed and known.state in _UNFINISHED:
        yield "HUB-CONN-102"


def is_left_behind(wanted: Wanted, known: Known, policy: Policy) -> bool:
    """Tell whether an order waits because the app that brought it was uninstalled."""
    is_open = known.state is State.RECEIVED and policy.mode is not Mode.SHADOW
    is_for_others = policy.is_released or policy.is_before_cutover
    is_waiting = policy.is_app_removed and is_open and not is_for_others
    return is_waiting and not wanted.is_cancelled
