import { within } from "../platform/time";
import type { World } from "../platform/world";
import type { IceServers, Network } from "../protocol/messages";
import { measure, type EchoWorld } from "./measure";
import { report } from "./verdict";

/** Milliseconds in which something is said, whatever hangs. */
const AT_MOST = 9_500;

/** Measure for a contact, in the words the nurse's side is told. Null: it could not be measured. */
export async function measureFor(
  world: EchoWorld & Pick<World, "http">,
  contact: string,
  signal: AbortSignal,
): Promise<Network | null> {
  const path = `/api/contacts/${contact}/echo`;
  const mine = new AbortController();
  const stop = (): void => {
    mine.abort();
  };
  signal.addEventListener("abort", stop);
  const measured = measure(
    world,
    {
      async relays() {
        const answer = await world.http.get<IceServers>(path);
        return answer.ok ? answer.value : null;
      },
      async answer(sdp) {
        const answer = await world.http.post<{ sdp: string }>(path, { sdp });
        return answer.ok ? answer.value.sdp : null;
      },
    },
    mine.signal,
  );
  const found = await within(world.timers, AT_MOST, measured);
  signal.removeEventListener("abort", stop);
  stop();
  return found ? report(found) : null;
}
