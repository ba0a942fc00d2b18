"""Addresses: what they may say, and that a server with a password, rights or TLS lets us in."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from pathlib import Path

import pytest

from signaling.commands.certificate import make_certificate
from signaling.live.address import Login, Server, parse
from signaling.live.connect import Live, open_live
from tests.contract.live.test_bells import listening
from tests.contract.live.tickets import NOON, SKANE, WEST, contact, nurse, ticket
from tests.real import Redis, free_port
from tests.redises import NAME, Configured, Watched
from tests.waiting import eventually
from video_advice.ids import ProcessId

PASSWORD = "pa~ss:w@rd"
RIGHTS = (
    "~va:* &va:* +@connection +@read +@write +@scripting +@pubsub -@dangerous"
    " +role +time +cluster|slots"
)
number = itertools.count(1)
SETUP = f"reset on >{PASSWORD} {RIGHTS}"


@pytest.mark.parametrize(
    ("url", "server"),
    [
        ("redis://", Server("localhost", 6379)),
        ("redis://h", Server("h", 6379)),
        ("redis://[::1]:7/3", Server("::1", 7)),
        ("unix:///run/r%20s/x.sock", Server(path="/run/r s/x.sock")),
    ],
)
def test_one_server(url: str, server: Server) -> None:
    address = parse(url)
    assert (address.kind, address.servers) == ("one", (server,))
    assert address.tls is None


def test_who_we_are_and_which_database() -> None:
    address = parse("redis://na%40me:pa%2Fss@h/3")
    assert (address.login, address.db) == (Login("na@me", "pa/ss"), 3)
    assert parse("unix://:pw@/x?db=2").login == Login("", "pw")
    assert parse("unix://:pw@/x?db=2").db == 2
    assert "pa/ss" not in repr(address)
    assert "na@me" not in repr(address)


def test_sentinels_and_the_name_of_what_they_watch() -> None:
    address = parse(
        "redis+sentinel://u:p@a,b:1,[::1]:2/main/4?sentinel_username=s&sentinel_password=t"
    )
    assert address.kind == "sentinel"
    assert address.servers == (Server("a", 26379), Server("b", 1), Server("::1", 2))
    assert (address.primary, address.db) == ("main", 4)
    assert (address.login, address.sentinel_login) == (Login("u", "p"), Login("s", "t"))
    assert parse("rediss+sentinel://a/main?ssl_cert_reqs=none").tls is not None


def test_some_nodes_of_a_cluster() -> None:
    address = parse("redis+cluster://u:p@a,b:1")
    assert (address.kind, address.servers) == ("cluster", (Server("a"), Server("b", 1)))
    assert address.login == Login("u", "p")
    assert parse("rediss+cluster://a").tls is not None


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1:1",
        "127.0.0.1",
        "",
        "unix://",
        "redis://h?db=one",
        "redis://h/one",
        "redis://h:secret",
        "redis://user:sec/ret@h",
        "redis://h?colour=secret",
        "rediss://h?ssl_ca_certs=/not/there/secret",
        "rediss://h?ssl_cert_reqs=secret",
        "redis+sentinel://h",
        "redis+sentinel:///secret",
        "redis+sentinel://h:secret/main",
        "redis+cluster://h/1",
        "redis+cluster://,",
        "unix+cluster:///x",
        "redis+secret://h",
    ],
)
def test_what_is_no_address_is_refused_and_not_repeated(url: str) -> None:
    with pytest.raises(ValueError) as caught:
        open_live(url, ProcessId("p1"))
    assert "secret" not in str(caught.value)
    assert "sec/" not in str(caught.value)


async def works(url: str) -> None:
    """Use everything that there is, from two processes."""
    ours, theirs = open_live(url, ProcessId("p1")), open_live(url, ProcessId("p2"))
    try:
        assert await ours.ping()
        async with listening(theirs.bells) as following:
            await following()
            await ours.line.rebuild(SKANE, [ticket(1), ticket(2)])
            await ours.line.rebuild(WEST, [])
            await ours.line.put(ticket(3))
            await ours.line.remove(contact(3), SKANE)
            assert await theirs.line.lift(nurse(SKANE, WEST)) == contact(1)
            assert len(await theirs.line.tickets(SKANE)) == 1
            bucket = f"b {next(number)}"
            assert await ours.rates.allow(bucket, 1, 1.0, 1, NOON)
            assert not await theirs.rates.allow(bucket, 1, 1.0, 1, NOON), "both count together"
            for to in (None, ProcessId("p2")):
                assert await ours.bells.ring("event", contact(1), bytes(50_000), to)
                assert len((await following()).payload) == 50_000
    finally:
        await ours.close()
        await theirs.close()


async def refuses(url: str) -> None:
    live = open_live(url, ProcessId("p1"))
    assert not await live.ping()
    assert not await live.ping()
    await live.close()


async def test_a_server_that_wants_a_password(redis_url: str, redis_server: Redis) -> None:
    redis_server.say(f"CONFIG SET requirepass {PASSWORD}")
    try:
        await works(redis_url.replace("//", "//:pa~ss%3Aw%40rd@"))
        await refuses(redis_url)
        await refuses(redis_url.replace("//", "//:another@"))
    finally:
        open_again = Configured.__new__(Configured)
        open_again.port = redis_server.port
        open_again.ask("-a", PASSWORD, "CONFIG", "SET", "requirepass", "")


async def test_a_user_with_no_more_rights_than_the_documentation_names(
    redis_url: str, redis_server: Redis
) -> None:
    assert redis_server.say(f"ACL SETUSER advice {SETUP}").startswith(b"+OK")
    try:
        await works(redis_url.replace("//", "//advice:pa~ss%3Aw%40rd@"))
        await refuses(redis_url.replace("//", "//advice:another@"))
    finally:
        redis_server.say("ACL DELUSER advice")


def test_the_documentation_names_these_rights() -> None:
    assert RIGHTS in Path("docs/operations.md").read_text(encoding="utf-8")


async def test_another_database_is_another_line(redis_url: str) -> None:
    second = open_live(redis_url.replace("/0", "/5"), ProcessId("p1"))
    await second.line.rebuild(SKANE, [ticket(1)])
    await works(redis_url)
    assert await second.line.lift(nurse()) == contact(1)
    await second.close()


class Secured(Configured):
    """A redis-server that is reached over TLS."""

    def __init__(self, certificate: Path, key: Path) -> None:
        self.tls_port = free_port()
        super().__init__(
            *("--tls-port", str(self.tls_port), "--tls-auth-clients", "no"),
            *("--tls-cert-file", str(certificate), "--tls-key-file", str(key)),
        )


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    return make_certificate(tmp_path_factory.mktemp("tls"), ["127.0.0.1", "localhost"])


@pytest.fixture(scope="module")
def secured(certificate: tuple[Path, Path]) -> Iterator[Secured]:
    server = Secured(*certificate)
    try:
        yield server.start()
    finally:
        server.close()


async def test_over_tls(secured: Secured, certificate: tuple[Path, Path]) -> None:
    address = f"rediss://127.0.0.1:{secured.tls_port}"
    await works(f"{address}?ssl_ca_certs={certificate[0]}")
    await works(f"{address}?ssl_cert_reqs=none")
    await refuses(address)


async def test_a_certificate_for_another_name_is_not_believed(
    secured: Secured, tmp_path: Path
) -> None:
    other, _ = make_certificate(tmp_path, ["127.0.0.1"])
    await refuses(f"rediss://127.0.0.1:{secured.tls_port}?ssl_ca_certs={other}")


async def test_what_speaks_no_tls_is_down(redis_url: str) -> None:
    await refuses(redis_url.replace("redis", "rediss"))


async def test_a_password_behind_sentinels(watched: Watched) -> None:
    several = [watched.first, watched.second]
    for one in several:
        one.ask("ACL", "SETUSER", "advice", *SETUP.split())
    try:
        works_there = watched.url.replace("//", "//advice:pa~ss%3Aw%40rd@")
        assert works_there.endswith(f"/{NAME}/0")
        await works(works_there)
        await refuses(watched.url.replace("//", "//advice:another@"))
    finally:
        for one in several:
            one.ask("ACL", "DELUSER", "advice")


async def test_a_live_that_is_never_used_connects_nowhere(redis_url: str) -> None:
    live: Live = open_live(f"redis://127.0.0.1:{free_port()}", ProcessId("p1"))
    assert live.figures() == {"redis_up": True, "rings_lost": 0, "ring_gaps": 0}
    await live.close()
    other = open_live(redis_url, ProcessId("p2"))
    await eventually(other.ping)
    await other.close()
    assert not await other.ping()
