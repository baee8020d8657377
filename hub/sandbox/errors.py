"""What the control port cannot do; the wire has its own errors."""

from collections.abc import Mapping


class DeskError(ValueError):
    """Something was asked of the control port that cannot be done.

    `ja` is the same sentence for the Japanese pages, empty where there is none.
    """

    def __init__(self, message: str, *, ja: str = "") -> None:
        """Keep both sentences."""
        super().__init__(message)
        self.ja = ja


class UnknownTransactionError(DeskError):
    """No transaction has this id."""


class FormError(DeskError):
    """A form has faults; `faults` has a Japanese and an English text by field."""

    def __init__(self, faults: Mapping[str, tuple[str, str]]) -> None:
        """Keep the faults of each field."""
        listed = " ".join(f"{name}: {text[1]}." for name, text in faults.items())
        super().__init__(
            f"{listed} Nothing was stored.",
            ja="入力に誤りがあります。何も登録していません。",
        )
        self.faults = faults
