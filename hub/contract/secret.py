"""Secrets that cannot be printed."""

from __future__ import annotations

import hmac


class Secret:
    """A text that shows only in `reveal()`; never in a log, repr, format or pickle."""

    __slots__ = ("_value",)

    def __init__(self, value: str) -> None:
        """Hold the text."""
        self._value = value

    def reveal(self) -> str:
        """Return the text itself, for the moment of use."""
        return self._value

    def __eq__(self, other: object) -> bool:
        """Compare in constant time."""
        if not isinstance(other, Secret):
            return NotImplemented
        return hmac.compare_digest(self._value.encode(), other._value.encode())

    def __hash__(self) -> int:
        """Hash as the text does."""
        return hash(self._value)

    def __bool__(self) -> bool:
        """Tell whether there is a text."""
        return bool(self._value)

    def __repr__(self) -> str:
        """Show that there is a secret and nothing else."""
        return "Secret(•••)"

    __str__ = __repr__

    def __format__(self, spec: str) -> str:
        """Show nothing whatever the format."""
        return repr(self)

    def __reduce__(self) -> str:
        """Refuse to be pickled."""
        raise TypeError("a Secret is not pickled")
