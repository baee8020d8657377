"""Every setting of an installation, read once from the environment."""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from datetime import timedelta
from pathlib import Path
from types import MappingProxyType
from urllib.parse import urlsplit

from hub.contract.connector import Manifest, SettingKind, Settings
from hub.contract.secret import Secret


class ConfigError(ValueError):
    """A setting cannot be used; the text names it and says what to write instead."""


PREVIOUS = "_PREVIOUS"
NO_SETTINGS = Settings()


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """One environment variable: its default and what it does, for `hub doctor`."""

    name: str
    default: str
    meaning: str
    is_secret: bool = False


SETTINGS = (
    Setting(
        name="HUB_DATA_DIR",
        default="var",
        meaning="folder of the embedded database, key file and queue",
    ),
    Setting(
        name="HUB_DATABASE_URL",
        default="",
        meaning="PostgreSQL address (postgresql+psycopg://…); empty means SQLite",
        is_secret=True,
    ),
    Setting(
        name="HUB_REDIS_URL",
        default="",
        meaning="Redis address; empty means the embedded Valkey",
        is_secret=True,
    ),
    Setting(
        name="HUB_PROVIDER_URL",
        default="",
        meaning="base address of the provider's API, ending in /api/",
    ),
    Setting(
        name="HUB_PUBLIC_URL",
        default="http://127.0.0.1:8000",
        meaning="address under which carts and people reach this hub",
    ),
    Setting(
        name="HUB_KEY_FILE",
        default="",
        meaning="key-encryption key; empty means one made in the data folder",
    ),
    Setting(
        name="HUB_TRUSTED_PROXIES",
        default="",
        meaning="networks (CIDR, comma separated) whose forwarded headers count",
    ),
    Setting(
        name="HUB_BODY_LIMIT", default="2097152", meaning="largest webhook body, bytes"
    ),
    Setting(
        name="HUB_BUSINESS_TIME_OFFSET",
        default="0",
        meaning="seconds added to business time; sandbox only",
    ),
    Setting(
        name="HUB_POLL_PROFILE",
        default="atodene",
        meaning="ladder of screening inquiries: atodene, or demo (seconds)",
    ),
    Setting(
        name="HUB_RECONCILE_SECONDS",
        default="600",
        meaning="how often carts are asked for what did not come, seconds; up to a"
        " fifth more at random",
    ),
    Setting(
        name="HUB_CALLBACK_ALLOW",
        default="",
        meaning="host:port pairs callbacks may reach although private (demo, tests)",
    ),
    Setting(
        name="HUB_API_RATE",
        default="600",
        meaning="calls of one API key in a minute, for each serving process",
    ),
    Setting(
        name="HUB_METRICS_TOKEN",
        default="",
        meaning="bearer token of /metrics; empty means this machine alone may read it",
        is_secret=True,
    ),
    Setting(
        name="HUB_METRICS_PER_MERCHANT",
        default="0",
        meaning="1 tells the metrics of waiting work by merchant id too",
    ),
    Setting(
        name="HUB_SANDBOX_REVIEW_SECONDS",
        default="5",
        meaning="how long the sandbox's 審査中 lasts, seconds",
    ),
    Setting(
        name="HUB_CHROMIUM", default="", meaning="browser used by the tests' journeys"
    ),
    Setting(name="HUB_LOG_LEVEL", default="INFO", meaning="DEBUG, INFO or WARNING"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Config:
    """The settings of one installation."""

    data_dir: Path
    database_url: str = ""
    redis_url: str = ""
    provider_url: str = ""
    public_url: str = "http://127.0.0.1:8000"
    key_file: Path | None = None
    trusted_proxies: tuple[str, ...] = ()
    body_limit: int = 2_097_152
    business_offset: timedelta = timedelta()
    poll_profile: str = "atodene"
    reconcile_seconds: int = 600
    callback_allow: frozenset[str] = frozenset()
    api_rate: int = 600
    metrics_token: str = ""
    metrics_per_merchant: bool = False
    log_level: str = "INFO"
    environment: Mapping[str, str] = field(
        default_factory=lambda: MappingProxyType({}), repr=False
    )

    @property
    def is_embedded(self) -> bool:
        """Tell whether the database is the file in the data folder."""
        return not self.database_url

    @property
    def sqlalchemy_url(self) -> str:
        """Return the database address in SQLAlchemy's form."""
        return self.database_url or f"sqlite:///{self.data_dir / 'hub.sqlite'}"

    @property
    def provider_is_sandbox(self) -> bool:
        """Tell whether the provider runs on this machine, as only a sandbox does."""
        return urlsplit(self.provider_url).hostname in ("127.0.0.1", "localhost", "::1")

    @property
    def trusts_nearness(self) -> bool:
        """Tell whether a sender's loopback address says that it is on this machine.

        Behind a proxy whose forwarded address is not believed, everybody looks local.
        """
        host = urlsplit(self.public_url).hostname or ""
        return bool(self.trusted_proxies) or host in ("127.0.0.1", "localhost", "::1")

    def of_app(self, manifest: Manifest) -> Settings:
        """Return the operator's own settings of a connector (`Manifest.app_settings`).

        A secret and the one before it are both accepted.
        """
        if not manifest.app_settings:
            return NO_SETTINGS
        values: dict[str, str] = {}
        secrets: dict[str, tuple[Secret, ...]] = {}
        for asked in manifest.app_settings:
            name = app_variable(manifest.slug, asked.name)
            value = self.environment.get(name, "") or asked.default
            if asked.kind is SettingKind.SECRET:
                previous = self.environment.get(f"{name}{PREVIOUS}", "")
                given = tuple(Secret(one) for one in (value, previous) if one)
                secrets.update({asked.name: given} if given else {})
            elif value:
                values[asked.name] = value
        return Settings(values=values, secrets=secrets)

    def is_on(self, manifest: Manifest) -> bool:
        """Tell whether a connector is there: its switch, where it has one, is "1"."""
        if not manifest.switch:
            return True
        return self.of_app(manifest).text(manifest.switch) == "1"

    def __repr__(self) -> str:
        """Show which settings are set, never their values."""
        names = ", ".join(f.name for f in fields(self) if f.name != "environment")
        return f"Config({names})"


def app_variable(slug: str, name: str) -> str:
    """Return the environment variable of an app's setting: HUB_SHOPIFY_CLIENT_ID."""
    return f"HUB_{slug}_{name}".upper()


def merged(app: Settings, own: Settings) -> Settings:
    """Return a connection's settings with the operator's for the app below them."""
    if app is NO_SETTINGS:
        return own
    values = {name: value for name, value in own.values.items() if value}
    return Settings(
        values={**app.values, **values}, secrets={**app.secrets, **own.secrets}
    )


def from_environment(environment: Mapping[str, str]) -> Config:
    """Read the settings.

    Raises ConfigError where a value cannot be used.
    """
    values = {s.name: environment.get(s.name, "") or s.default for s in SETTINGS}
    offset = timedelta(seconds=_number(values, "HUB_BUSINESS_TIME_OFFSET"))
    config = Config(
        data_dir=Path(values["HUB_DATA_DIR"]).absolute(),
        database_url=_database_url(values["HUB_DATABASE_URL"]),
        redis_url=values["HUB_REDIS_URL"],
        provider_url=values["HUB_PROVIDER_URL"],
        public_url=values["HUB_PUBLIC_URL"].rstrip("/"),
        key_file=Path(values["HUB_KEY_FILE"]) if values["HUB_KEY_FILE"] else None,
        trusted_proxies=_list(values["HUB_TRUSTED_PROXIES"]),
        body_limit=_number(values, "HUB_BODY_LIMIT"),
        business_offset=offset,
        poll_profile=values["HUB_POLL_PROFILE"],
        reconcile_seconds=_number(values, "HUB_RECONCILE_SECONDS"),
        callback_allow=frozenset(_list(values["HUB_CALLBACK_ALLOW"])),
        api_rate=_number(values, "HUB_API_RATE"),
        metrics_token=values["HUB_METRICS_TOKEN"],
        metrics_per_merchant=values["HUB_METRICS_PER_MERCHANT"] == "1",
        log_level=values["HUB_LOG_LEVEL"],
        environment=MappingProxyType(dict(environment)),
    )
    if config.api_rate < 1:
        raise ConfigError("HUB_API_RATE must be 1 or more.")
    if config.reconcile_seconds < 1:
        raise ConfigError("HUB_RECONCILE_SECONDS must be 1 or more.")
    if offset and not config.provider_is_sandbox:
        raise ConfigError(
            "HUB_BUSINESS_TIME_OFFSET moves business time, which only a sandbox may do;"
            " HUB_PROVIDER_URL is not a sandbox on this machine. Unset the offset."
        )
    return config


def _database_url(text: str) -> str:
    if not text:
        return ""
    scheme, separator, rest = text.partition("://")
    if scheme in ("postgresql", "postgres", "postgresql+psycopg") and separator:
        return f"postgresql+psycopg://{rest}"
    if scheme == "sqlite":
        return text
    raise ConfigError(
        "HUB_DATABASE_URL must begin with postgresql:// or sqlite:///; "
        "leave it empty for the embedded database."
    )


def _number(values: Mapping[str, str], name: str) -> int:
    try:
        return int(values[name])
    except ValueError as error:
        raise ConfigError(f"{name} must be a whole number.") from error


def _list(text: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in text.split(",") if part.strip())
