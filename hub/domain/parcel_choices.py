"""What persons decided about single parcels, and what the shop's own books know."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ParcelChoice:
    """One parcel's service, or its number, as a person decided it once.

    `words` are those of the cart that the service stands for, and `number` the one that
    was accepted: either holds only while the parcel still says the same.
    """

    parcel_number: str
    user_id: str
    at: datetime
    words: str = ""
    service: str = ""
    number: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reuse:
    """A tracking number that another order of the merchant carries already."""

    number: str
    order_number: str
