import type { Network, Verdict } from "../src/protocol/messages";
import type { PatientApp, PatientPage } from "../src/state/patientPage";

const done = async (): Promise<boolean> => Promise.resolve(true);
/** What `&network=blocked` in the address asks for; null without it. */
const network = (): Network | null => {
  const verdict = new URLSearchParams(location.search).get("network") as Verdict | null;
  if (verdict === null) return null;
  if (verdict === "blocked") return { verdict, round_trip: null, loss: null, rate: null, relays: [] };
  return { verdict, round_trip: 64, loss: 2, rate: 640, relays: ["udp", "tls"] };
};
const nothing = (): void => undefined;

/** A patient's page that shows `start`, and changes only what can change without a service. */
export function fakeApp(start: PatientPage, watched: () => void): PatientApp {
  let page = start;
  const readers = new Set<(value: PatientPage) => void>();
  const put = (patch: Partial<PatientPage>): void => {
    page = { ...page, ...patch };
    for (const read of readers) read(page);
  };
  return {
    get page() {
      return page;
    },
    subscribe(run) {
      readers.add(run);
      run(page);
      return () => readers.delete(run);
    },
    setLanguage: (language) => {
      put({ language });
    },
    setDraft: (patch) => {
      put({ draft: { ...page.draft, ...patch } });
    },
    go: (step) => {
      put({ step });
    },
    lookAgain: () => Promise.resolve(),
    open: done,
    send: (text) => {
      const line = { key: `own-${page.chat.length}`, version: null, by: "patient", mine: true, name: "" } as const;
      put({ chat: [...page.chat, { ...line, text, at: Date.now(), status: "sending", problem: null }] });
    },
    resend: nothing,
    seen: () => {
      put({ unread: 0 });
    },
    typing: nothing,
    leave: done,
    hangUp: done,
    answerChannel: done,
    wishChannel: done,
    lowerToChat: done,
    survey: done,
    chooseCallback: done,
    dropCallback: done,
    reportWorse: done,
    answerCheck: done,
    testNetwork: () => Promise.resolve(network()),
    askPush: async () => {
      put({ push: "on" });
      return done();
    },
    stopPush: async () => {
      put({ push: "off" });
      return done();
    },
    textMe: done,
    addPhotos: nothing,
    retryPhoto: nothing,
    cancelPhoto: nothing,
    removePhoto: done,
    photoUrl: () => "/dev/rash.svg",
    makeMoveCode: async () => {
      put({ moveCode: { code: "7KQ4MX2P", expires: Date.now() + 600_000 } });
      return done();
    },
    redeemMove: async () => Promise.resolve(false),
    startOver: nothing,
    forgetDevice: done,
    dismissProblem: () => {
      put({ problem: null });
    },
    close: nothing,
    startCamera: async () => Promise.resolve(),
    stopCamera: nothing,
    setMuted: (muted) => {
      put({ call: { ...page.call, muted } });
    },
    setCameraOff: (cameraOff) => {
      put({ call: { ...page.call, cameraOff } });
    },
    switchCamera: async () => Promise.resolve(),
    chooseDevice: async () => Promise.resolve(),
    remoteVideo: (video) => {
      const ready = (): void => {
        if (page.call.state === "connected" || page.call.state === "reconnecting") {
          put({ call: { ...page.call, firstFrameAt: 1 } });
        }
        watched();
      };
      video.addEventListener("playing", ready);
      return () => {
        video.removeEventListener("playing", ready);
      };
    },
  };
}
