import type { World } from "../platform/world";
import type { IceServers, Network } from "../protocol/messages";
import { measure } from "./measure";
import { report } from "./verdict";

/** Measure for a contact, in the words the nurse's side is told. Null: it could not be measured. */
export async function measureFor(world: World, contact: string, signal: AbortSignal): Promise<Network | null> {
  const path = `/api/contacts/${contact}/echo`;
  const found = await measure(
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
    signal,
  );
  return found && report(found);
}
