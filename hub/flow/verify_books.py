"""`hub verify`: the books hold, or here is the row that does not."""

from sqlalchemy.exc import SQLAlchemyError

from hub.flow.tools import Parts
from hub.store.invariants import Violation, violations
from hub.store.store import Across


def verify_books(parts: Parts) -> list[Violation]:
    """Return every row that breaks an invariant, [] where the books hold."""
    now = parts.clock.now()

    def work(across: Across) -> list[Violation]:
        return list(violations(across, now=now))

    try:
        return parts.store.across.read(work)
    except SQLAlchemyError as error:
        # A file that cannot even be read is the worst of violations, not a crash.
        why = f"the database cannot be read: {type(error.__cause__ or error).__name__}"
        return [
            Violation(invariant="I-33", table="", merchant_id="", row_id="", why=why)
        ]
