"""The settings: each from an environment variable `VIDEO_ADVICE_` + its name in capitals."""

from __future__ import annotations

import os
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Annotated, Final, Literal
from urllib.parse import urlsplit

import msgspec
from msgspec import Meta

from video_advice.people import Role
from video_advice.policy import DEFAULT, SECOND, Policy

PREFIX: Final = "VIDEO_ADVICE_"


_DATABASES: Final = ("sqlite:///", "postgresql://", "postgresql+asyncpg://", "postgres://")
_REDIS: Final = ("redis", "rediss", "unix")
_ANYWHERE: Final = frozenset({"", "0.0.0.0", "::"})  # noqa: S104 - compared with, not listened on
_SEVERAL: Final = ("+sentinel", "+cluster")


class BadSetting(Exception):
    """A setting cannot be used. The text names the variable and how to mend it, never its value."""


class Settings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How one installation runs. The defaults are those of `make run`."""

    host: Annotated[str, Meta(description="Address to listen on.")] = "127.0.0.1"
    port: Annotated[int, Meta(ge=0, le=65535, description="Port to listen on.")] = 8080
    public_url: Annotated[
        str,
        Meta(description="Where browsers find the service. Empty: http(s)://host:port."),
    ] = ""
    origins: Annotated[
        str,
        Meta(description="More origins a page may come from, separated by commas."),
    ] = ""
    tls_cert: Annotated[str, Meta(description="File with the certificate chain, in PEM.")] = ""
    tls_key: Annotated[str, Meta(description="File with its private key, in PEM.")] = ""
    database_url: Annotated[
        str,
        Meta(
            description="The records: postgresql://user@host/name or sqlite:///file. Unset: that "
            "file, in VIDEO_ADVICE_DATA_DIR."
        ),
    ] = "sqlite:///.data/video-advice.sqlite"
    redis_url: Annotated[
        str,
        Meta(
            description="What is happening now: redis://host:port/db or unix:///path; "
            "redis+sentinel://host,host,host/name/db; redis+cluster://host,host,host. With rediss "
            "instead of redis over TLS."
        ),
    ] = "redis://127.0.0.1:6379/0"
    data_dir: Annotated[str, Meta(description="Directory for photos and embedded stores.")] = (
        ".data"
    )
    page_dir: Annotated[str, Meta(description="Directory with the built page.")] = "web/dist"
    demo: Annotated[
        bool,
        Meta(description="Demo identities may sign in. Never with real patients."),
    ] = False
    turn_urls: Annotated[
        str,
        Meta(description="TURN relays, separated by commas: turn:host:3478?transport=udp,..."),
    ] = ""
    turn_secret: Annotated[
        str,
        Meta(description="Secret shared with the relay, for short-lived credentials."),
    ] = ""
    stun_urls: Annotated[
        str,
        Meta(description="STUN servers of your own, separated by commas. None by default."),
    ] = ""
    ice_policy: Annotated[
        Literal["all", "relay"],
        Meta(description="`relay` sends all media through the relay, so no address is shown."),
    ] = "all"
    relay_port: Annotated[
        int,
        Meta(ge=0, le=65535, description="Port of the relay that `media` runs; 0 runs none."),
    ] = 0
    relay_loopback: Annotated[
        bool,
        Meta(description="Let the relay reach loopback addresses. For tests on one machine only."),
    ] = False
    echo_url: Annotated[
        str,
        Meta(
            description="Where web processes find the echo of `media`, for the patients' network "
            "test: http://host:port. Empty: nothing is measured."
        ),
    ] = ""
    echo_secret: Annotated[
        str,
        Meta(description="Secret that web processes show to the echo. At least 16 characters."),
    ] = ""
    echo_port: Annotated[
        int,
        Meta(ge=0, le=65535, description="Port of the echo that `media` runs; 0 runs none."),
    ] = 0
    echo_host: Annotated[
        str,
        Meta(description="Address on which it listens. Never one the public can reach."),
    ] = "127.0.0.1"
    photo_processes: Annotated[
        int,
        Meta(ge=1, le=64, description="Processes that clean photos, in each worker."),
    ] = 1
    patient_hours: Annotated[
        int,
        Meta(ge=1, le=2160, description="Hours for which a patient's browser keeps its contact."),
    ] = 720
    nurse_hours: Annotated[
        int,
        Meta(ge=1, le=24, description="Hours after which a nurse must sign in again."),
    ] = 12
    nurse_grace: Annotated[
        int,
        Meta(
            ge=3,
            le=600,
            description="Seconds from a nurse's last sign of life until her contact goes back to "
            "the front. More than `lease`, so that a dead process is found in time.",
        ),
    ] = DEFAULT.nurse_grace // SECOND
    patient_grace: Annotated[
        int,
        Meta(ge=1, le=3600, description="Seconds the nurse waits for a patient who dropped out."),
    ] = DEFAULT.patient_grace // SECOND
    waiting_grace: Annotated[
        int,
        Meta(ge=1, le=86400, description="Seconds a place is kept while the page is closed."),
    ] = DEFAULT.waiting_grace // SECOND
    offer: Annotated[
        int,
        Meta(ge=1, le=600, description="Seconds a nurse has to answer an offer."),
    ] = DEFAULT.offer // SECOND
    check_in: Annotated[
        int,
        Meta(ge=10, le=86400, description="Seconds between asking whether it is still the same."),
    ] = DEFAULT.check_in // SECOND
    call_again: Annotated[
        int,
        Meta(ge=1, le=86400, description="Seconds after an unanswered call until the next."),
    ] = DEFAULT.call_again // SECOND
    hidden_number_regions: Annotated[
        str,
        Meta(description="Codes of regions that call from a hidden number, separated by commas."),
    ] = ""
    vapid_key: Annotated[
        str,
        Meta(description="File with the private key of Web Push (P-256, PEM). Empty: no push."),
    ] = ""
    push_contact: Annotated[
        str,
        Meta(description="mailto: or https: address where push services reach whoever runs this."),
    ] = ""
    push_services: Annotated[
        str,
        Meta(description="Origins of the push services that may be called, separated by commas."),
    ] = (
        "https://fcm.googleapis.com,https://updates.push.services.mozilla.com,"
        "https://*.push.apple.com,https://*.notify.windows.com"
    )
    text_messages: Annotated[
        Literal["off", "log"],
        Meta(description="Text messages. `log` sends none and logs that one would be sent."),
    ] = "off"
    address_rate: Annotated[
        int,
        Meta(
            ge=1,
            le=10_000,
            description="Contacts, and sign-ins, a second from one address; 60 times as many at "
            "once. A phone network shows many people as one address.",
        ),
    ] = 2
    coming_at_once: Annotated[
        int,
        Meta(
            ge=1,
            le=20_000,
            description="Patients' pages that one process lets in at the same time; the others are "
            "told when to come again. As many as it welcomes in five seconds.",
        ),
    ] = 2_000
    trusted_proxies: Annotated[
        str,
        Meta(
            description="Addresses or networks of your own reverse proxies, separated by commas: "
            "only their X-Forwarded-For is believed."
        ),
    ] = ""
    lease: Annotated[
        int,
        Meta(ge=2, le=120, description="Seconds after which a silent process counts as dead."),
    ] = 10
    drain_notice: Annotated[
        int,
        Meta(
            ge=0,
            le=300,
            description="Seconds in which a web process that was told to stop still serves all, "
            "while `/ready` says `draining`: as many as a load balancer needs to notice.",
        ),
    ] = 0
    drain: Annotated[
        int,
        Meta(
            ge=0,
            le=600,
            description="Seconds over which it then sends its pages to other processes, at most; "
            "200 a second go if there is time.",
        ),
    ] = 20
    sockets: Annotated[
        Literal["lean", "plain"],
        Meta(description="`plain` leaves WebSockets to the stock server: slower and heavier."),
    ] = "lean"
    metrics_port: Annotated[
        int,
        Meta(
            ge=0,
            le=65535,
            description="Port of Prometheus's page; where several processes share it, each takes "
            "the first free port from there on. 0: none.",
        ),
    ] = 0
    metrics_host: Annotated[
        str,
        Meta(description="Address on which that page is shown. Never one the public can reach."),
    ] = "127.0.0.1"
    traces_url: Annotated[
        str,
        Meta(description="Where traces are sent by OTLP over HTTP: http://host:4318/v1/traces."),
    ] = ""
    traces_share: Annotated[
        float,
        Meta(ge=0, le=1, description="Share of all traces that is sent."),
    ] = 1.0
    log_level: Annotated[
        Literal["debug", "info", "warning", "error"],
        Meta(description="How much is logged. Patient data never is."),
    ] = "info"

    def __repr__(self) -> str:
        """Show no values: some are secrets."""
        return "Settings(…)"

    @property
    def url(self) -> str:
        """Return where browsers find the service, without a slash at the end."""
        if self.public_url:
            return self.public_url.rstrip("/")
        scheme = "https" if self.tls_cert else "http"
        return f"{scheme}://{self.host}:{self.port}"

    @property
    def watching(self) -> tuple[str, int, str, float]:
        """Return where figures are shown and traces sent: see `signaling.watch.process`."""
        return self.metrics_host, self.metrics_port, self.traces_url, self.traces_share

    @property
    def secure(self) -> bool:
        """Say whether browsers reach the service over TLS."""
        return self.url.startswith("https://")

    @property
    def allowed_origins(self) -> frozenset[str]:
        """Return every origin a page may come from, exactly as a browser writes it."""
        return frozenset({self.url, *split(self.origins)})

    @property
    def policy(self) -> Policy:
        """Return the times that the life of a contact follows."""
        return Policy(
            waiting_grace=self.waiting_grace * SECOND,
            offer=self.offer * SECOND,
            nurse_grace=self.nurse_grace * SECOND,
            patient_grace=self.patient_grace * SECOND,
            check_in=self.check_in * SECOND,
            call_again=self.call_again * SECOND,
        )

    @property
    def push_origins(self) -> tuple[str, ...]:
        """Return the push services that may be called."""
        return split(self.push_services)

    @property
    def hidden_numbers(self) -> frozenset[str]:
        """Return the codes of the regions that call from a hidden number."""
        return frozenset(split(self.hidden_number_regions))

    def session_seconds(self, role: Role) -> int:
        """Return how long somebody stays signed in, in seconds."""
        return 3600 * (self.nurse_hours if role is Role.NURSE else self.patient_hours)

    @property
    def turn(self) -> tuple[str, ...]:
        """Return the addresses of the TURN relays."""
        return split(self.turn_urls)

    @property
    def stun(self) -> tuple[str, ...]:
        """Return the addresses of the STUN servers."""
        return split(self.stun_urls)

    @property
    def photo_dir(self) -> Path:
        """Return the directory that holds the photos."""
        return Path(self.data_dir) / "photos"


@cache  # asked for each page that comes
def split(text: str) -> tuple[str, ...]:
    """Return the parts of a list written with commas, without blanks."""
    return tuple(part.strip() for part in text.split(",") if part.strip())


def load(environment: Mapping[str, str] | None = None) -> Settings:
    """Read the settings from `environment`, by default that of the process.

    Raises:
        BadSetting: an unknown or unusable variable, or two that do not fit together.
    """
    source = os.environ if environment is None else environment
    given = {
        name.removeprefix(PREFIX).lower(): value
        for name, value in source.items()
        if name.startswith(PREFIX)
    }
    unknown = sorted(set(given) - set(Settings.__struct_fields__))
    if unknown:
        message = f"{PREFIX}{unknown[0].upper()} is no setting; docs/configuration.md lists them"
        raise BadSetting(message)
    if "data_dir" in given:
        file = Path(given["data_dir"]) / "video-advice.sqlite"
        given.setdefault("database_url", f"sqlite:///{file}")
    settings = _convert(given)
    _check(settings)
    return settings


def _convert(given: dict[str, str]) -> Settings:
    for name, value in given.items():
        try:
            msgspec.convert({name: value}, Settings, strict=False)
        except msgspec.ValidationError as error:
            reason = str(error).split(" - at")[0]
            message = f"{PREFIX}{name.upper()} cannot be used: {reason}"
            raise BadSetting(message) from None
    return msgspec.convert(given, Settings, strict=False)


def _check(settings: Settings) -> None:
    if bool(settings.tls_cert) != bool(settings.tls_key):
        raise BadSetting("VIDEO_ADVICE_TLS_CERT and VIDEO_ADVICE_TLS_KEY are set together")
    if settings.turn_urls and not settings.turn_secret:
        raise BadSetting("VIDEO_ADVICE_TURN_URLS needs VIDEO_ADVICE_TURN_SECRET")
    _check_echo(settings)
    if settings.vapid_key and not settings.push_contact.startswith(("mailto:", "https://")):
        raise BadSetting(
            "VIDEO_ADVICE_VAPID_KEY needs VIDEO_ADVICE_PUSH_CONTACT: a mailto: or https: address"
        )
    if settings.traces_url and urlsplit(settings.traces_url).scheme not in {"http", "https"}:
        raise BadSetting("VIDEO_ADVICE_TRACES_URL is an http: or https: address")
    if not settings.database_url.startswith(_DATABASES):
        raise BadSetting(
            "VIDEO_ADVICE_DATABASE_URL is sqlite:///file or postgresql://user@host/name"
        )
    if settings.nurse_grace <= settings.lease:
        raise BadSetting("VIDEO_ADVICE_NURSE_GRACE must be more than VIDEO_ADVICE_LEASE")
    _check_redis(settings.redis_url)
    for origin in settings.allowed_origins:
        parts = urlsplit(origin)
        if parts.scheme not in {"http", "https"} or not parts.netloc or parts.path:
            raise BadSetting(
                "VIDEO_ADVICE_PUBLIC_URL and VIDEO_ADVICE_ORIGINS hold origins: "
                "scheme://host:port and nothing after"
            )


def _check_echo(settings: Settings) -> None:
    if not settings.echo_url and not settings.echo_port:
        return
    if len(settings.echo_secret) < 16 or not settings.echo_secret.isascii():
        raise BadSetting(
            "VIDEO_ADVICE_ECHO_URL and VIDEO_ADVICE_ECHO_PORT need VIDEO_ADVICE_ECHO_SECRET: "
            "at least 16 characters of ASCII"
        )
    parts = urlsplit(settings.echo_url)
    if settings.echo_url and (parts.scheme not in {"http", "https"} or not parts.netloc):
        raise BadSetting("VIDEO_ADVICE_ECHO_URL is an http: or https: address")
    if settings.echo_port and not settings.demo and settings.echo_host in _ANYWHERE:
        raise BadSetting("VIDEO_ADVICE_ECHO_HOST is an address that the public cannot reach")


def _check_redis(url: str) -> None:
    scheme, found, rest = url.partition("://")
    kind = next((end for end in _SEVERAL if scheme.endswith(end)), "")
    plain = scheme.removesuffix(kind)
    if not found or plain not in _REDIS or (kind and plain == "unix"):
        raise BadSetting(
            "VIDEO_ADVICE_REDIS_URL is a redis://, rediss:// or unix:// address, or "
            "redis+sentinel://host,host/name or redis+cluster://host,host"
        )
    if kind and not rest.partition("/")[0]:
        raise BadSetting("VIDEO_ADVICE_REDIS_URL lists at least one host")
    if kind == "+sentinel" and not rest.partition("/")[2]:
        raise BadSetting(
            "VIDEO_ADVICE_REDIS_URL names the primary: redis+sentinel://host,host/name"
        )
