"""The parts that the loop works with; `hub.parts` joins them."""

from collections.abc import Callable
from dataclasses import dataclass

from hub.clock import Clock
from hub.config import Config
from hub.contract.http import PublicHttp
from hub.flow.spool import AnswerSpool
from hub.flow.steps import Step, no_step
from hub.provider.port import Provider
from hub.provider.profile import Profile
from hub.queue import Bell
from hub.registry import Registry
from hub.store.store import Store


@dataclass(frozen=True, slots=True, kw_only=True)
class Parts:
    """Everything that a process of the hub is made of.

    `step` is called after each step of the crash table; only tests give one that
    kills its own process.
    """

    config: Config
    clock: Clock
    store: Store
    bell: Bell
    registry: Registry
    provider: Provider
    profile: Profile
    callbacks: PublicHttp
    spool: AnswerSpool
    step: Callable[[Step], None] = no_step
