"""The one place where parts are joined."""

import os
from collections.abc import Callable

from hub import config as settings
from hub import log, registry
from hub.clock import Clock
from hub.config import Config
from hub.contract.http import OperatorHttp, PublicHttp
from hub.flow.spool import AnswerSpool
from hub.flow.steps import Step, no_step
from hub.flow.tools import Parts
from hub.provider.client import AtodeneProvider
from hub.provider.profile import LADDERS, Profile
from hub.queue import Bell, valkey_url
from hub.store.store import open_store
from hub.store.vault import open_vault

__all__ = ["Parts", "assemble", "read_config"]


def read_config() -> Config:
    """Read the settings of this process and begin its log.

    Raises ConfigError where a value cannot be used.
    """
    config = settings.from_environment(os.environ)
    log.configure(level=config.log_level)
    return config


def assemble(
    config: Config,
    *,
    step: Callable[[Step], None] = no_step,
    clock: Clock | None = None,
) -> Parts:
    """Join the parts; nothing is connected and no thread started before first use."""
    vault = open_vault(config.key_file or config.data_dir / "hub.key")
    profile = Profile(polls=LADDERS[config.poll_profile])
    return Parts(
        config=config,
        clock=clock or Clock(config.business_offset),
        store=open_store(config.sqlalchemy_url, vault, data_dir=config.data_dir),
        bell=Bell(config.redis_url or valkey_url(config.data_dir)),
        registry=registry.load().switched(config.is_on),
        provider=AtodeneProvider(
            base_url=config.provider_url,
            http=OperatorHttp([config.provider_url]),
            profile=profile,
        ),
        profile=profile,
        callbacks=PublicHttp(allow=config.callback_allow),
        spool=AnswerSpool(config.data_dir / "spool", vault),
        step=step,
    )
