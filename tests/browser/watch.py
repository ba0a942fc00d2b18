"""What goes wrong inside a page without anybody seeing it, and what its calls have sent."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

from playwright.async_api import BrowserContext, ConsoleMessage, Page, WebError, WebSocket

SIGNED_OUT = r"status of 401 .*/api/me"
"""A browser that nobody has used yet is told so."""
CUT = (
    r"net::ERR_(CONNECTION|EMPTY_RESPONSE|INCOMPLETE_CHUNKED|NETWORK|SOCKET)",
    r"WebSocket connection to .* failed",
)
"""What Chromium says of a line that a test has cut."""

# Keeps every connection for calls that the page makes, before any script of the page runs.
SPY = """
(() => {
  const made = [];
  const Real = window.RTCPeerConnection;
  window.RTCPeerConnection = class extends Real {
    constructor(...given) {
      super(...given);
      made.push(this);
    }
  };
  Object.defineProperty(window, "spiedConnections", { value: made });
})();
"""

_SENT = """
async () => {
  const found = { made: spiedConnections.length, described: 0, open: 0, packets: 0 };
  for (const one of spiedConnections) {
    const described = one.remoteDescription;
    if (described) found.described += 1;
    if (described && one.connectionState !== "closed") found.open += 1;
    for (const stat of (await one.getStats()).values()) {
      if (stat.type === "outbound-rtp") found.packets += stat.packetsSent ?? 0;
      if (stat.type === "candidate-pair") found.packets += stat.packetsSent ?? 0;
    }
  }
  return found;
}
"""


@dataclass
class Watch:
    """Listens to the pages of one person. `intended`: patterns of what a test brings about."""

    intended: list[str] = field(default_factory=list)
    troubles: list[str] = field(default_factory=list)
    media_words: list[str] = field(default_factory=list)
    """Types of the messages about picture and sound that went over the sockets, either way."""

    def over(self, context: BrowserContext) -> None:
        """Listen to every page that is opened in `context`."""
        context.on("console", self._console)
        context.on("weberror", self._error)
        context.on("page", self._page)

    def found(self) -> list[str]:
        """What nobody meant to happen."""
        return [
            trouble
            for trouble in self.troubles
            if not any(re.search(pattern, trouble) for pattern in self.intended)
        ]

    def _console(self, message: ConsoleMessage) -> None:
        if message.type in {"error", "assert"} or "Content Security Policy" in message.text:
            self.troubles.append(f"{message.text} {message.location.get('url', '')}")

    def _error(self, error: WebError) -> None:
        self.troubles.append(f"thrown: {error.error}")

    def _page(self, page: Page) -> None:
        page.on("websocket", self._socket)

    def _socket(self, socket: WebSocket) -> None:
        socket.on("framesent", self._frame)
        socket.on("framereceived", self._frame)

    def _frame(self, frame: str | bytes) -> None:
        found = re.search(r'"type":"(media\.[a-z_]+)"', str(frame))
        if found:
            self.media_words.append(found[1])


async def calls(page: Page) -> dict[str, Any]:
    """How many connections for calls a page has `made`, and how many of them the other side has
    `described`; how many of those are still `open`; how many `packets` have been sent."""
    found: dict[str, Any] = await page.evaluate(_SENT)
    return found
