"""What the control port cannot do; the wire has its own errors."""


class DeskError(ValueError):
    """Something was asked of the control port that cannot be done."""


class UnknownTransactionError(DeskError):
    """No transaction has this id."""
