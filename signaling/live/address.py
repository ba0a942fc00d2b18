"""Where Redis is: one server, a primary that Sentinels name, or a cluster. Read from a URL."""

from __future__ import annotations

import ssl
from collections.abc import Mapping
from typing import Any, Final, Literal
from urllib.parse import SplitResult, parse_qsl, unquote, urlencode, urlsplit

import msgspec
from redis.asyncio.connection import SSLConnection, parse_url
from redis.exceptions import RedisError

SCHEMES: Final = (
    "redis://",
    "rediss://",
    "unix://",
    "redis+sentinel://",
    "rediss+sentinel://",
    "redis+cluster://",
    "rediss+cluster://",
)

_PORT: Final = 6379
_SENTINEL_PORT: Final = 26379
_PLAIN: Final = frozenset({"host", "port", "path", "db", "username", "password"})
_SENTINEL: Final = ("sentinel_username", "sentinel_password")

Kind = Literal["one", "sentinel", "cluster"]


class Server(msgspec.Struct, frozen=True):
    """Where one server listens: a host and port, or the path of a Unix socket."""

    host: str = "localhost"
    port: int = _PORT
    path: str = ""


class Login(msgspec.Struct, frozen=True):
    """Who we are there. Without a password nobody in particular."""

    username: str = ""
    password: str = ""

    def __repr__(self) -> str:
        """Show neither."""
        return "Login(…)"


class Address(msgspec.Struct, frozen=True):
    """All that is needed to connect. `servers` are the Sentinels, or some nodes of the cluster."""

    kind: Kind
    servers: tuple[Server, ...]
    login: Login = Login()
    db: int = 0
    primary: str = ""
    """Under which name the Sentinels know the primary."""
    sentinel_login: Login = Login()
    tls: ssl.SSLContext | None = None

    def __repr__(self) -> str:
        """Leave out who we are."""
        return f"Address({self.kind}, {self.servers})"


def parse(url: str) -> Address:
    """Return what `url` says, with the options that redis-py knows for TLS (`ssl_ca_certs`, ...).

        redis://[user:password@]host[:port][/db]        rediss:// for TLS
        unix://[user:password@]/path[?db=n]
        redis+sentinel://[user:password@]sentinel[:port],.../name[/db]
        redis+cluster://[user:password@]node[:port],...

    `sentinel_username` and `sentinel_password` are options where the Sentinels want them. Raises:
    ValueError; its text never holds the URL.
    """
    parts = urlsplit(url)
    scheme, _, kind = parts.scheme.partition("+")
    if kind not in {"", "sentinel", "cluster"} or (kind and scheme == "unix"):
        raise ValueError("Redis is at a redis://, redis+sentinel:// or redis+cluster:// address")
    if not kind:
        given = _parsed(url)
        path = str(given.get("path", ""))
        if scheme == "unix" and not path:
            raise ValueError("a unix:// address has a path")
        server = Server(given.get("host", "localhost"), given.get("port", _PORT), path)
        return _address("one", (server,), given)
    port = _SENTINEL_PORT if kind == "sentinel" else _PORT
    servers = _servers(parts, port)
    if kind == "cluster":
        given = _parsed(_single(parts, scheme, parts.path))
        if given.get("db"):
            raise ValueError("a Redis Cluster has no numbered databases")
        return _address("cluster", servers, given)
    name, _, db = parts.path.strip("/").partition("/")
    if not name:
        raise ValueError("a redis+sentinel:// address names its primary: //sentinel,.../name")
    options = dict(parse_qsl(parts.query))
    sentinel = Login(*(options.get(option, "") for option in _SENTINEL))
    given = _parsed(_single(parts, scheme, f"/{db}"))
    return _address("sentinel", servers, given, unquote(name), sentinel)


def _address(
    kind: Kind,
    servers: tuple[Server, ...],
    given: Mapping[str, Any],
    primary: str = "",
    sentinel: Login = Login(),  # noqa: B008 - frozen
) -> Address:
    return Address(
        kind,
        servers,
        Login(str(given.get("username", "")), str(given.get("password", ""))),
        int(given.get("db", 0)),
        primary,
        sentinel,
        given.get("tls"),
    )


def _servers(parts: SplitResult, port: int) -> tuple[Server, ...]:
    """Return the hosts that the URL lists. Raises: ValueError."""
    hosts = [urlsplit(f"//{one}") for one in parts.netloc.rpartition("@")[2].split(",")]
    try:
        if all(one.hostname for one in hosts):
            return tuple(Server(str(one.hostname), one.port or port) for one in hosts)
    except ValueError:  # a port that is none
        pass
    raise ValueError("an address of several servers lists their hosts: //host:port,host:port")


def _single(parts: SplitResult, scheme: str, path: str) -> str:
    """Return the URL of one server with the same options, but those for the Sentinels."""
    user = parts.netloc.rpartition("@")[0]
    query = [(k, v) for k, v in parse_qsl(parts.query) if k not in _SENTINEL]
    login = f"{user}@" if user else ""
    return f"{scheme}://{login}localhost{path}?{urlencode(query)}"


def _parsed(url: str) -> dict[str, Any]:
    """Return redis-py's reading of the URL of one server, with `tls` ready for use."""
    path = urlsplit(url).path.strip("/")
    try:
        given: dict[str, Any] = dict(parse_url(url))
    except ValueError:  # whose text may quote a piece of the URL
        raise ValueError("a part of the Redis address cannot be read") from None
    kind = given.pop("connection_class", None)
    if kind is not None and issubclass(kind, SSLConnection):
        options = {name: given.pop(name) for name in tuple(given) if name.startswith("ssl_")}
        try:
            given["tls"] = SSLConnection(**options).ssl_context.get()
        except (RedisError, TypeError, OSError) as error:
            raise ValueError(f"the ssl_ options cannot be used: {type(error).__name__}") from None
    unknown = sorted(set(given) - _PLAIN - {"tls"})
    if unknown:
        raise ValueError(f"{unknown[0]} is no option of a Redis address here")
    if "path" not in given and path and "db" not in given:
        raise ValueError("what follows the host of a Redis address is the number of a database")
    try:
        given["db"] = int(given.get("db", 0))
    except ValueError:
        raise ValueError("the database of a Redis address is a number") from None
    return given
