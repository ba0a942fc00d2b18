import type { ClientMessage, Hello, ServerMessage } from "../protocol/messages";
import type { OpenSocket, SocketEvents } from "../platform/socket";

/** One page's line to the fake service. */
export interface FakeLine {
  send(message: ServerMessage): void;
  close(code: number): void;
}

/**
 * A service for tests, without a network. What it does is in its hooks; by itself it welcomes a
 * patient and answers pings.
 */
export class FakeServer {
  /** Everything that came, in order, but pings. */
  readonly received: ClientMessage[] = [];
  readonly lines = new Set<FakeLine>();
  opened = 0;
  /** Whether anybody can connect. */
  reachable = true;
  /** Whether it hears and speaks; when not, the line is silent but not closed. */
  silent = false;
  onHello: (line: FakeLine, hello: Hello) => void = (line) => {
    line.send(welcome());
  };
  onMessage: (line: FakeLine, message: ClientMessage) => void = () => undefined;

  readonly openSocket: OpenSocket = (_path, events) => {
    this.opened += 1;
    let alive = true;
    const line: FakeLine = {
      send: (message) => {
        if (alive && !this.silent) events.received(JSON.stringify(message));
      },
      close: (code) => {
        alive &&= this.#end(line, events, code);
      },
    };
    queueMicrotask(() => {
      if (!alive) return;
      if (!this.reachable) {
        alive = this.#end(line, events, 1006);
        return;
      }
      this.lines.add(line);
      events.opened();
    });
    return {
      send: (text) => {
        if (alive && !this.silent) this.#hear(line, JSON.parse(text) as ClientMessage);
      },
      drop: () => {
        alive = false;
        this.lines.delete(line);
      },
    };
  };

  /** Say something to every page. */
  tell(message: ServerMessage): void {
    for (const line of this.lines) line.send(message);
  }

  /** Cut every line. 1006: without a close frame. */
  cut(code = 1006): void {
    for (const line of [...this.lines]) line.close(code);
  }

  of<T extends ClientMessage["type"]>(type: T): Extract<ClientMessage, { type: T }>[] {
    return this.received.filter((m): m is Extract<ClientMessage, { type: T }> => m.type === type);
  }

  #hear(line: FakeLine, message: ClientMessage): void {
    if (message.type === "ping") {
      line.send({ type: "pong", n: message.n });
      return;
    }
    this.received.push(message);
    if (message.type === "hello") this.onHello(line, message);
    else this.onMessage(line, message);
  }

  #end(line: FakeLine, events: SocketEvents, code: number): false {
    this.lines.delete(line);
    events.closed(code);
    return false;
  }
}

export const welcome = (now = 1_000_000): ServerMessage => ({
  type: "welcome",
  protocol: 1,
  role: "patient",
  now,
  contact: null,
  nurse: null,
});
