"""Redis as it is run in earnest: watched by Sentinels, as a cluster, over TLS. All real."""

from __future__ import annotations

import signal
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from typing import Self

from tests.real import PATIENCE, Redis, free_port, program, wait_until

NAME = "advice"
"""What the Sentinels call the primary."""


@contextmanager
def stopped(server: Redis) -> Iterator[None]:
    """Let the server hang: it neither answers nor goes away."""
    assert server.process is not None
    server.process.send_signal(signal.SIGSTOP)
    try:
        yield
    finally:
        server.process.send_signal(signal.SIGCONT)


class Configured(Redis):
    """A redis-server with more options."""

    def __init__(self, *options: str) -> None:
        super().__init__()
        self.options = options

    def command(self) -> Sequence[str]:
        """Add the options."""
        return [*super().command(), *self.options]

    def ask(self, *words: str) -> str:
        """Return the reply to one command as redis-cli writes it."""
        done = subprocess.run(
            [program("redis-cli", package="redis-tools"), "-p", str(self.port), *words],
            check=False,
            capture_output=True,
            text=True,
            timeout=PATIENCE,
        )
        return done.stdout.strip()


class Sentinel(Configured):
    """A Sentinel that watches one primary; two of them have to agree that it is gone."""

    def __init__(self, primary: int) -> None:
        super().__init__()
        self.primary = primary

    def command(self) -> Sequence[str]:
        """Write its configuration, which it keeps up to date itself, and run it."""
        path = self.folder / "sentinel.conf"
        if not path.exists():
            path.write_text(
                f"port {self.port}\nbind 127.0.0.1\ndir {self.folder}\n"
                f"sentinel monitor {NAME} 127.0.0.1 {self.primary} 2\n"
                f"sentinel down-after-milliseconds {NAME} 1500\n"
                f"sentinel failover-timeout {NAME} 2000\n"
            )
        return [str(self.binary), str(path), "--sentinel"]


class Watched:
    """A primary and its replica, and three Sentinels who promote one when the other is gone."""

    def __init__(self) -> None:
        fast = ("--repl-diskless-sync-delay", "0")
        self.first = Configured(*fast)
        self.second = Configured(*fast, "--replicaof", f"127.0.0.1 {self.first.port}")
        self.sentinels = [Sentinel(self.first.port) for _ in range(3)]

    @property
    def url(self) -> str:
        """For `open_live`."""
        hosts = ",".join(f"127.0.0.1:{one.port}" for one in self.sentinels)
        return f"redis+sentinel://{hosts}/{NAME}/0"

    def start(self) -> Self:
        """Start all, and return when each knows the others."""
        self.first.start()
        self.second.start()
        for one in self.sentinels:
            one.start()
        wait_until(self.whole, "the Sentinels to know each other")
        return self

    @property
    def primary(self) -> Configured:
        """The server that the Sentinels call the primary."""
        answer = self.sentinels[0].ask("SENTINEL", "get-master-addr-by-name", NAME).split()
        port = int(answer[1]) if len(answer) == 2 else 0
        return self.first if port == self.first.port else self.second

    def whole(self) -> bool:
        """Whether a fail-over would be possible now."""
        primary = self.primary
        other = self.second if primary is self.first else self.first
        return (
            all("OK 3 usable" in s.ask("SENTINEL", "CKQUORUM", NAME) for s in self.sentinels)
            and "role:master" in primary.ask("INFO", "replication")
            and "master_link_status:up" in other.ask("INFO", "replication")
            and all(self._sees_replica(one) for one in self.sentinels)
        )

    def _sees_replica(self, sentinel: Sentinel) -> bool:
        words = sentinel.ask("SENTINEL", "REPLICAS", NAME).split("\n")
        facts = dict(zip(words[::2], words[1::2], strict=False))
        return facts.get("flags") == "slave" and facts.get("master-link-status") == "ok"

    def close(self) -> None:
        """Stop all and remove their data."""
        for one in (*self.sentinels, self.second, self.first):
            one.close()


class Clustered:
    """Three primaries that share the slots, and a replica of the first."""

    def __init__(self) -> None:
        self.nodes = [self._node() for _ in range(4)]

    def _node(self) -> Configured:
        bus = free_port()
        return Configured(
            *("--cluster-enabled", "yes", "--cluster-port", str(bus)),
            *("--cluster-node-timeout", "2000", "--cluster-replica-validity-factor", "0"),
            *("--cluster-require-full-coverage", "no", "--repl-diskless-sync-delay", "0"),
        )

    @property
    def url(self) -> str:
        """For `open_live`."""
        hosts = ",".join(f"127.0.0.1:{one.port}" for one in self.nodes[:2])
        return f"redis+cluster://{hosts}"

    def start(self) -> Self:
        """Start the nodes and make them one cluster."""
        for number, node in enumerate(self.nodes):
            node.start()
            node.ask("CLUSTER", "SET-CONFIG-EPOCH", str(number + 1))
        thirds = ((0, 5460), (5461, 10922), (10923, 16383))
        for node, (start, end) in zip(self.nodes, thirds, strict=False):
            node.ask("CLUSTER", "ADDSLOTSRANGE", str(start), str(end))
        for node in self.nodes[1:]:
            bus = node.options[node.options.index("--cluster-port") + 1]
            self.nodes[0].ask("CLUSTER", "MEET", "127.0.0.1", str(node.port), bus)
        wait_until(lambda: all(self._knows(node, 4) for node in self.nodes), "the nodes to meet")
        first = self.nodes[0].ask("CLUSTER", "MYID")
        self.nodes[3].ask("CLUSTER", "REPLICATE", first)
        wait_until(self.whole, "the cluster")
        return self

    @property
    def primaries(self) -> list[Configured]:
        """Those that keep slots and answer."""
        return [n for n in self.nodes if n.answers() and "role:master" in n.ask("INFO")]

    def keeper(self, key: str) -> Configured:
        """The primary that keeps a key."""
        for node in self.primaries:
            slot = node.ask("CLUSTER", "KEYSLOT", key)
            for line in node.ask("CLUSTER", "NODES").splitlines():
                if "myself" in line and _holds(line, int(slot)):
                    return node
        raise LookupError(key)

    def whole(self) -> bool:
        """Whether every node sees every slot kept and the replica in step."""
        nodes = [node for node in self.nodes if node.answers()]
        return (
            len(nodes) == 4
            and all("cluster_state:ok" in n.ask("CLUSTER", "INFO") for n in nodes)
            and all("cluster_slots_ok:16384" in n.ask("CLUSTER", "INFO") for n in nodes)
            and all("fail" not in n.ask("CLUSTER", "NODES") for n in nodes)
            and sum("master_link_status:up" in n.ask("INFO", "replication") for n in nodes) == 1
        )

    def _knows(self, node: Configured, count: int) -> bool:
        lines = node.ask("CLUSTER", "NODES").splitlines()
        return len(lines) == count and not any("handshake" in line for line in lines)

    def close(self) -> None:
        """Stop all and remove their data."""
        for node in self.nodes:
            node.close()


def _holds(line: str, slot: int) -> bool:
    for piece in line.split()[8:]:
        start, _, end = piece.partition("-")
        with suppress(ValueError):
            if int(start) <= slot <= int(end or start):
                return True
    return False
