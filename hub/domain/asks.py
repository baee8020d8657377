"""What a cart that waits is answered, from what is wanted and what is known."""

from hub.contract.asking import AskKind, AskOutcome
from hub.domain.known import Known, State
from hub.domain.policy import Mode
from hub.domain.reductions import is_overcharged
from hub.domain.wanted import Wanted

# Why an order is cancelled whose cart would not take the answer any more, and what a
# person is shown of it.
LOST_PAYMENT = "HUB-CART-425"

# What no person can mend while a buyer waits: the currency, the amount, a country, a
# test of a checkout whose shop takes none.
HOPELESS = frozenset(
    {
        "HUB-ELIG-101",
        "HUB-ELIG-102",
        "HUB-ELIG-201",
        "HUB-ELIG-301",
        "HUB-ELIG-302",
        "HUB-ELIG-601",
    }
)

_PASSED = frozenset({State.AUTHORIZED, State.SHIPMENT_REPORTED})
_OVER = frozenset({State.DECLINED, State.CANCELLED, State.EXPIRED})
# The provider holds an order in these, so that it may hold what is wanted.
_HELD = frozenset({State.SCREENING, State.ON_HOLD, *_PASSED})
_CANCEL_KEY = "cancel"
_REPORT_KEY = "cancel_report"


def outcome_of(
    kind: AskKind,
    wanted: Wanted,
    known: Known,
    mode: Mode,
    *,
    is_expired: bool = False,
    is_given_up: bool = False,
    is_hopeless: bool = False,
) -> AskOutcome:
    """Return how a request of the cart stands.

    `is_expired` says that the cart waits no longer: for a payment always, for any other
    kind only where its order never came. `is_given_up` is the buyer's word,
    `is_hopeless` says that the order will never be registered.
    """
    if kind is AskKind.PAYMENT:
        is_left = is_expired or is_given_up or mode is Mode.SHADOW
        if is_left or (is_hopeless and not known.is_live):
            return AskOutcome.DENIED
        return _payment(wanted, known)
    if wanted.order is None:
        return AskOutcome.DENIED if is_expired else AskOutcome.PENDING
    if kind is AskKind.CAPTURE:
        return _capture(wanted, known)
    if kind is AskKind.VOID:
        return _end(known)
    return _refund(wanted, known)


def is_folded(kind: AskKind, reference: str, wanted: Wanted) -> bool:
    """Tell whether what a request says stands in what is wanted.

    Before that the provider may well hold what is wanted: not what was asked.
    """
    if kind is AskKind.REFUND:
        named = {one.reference for one in wanted.reductions}
        return wanted.is_cancelled or reference in named
    if kind is AskKind.CAPTURE:
        return reference in {one.reference for one in wanted.charges}
    return kind is not AskKind.VOID or wanted.is_cancelled


def _payment(wanted: Wanted, known: Known) -> AskOutcome:
    if wanted.is_cancelled or known.state in _OVER:
        return AskOutcome.DENIED
    # Whatever else is in the way, a person may mend.
    return AskOutcome.GRANTED if known.state in _PASSED else AskOutcome.PENDING


def _capture(wanted: Wanted, known: Known) -> AskOutcome:
    if wanted.is_cancelled or known.state in _OVER:
        return AskOutcome.DENIED
    if wanted.order and is_overcharged(wanted.order, wanted.charges):
        return AskOutcome.DENIED
    # Of an order that left, what is charged is what the buyer is billed.
    is_settled = _held(wanted, known) is AskOutcome.GRANTED
    if is_settled and known.state is not State.SHIPMENT_REPORTED:
        return AskOutcome.PENDING
    return _held(wanted, known)


def _end(known: Known) -> AskOutcome:
    """Return whether nobody is billed any more.

    A declined transaction bills nobody, whether or not its leftover is removed.
    """
    is_gone = known.state in _OVER and not known.is_live
    if is_gone or known.state is State.DECLINED:
        return AskOutcome.GRANTED
    is_refused = _CANCEL_KEY in known.refused
    return AskOutcome.DENIED if is_refused else AskOutcome.PENDING


def _refund(wanted: Wanted, known: Known) -> AskOutcome:
    if wanted.is_cancelled or known.state in (State.CANCELLED, State.DECLINED):
        return _end(known)
    return _held(wanted, known)


def _held(wanted: Wanted, known: Known) -> AskOutcome:
    """Return whether the provider holds exactly what is wanted."""
    if known.in_doubt_since is not None:
        # What a person sees there decides whether this goes on.
        return AskOutcome.PENDING
    if known.state in _HELD and known.registered == wanted.digest:
        is_back = known.taken_back_at is None or not wanted.shipped_parcels
        return AskOutcome.GRANTED if is_back else AskOutcome.PENDING
    is_refused = (refusals_of(wanted) - {_CANCEL_KEY}) & known.refused
    return AskOutcome.DENIED if is_refused else AskOutcome.PENDING


def refusals_of(wanted: Wanted) -> frozenset[str]:
    """Return what may have been refused before, and is tried anew for a new request."""
    return frozenset({_CANCEL_KEY, _REPORT_KEY, f"amend:{wanted.digest}"})
