import { describe, expect, it } from "vitest";
import { FakePush } from "../platform/fakeWorld";
import type { World } from "../platform/world";
import type { Request } from "../signal/connection";
import { startOfPatientPage, type PatientPage } from "./patientPage";
import { stepPatient, type PatientInput } from "./patientStep";
import { PatientWaiting } from "./patientWaiting";
import { CONTACT, patientView } from "./samples";

class Scene {
  page: PatientPage;
  readonly push = new FakePush();
  readonly asked: Request[] = [];
  readonly drawer = new Map<string, unknown>();
  accepts = true;
  readonly waiting: PatientWaiting;

  constructor() {
    const catalogue = { regions: [], consent: "1", demo: true, channels: [], push_key: "key", texts: true, network_test: false };
    this.page = { ...startOfPatientPage("sv", 0), step: "live", contact: patientView(), catalogue };
    const drawer = {
      get: (key: string) => this.drawer.get(key),
      set: (key: string, value: unknown) => void this.drawer.set(key, value),
      remove: (key: string) => void this.drawer.delete(key),
    };
    this.waiting = new PatientWaiting(
      { push: this.push, drawer } as unknown as World,
      () => this.page,
      (_intent, make) => {
        if (this.page.contact) this.asked.push(make(this.page.contact));
        return Promise.resolve(this.accepts);
      },
      (request) => void this.asked.push(request),
      (input: PatientInput) => {
        [this.page] = stepPatient(this.page, input);
      },
    );
  }
}

describe("being called back by the browser", () => {
  it("is on once the service knows the browser, and still after a reload", async () => {
    const scene = new Scene();
    await scene.waiting.look(CONTACT);
    expect(scene.page.push).toBe("off");
    expect(await scene.waiting.intents().askPush()).toBe(true);
    expect(scene.page.push).toBe("on");
    expect(scene.page.busy).toEqual([]);
    expect(scene.asked).toEqual([{ type: "notice.push", contact: CONTACT, address: scene.push.address }]);
    scene.page = { ...scene.page, push: "missing" };
    await scene.waiting.look(CONTACT);
    expect(scene.page.push).toBe("on");
  });

  it("is not on for another contact of the same browser", async () => {
    const scene = new Scene();
    await scene.waiting.intents().askPush();
    const other = "d".repeat(32);
    scene.page = { ...scene.page, contact: patientView({ contact: other }) };
    await scene.waiting.look(other);
    expect(scene.page.push).toBe("off");
  });

  it("says when the person, the browser or the service does not want it", async () => {
    const scene = new Scene();
    scene.push.address = null;
    expect(await scene.waiting.intents().askPush()).toBe(false);
    expect(scene.page.push).toBe("failed");
    expect(scene.asked).toEqual([]);
    scene.push.allowed = "denied";
    await scene.waiting.intents().askPush();
    expect(scene.page.push).toBe("denied");
  });

  it("ends when it is turned off, and with the contact", async () => {
    const scene = new Scene();
    await scene.waiting.intents().askPush();
    await scene.waiting.intents().stopPush();
    expect(scene.page.push).toBe("off");
    expect(scene.asked.at(-1)).toMatchObject({ type: "notice.push_stop", endpoint: "https://push.example/1" });
    await scene.waiting.intents().askPush();
    scene.waiting.end();
    expect(scene.page.push).toBe("off");
    expect(scene.drawer.size).toBe(0);
    expect(scene.push.known).toBe(false);
  });
});
