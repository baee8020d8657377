"""What a cart's API is entered with, and how it is renewed."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from types import MappingProxyType

from hub.contract.secret import Secret


@dataclass(frozen=True, slots=True, kw_only=True)
class Credentials:
    """The tokens of one connection, as the cart gave them.

    `values` are secret; `notes` are not (granted scopes, the refresh token's end as an
    ISO moment). `expires_at` is None for what never expires.
    """

    values: Mapping[str, Secret] = field(default_factory=lambda: MappingProxyType({}))
    notes: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    expires_at: datetime | None = None

    def secret(self, name: str) -> Secret | None:
        """Return a secret value, None where the cart gave none of that name."""
        return self.values.get(name)


# Calls the cart with the old credentials and returns the new. It raises
# CartUnavailableError where it may be tried again, CartUnauthorizedError where only the
# merchant can help.
Renewal = Callable[[Credentials], Credentials]
