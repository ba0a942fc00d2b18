export interface SocketEvents {
  opened(): void;
  received(text: string): void;
  /** Comes once, also when the socket never opened. 1006: the line broke. */
  closed(code: number): void;
}

export interface Socket {
  send(text: string): void;
  /** Let go at once: no event comes after it. */
  drop(): void;
}

export type OpenSocket = (path: string, events: SocketEvents) => Socket;

export const openWebSocket: OpenSocket = (path, events) => {
  const address = new URL(path, location.href);
  address.protocol = address.protocol.replace("http", "ws");
  const socket = new WebSocket(address);
  socket.onopen = () => {
    events.opened();
  };
  socket.onmessage = (event) => {
    if (typeof event.data === "string") events.received(event.data);
  };
  socket.onclose = (event) => {
    events.closed(event.code);
  };
  return {
    send(text) {
      if (socket.readyState === WebSocket.OPEN) socket.send(text);
    },
    drop() {
      socket.onopen = socket.onmessage = socket.onclose = null;
      socket.close();
    },
  };
};
