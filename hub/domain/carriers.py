"""Carriers and their services: code, 指定メール便, 対象外 or 不明 (S8, api 7.3).

We map services, not carriers: a service that is not in the table is unknown, and an
unknown one is an exception for a person, never a guess.
"""

import unicodedata
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

from hub.domain.carrier_services import SERVICES, SPELLINGS, Service, Standing


class CarrierVerdict(StrEnum):
    """What S8 and the merchant's contract say of a carrier's service."""

    CODE = "code"
    DESIGNATED = "designated"
    EXCLUDED = "excluded"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class CarrierMatch:
    """The verdict, with the provider's two-character code where there is one.

    `service` is the key of the service, "" where the words name none.
    """

    verdict: CarrierVerdict
    code: str = ""
    name_ja: str = ""
    service: str = ""

    @property
    def is_reportable(self) -> bool:
        """Tell whether a parcel of this service may be reported."""
        return bool(self.code)


CARRIER_NAMES_JA = {
    key: service.name_ja
    for key, service in SERVICES.items()
    if service.standing is Standing.CODE
}
_DROPPED = (" ", "・", "株式会社", "(株)", "有限会社", "(有)")
_VERDICTS = {
    Standing.CODE: CarrierVerdict.CODE,
    Standing.MAIL: CarrierVerdict.UNKNOWN,
    Standing.OPEN: CarrierVerdict.UNKNOWN,
    Standing.EXCLUDED: CarrierVerdict.EXCLUDED,
}


@lru_cache(maxsize=2048)
def words_key(*words: str) -> str:
    """Return words as they are compared: width, case, spaces and 株式会社 aside."""
    folded = unicodedata.normalize("NFKC", "".join(words)).upper()
    for dropped in _DROPPED:
        folded = folded.replace(dropped, "")
    return "".join(folded.split())


_SERVICE_OF = {words_key(spelling.text): spelling.service for spelling in SPELLINGS}


def match_carrier(carrier: str, service: str = "") -> CarrierMatch:
    """Return the verdict on a carrier's service, in the cart's own words.

    The service decides where it is named; a provider code stands for itself.
    """
    if carrier in CARRIER_NAMES_JA and not service.strip():
        return match_service(carrier)
    named = words_key(service)
    # A carrier's mail service must not pass under the carrier's own name.
    keys = (named, words_key(carrier, service)) if named else (words_key(carrier),)
    found = next((_SERVICE_OF[key] for key in keys if key in _SERVICE_OF), "")
    if not found or _is_foreign(carrier, SERVICES[found]):
        return CarrierMatch(verdict=CarrierVerdict.UNKNOWN)
    return match_service(found)


def match_service(key: str) -> CarrierMatch:
    """Return the verdict on a service; raises KeyError for no such service."""
    service = SERVICES[key]
    is_coded = service.standing is Standing.CODE
    return CarrierMatch(
        verdict=_VERDICTS[service.standing],
        code=service.key if is_coded else "",
        name_ja=service.name_ja,
        service=service.key,
    )


def _is_foreign(carrier: str, service: Service) -> bool:
    """Tell whether a service is not one of the carrier that is named beside it."""
    named = SERVICES.get(_SERVICE_OF.get(words_key(carrier), carrier))
    return named is not None and named.carrier != service.carrier
