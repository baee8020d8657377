"""What an answer of the provider means: new facts, and what becomes of the operation.

Anything that is not exactly understood changes nothing but the time of the next try;
for a registration it stops everything until a person decides (class N).
"""

from dataclasses import dataclass, replace

from hub.domain.deadlines import UNANSWERED
from hub.domain.known import (
    Fact,
    Known,
    OutOfOrderError,
    Trouble,
    move,
)
from hub.flow.accepted import Question, known_after
from hub.provider.port import (
    Accepted,
    AlreadyCancelled,
    NotSent,
    Operation,
    ProviderAnswer,
    Refused,
    Screened,
    Throttled,
    Unclear,
)

R5_WAIT_SECONDS = 600
CREDENTIALS = "HUB-PROV-401"
IN_DOUBT = "HUB-PROV-305"
_REFUSALS = {
    Operation.REGISTER: "HUB-PROV-102",
    Operation.AMEND: "HUB-PROV-301",
    Operation.CANCEL: "HUB-PROV-302",
    Operation.CANCEL_SHIPMENT_REPORT: "HUB-PROV-303",
    Operation.REPORT_SHIPMENT: "HUB-SHIP-003",
    Operation.CHANGE_SHIPMENT_REPORT: "HUB-SHIP-003",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What follows from one answer.

    `operation_state` is `planned` where it is tried again after `wait_seconds`.
    """

    known: Known
    operation_state: str
    attempt_state: str
    reason_code: str = ""
    retry_class: str = ""
    wait_seconds: float | None = None
    kind: str = ""
    is_out_of_order: bool = False


def outcome_of(question: Question, answer: ProviderAnswer) -> Outcome:
    """Return what follows from an answer."""
    match answer:
        case Refused(are_credentials=True):
            troubled = replace(
                question, known=in_trouble(question.known, CREDENTIALS, question)
            )
            return _later(troubled, CREDENTIALS, "R5", seconds=R5_WAIT_SECONDS)
        case Refused():
            return _refused(question, answer)
        case NotSent():
            return _later(question, answer.code, "R1")
        case Throttled():
            seconds = answer.retry_after_seconds
            return _later(question, "HUB-PROV-503", "R3", seconds=seconds)
        case Accepted() | AlreadyCancelled() if question.kind is Operation.REGISTER:
            # Nobody answers a registration so; it may stand there all the same.
            return _unclear(question, "HUB-PROV-202")
        case Screened() | Accepted() | AlreadyCancelled():
            return _done(question, answer)
        case _:
            code = answer.code if isinstance(answer, Unclear) else "HUB-PROV-202"
            return _unclear(question, code)


def _done(
    question: Question, answer: Screened | Accepted | AlreadyCancelled
) -> Outcome:
    try:
        known = known_after(question, answer)
    except OutOfOrderError:
        return Outcome(
            known=question.known,
            operation_state="done",
            attempt_state="done",
            is_out_of_order=True,
        )
    known = replace(known, trouble=None)
    return Outcome(known=known, operation_state="done", attempt_state="done")


def in_trouble(known: Known, code: str, question: Question) -> Known:
    """Return what is known with why a call does not get through, since its first try.

    One trouble of a kind keeps its beginning.
    """
    if known.trouble is not None and known.trouble.code == code:
        return known
    since = question.first_unclear_at or question.business_now
    return replace(known, trouble=Trouble(code=code, since=since))


def _refused(question: Question, answer: Refused) -> Outcome:
    was_unclear = question.first_unclear_at is not None
    if was_unclear and question.kind is Operation.REPORT_SHIPMENT:
        # The report that nobody answered was applied after all: change it to the
        # same values, which is the only way to see that it stands.
        changed = Operation.CHANGE_SHIPMENT_REPORT.value
        return _later(question, "HUB-PROV-202", "R7", seconds=0, kind=changed)
    known, code = question.known, _REFUSALS[question.kind]
    is_taking_back = question.kind is Operation.CANCEL_SHIPMENT_REPORT
    if was_unclear and is_taking_back and known.reported:
        # Either no report is left, or it may not be taken back any more: the codes
        # that would tell are unknown (api no. 1), and money depends on it.
        known = replace(known, in_doubt_since=question.first_unclear_at)
        code = IN_DOUBT
    known = replace(
        known,
        trouble=None,
        refused=question.known.refused | {question.operation.effect_key},
        reasons=tuple(f"{error.point}: {error.message}" for error in answer.errors),
    )
    if question.kind is Operation.REGISTER:
        known = _unregistered(known, Fact.REGISTRATION_REFUSED, question)
    return Outcome(
        known=known,
        operation_state="refused",
        attempt_state="refused",
        reason_code=code,
        retry_class="R4",
    )


def _unregistered(known: Known, fact: Fact, question: Question) -> Known:
    """Return what is known where a registration came to nothing, or to nobody knows.

    What a person or a later answer found out meanwhile stands.
    """
    try:
        return move(known, fact, now=question.business_now)
    except OutOfOrderError:
        return known


def _later(
    question: Question,
    code: str,
    retry_class: str,
    *,
    seconds: float | None = None,
    kind: str = "",
) -> Outcome:
    """Plan the same operation again: it was surely not applied."""
    known = question.known
    if question.kind is Operation.REGISTER:
        known = _unregistered(known, Fact.REGISTRATION_NOT_SENT, question)
    return Outcome(
        known=known,
        operation_state="planned",
        attempt_state="refused" if retry_class in ("R5", "R7") else "not_sent",
        reason_code=code,
        retry_class=retry_class,
        wait_seconds=seconds,
        kind=kind,
    )


def _unclear(question: Question, code: str) -> Outcome:
    """Stop a registration for good; anything else may be said again (3.5)."""
    if question.kind is Operation.REGISTER:
        return Outcome(
            known=_unregistered(question.known, Fact.REGISTRATION_UNCLEAR, question),
            operation_state="unclear",
            attempt_state="unclear",
            reason_code=code,
            retry_class="R2",
        )
    known = question.known
    if question.kind is Operation.AMEND:
        # The provider holds the old order or the new one: say it until it is clear.
        known = replace(known, registered="")
    if question.kind is Operation.CHANGE_SHIPMENT_REPORT and known.reported:
        # And the old number or the new one.
        known = replace(known, reported=replace(known.reported, is_certain=False))
    known = in_trouble(known, UNANSWERED, question)
    return Outcome(
        known=known,
        operation_state="planned",
        attempt_state="unclear",
        reason_code=code,
        retry_class="R2",
    )
