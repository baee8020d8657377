"""The points between which a process may die (reliability 3.10)."""

from enum import StrEnum


class Step(StrEnum):
    """What was just done when `Parts.step` is called."""

    BODY_READ = "C1"
    INSERTED_UNCOMMITTED = "C2"
    DELIVERY_COMMITTED = "C3"
    ANSWERED_BEFORE_RING = "C4"
    RUNG = "C5"
    DRAIN_STARTED = "C6"
    PLANNING = "C7"
    PLAN_COMMITTED = "C8"
    LEASED = "C9"
    SENDING_COMMITTED = "C10"
    BYTES_SENT = "C11"
    ANSWER_SPOOLED = "C12"
    RESULT_COMMITTED = "C13"
    CALLBACK_SENT = "C14"


def no_step(_step: Step) -> None:
    """Do nothing, as everywhere but in the crash tests."""
