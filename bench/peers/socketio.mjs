// The least that relays with socket.io: everybody is in a room of their own name, and a candidate
// goes to the room it names. With a Redis address, over socket.io's own adapter for it.
import { createServer } from "node:http";

import { createAdapter } from "@socket.io/redis-adapter";
import { Redis } from "ioredis";
import { Server } from "socket.io";

const [port, redis] = process.argv.slice(2);
const http = createServer((_, response) => {
  response.writeHead(404).end();
});
const options = { transports: ["websocket"], serveClient: false };
if (redis) {
  options.adapter = createAdapter(new Redis(redis), new Redis(redis));
}
const io = new Server(http, options);
io.on("connection", (socket) => {
  socket.join(socket.handshake.auth.id);
  socket.on("candidate", (to, message) => {
    io.to(to).emit("candidate", message);
  });
});
http.listen(Number(port), "127.0.0.1");
