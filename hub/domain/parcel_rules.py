"""What a shop set for its parcels: when one is reported, as which service, checked how.

Whoever confirmed a designation, or said what words mean, is kept with it (S8).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from hub.domain.carrier_services import SERVICES
from hub.domain.carriers import (
    CarrierMatch,
    CarrierVerdict,
    match_carrier,
    match_service,
    words_key,
)
from hub.domain.tracking_numbers import NumberFault

Json = dict[str, Any]
REUSE_MONTHS = 6


class ReportWhen(StrEnum):
    """When the single report of an order is sent, and with which parcel's number."""

    FIRST = "first"
    LAST = "last"
    ALL = "all"


@dataclass(frozen=True, slots=True, kw_only=True)
class Designation:
    """指定メール便: the operator told the merchant that a mail service counts.

    `code` is the carrier code to report it under, and it holds for parcels that left
    on `confirmed_on` or later.
    """

    service: str
    code: str
    confirmed_on: date
    user_id: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class WordRule:
    """Words of the merchant's own for a service: 通常配送 means ヤマト運輸."""

    words: str
    service: str
    user_id: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ParcelRules:
    """What a shop set for its parcels.

    `unsaid_is_all` takes what has left as the whole order where the cart tells neither
    how many parcels there are nor which is the last; `always_sent` that the shop sends
    by parcel what its cart needs none for. `stops` names the soft faults of a number
    that keep it from being reported until a person accepts it.
    """

    report_when: ReportWhen = ReportWhen.FIRST
    unsaid_is_all: bool = False
    always_sent: bool = False
    designations: tuple[Designation, ...] = ()
    words: tuple[WordRule, ...] = ()
    stops: frozenset[NumberFault] = field(default_factory=frozenset)
    reuse_months: int = REUSE_MONTHS

    def match(
        self, carrier: str, service: str = "", *, on: date | None = None
    ) -> CarrierMatch:
        """Return the verdict on a carrier's service in the words of cart or merchant.

        `on` is the day on which the parcel left, None for one that has not left.
        """
        return self.designated(self._found(carrier, service), on=on)

    def match_method(self, method: str) -> CarrierMatch:
        """Return the verdict on a shipping method, which may name carrier and service.

        A method that nobody mapped and no table knows is unknown.
        """
        whole = self.match("", method)
        if whole.service:
            return whole
        carrier, *service = method.split(maxsplit=1) or [""]
        return self.match(carrier, service[0] if service else "")

    def is_unsent(self, expected_parcels: int | None) -> bool:
        """Tell whether no parcel leaves of an order, so that nothing is reported."""
        return expected_parcels == 0 and not self.always_sent

    def designated(self, match: CarrierMatch, *, on: date | None) -> CarrierMatch:
        """Return a match with the code of a designation that is in force."""
        for one in self.designations:
            is_in_force = on is None or on >= one.confirmed_on
            if one.service == match.service and not match.code and is_in_force:
                return CarrierMatch(
                    verdict=CarrierVerdict.DESIGNATED,
                    code=one.code,
                    name_ja=match.name_ja,
                    service=match.service,
                )
        return match

    def _found(self, carrier: str, service: str) -> CarrierMatch:
        if not self.words:
            return match_carrier(carrier, service)
        meant = {words_key(rule.words): rule.service for rule in self.words}
        keys = [words_key(carrier, service)]
        if service.strip():
            keys.append(words_key(service))
        for key in keys:
            if key and key in meant:
                return match_service(meant[key])
        return match_carrier(carrier, service)

    def as_document(self) -> Json:
        """Return the rules as JSON."""
        return {
            "report_when": self.report_when.value,
            "unsaid_is_all": self.unsaid_is_all,
            "always_sent": self.always_sent,
            "designations": [
                {
                    "service": one.service,
                    "code": one.code,
                    "confirmed_on": one.confirmed_on.isoformat(),
                    "user_id": one.user_id,
                    "at": one.at.isoformat(),
                }
                for one in self.designations
            ],
            "words": [
                {
                    "words": one.words,
                    "service": one.service,
                    "user_id": one.user_id,
                    "at": one.at.isoformat(),
                }
                for one in self.words
            ],
            "stops": sorted(self.stops),
            "reuse_months": self.reuse_months,
        }

    @classmethod
    def from_document(cls, document: Mapping[str, Any]) -> "ParcelRules":
        """Return the rules of a document; a missing key has its default."""
        return cls(
            report_when=ReportWhen(document.get("report_when", ReportWhen.FIRST)),
            unsaid_is_all=bool(document.get("unsaid_is_all")),
            always_sent=bool(document.get("always_sent")),
            designations=tuple(
                _designation(one)
                for one in document.get("designations", ())
                if one["service"] in SERVICES
            ),
            words=tuple(
                WordRule(**{**one, "at": datetime.fromisoformat(one["at"])})
                for one in document.get("words", ())
                if one["service"] in SERVICES
            ),
            stops=frozenset(NumberFault(name) for name in document.get("stops", ())),
            reuse_months=int(document.get("reuse_months", REUSE_MONTHS)),
        )


def _designation(one: Mapping[str, Any]) -> Designation:
    return Designation(
        service=one["service"],
        code=one["code"],
        confirmed_on=date.fromisoformat(one["confirmed_on"]),
        user_id=one["user_id"],
        at=datetime.fromisoformat(one["at"]),
    )
