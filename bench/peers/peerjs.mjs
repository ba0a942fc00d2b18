// PeerJS's own server. Only its limits are raised: 5,000 clients, and a heartbeat each 90 s.
import { PeerServer } from "peer";

const [port] = process.argv.slice(2);
const server = PeerServer({
  host: "127.0.0.1",
  port: Number(port),
  path: "/",
  concurrent_limit: 20_000,
  alive_timeout: 3_600_000,
});
server.on("error", (error) => {
  console.error(error.message);
});
