"""Whole yen, with a type."""

from __future__ import annotations


class Yen(int):
    """An amount in whole yen; fractions, booleans and texts raise TypeError.

    The sum, difference and multiple of yen are yen.
    """

    __slots__ = ()

    def __new__(cls, amount: int) -> Yen:
        """Make an amount of a whole number."""
        if isinstance(amount, bool) or not isinstance(amount, int):
            raise TypeError(f"Yen takes a whole number, not {type(amount).__name__}")
        return super().__new__(cls, amount)

    def __add__(self, other: int) -> Yen:
        """Return the sum."""
        return Yen(int(self) + int(other))

    def __radd__(self, other: int) -> Yen:
        """Return the sum, so that `sum()` gives yen."""
        return Yen(int(other) + int(self))

    def __sub__(self, other: int) -> Yen:
        """Return the difference."""
        return Yen(int(self) - int(other))

    def __mul__(self, times: int) -> Yen:
        """Return the multiple by a whole number."""
        return Yen(int(self) * times)

    def __neg__(self) -> Yen:
        """Return the opposite amount."""
        return Yen(-int(self))

    def __repr__(self) -> str:
        """Show the amount with its type."""
        return f"Yen({int(self)})"

    def __str__(self) -> str:
        """Show the amount as a shop clerk reads it: 7,572円."""
        return f"{int(self):,}円"

    def __format__(self, spec: str) -> str:
        """Format as a number where a format is asked for."""
        return format(int(self), spec) if spec else str(self)


def sum_of(amounts: list[Yen]) -> Yen:
    """Return the sum of amounts, 0 yen for none."""
    return Yen(sum(int(amount) for amount in amounts))
