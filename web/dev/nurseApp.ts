/** A console that answers by itself: intents change the page at once, nothing is sent anywhere. */
import type { ChatLine, DraftPatch, NurseApp, NurseContact, NursePage } from "../src/state/nurse";
import { drawnPhoto } from "./pictures";

export function fakeApp(start: NursePage): NurseApp {
  let page = start;
  const listeners = new Set<(value: NursePage) => void>();
  const change = (patch: Partial<NursePage>): void => {
    page = { ...page, ...patch };
    for (const run of listeners) run(page);
  };
  const changeCurrent = (patch: (one: NurseContact) => Partial<NurseContact>): void => {
    const one = page.current === null ? undefined : page.contacts[page.current];
    if (one) change({ contacts: { ...page.contacts, [one.view.contact]: { ...one, ...patch(one) } } });
  };
  const drop = (why: "ended" | "returned" | "unanswered" | "unanswered"): void => {
    const one = page.current === null ? undefined : page.contacts[page.current];
    if (!one) return;
    const { [one.view.contact]: _gone, ...contacts } = page.contacts;
    change({
      contacts,
      current: null,
      gone: [{ contact: one.view.contact, called: one.view.called, why, at: Date.now() }],
    });
  };
  const done = (does?: () => void) => (): Promise<boolean> => {
    does?.();
    return Promise.resolve(true);
  };
  let written = 0;

  return {
    get page() {
      return page;
    },
    subscribe(run) {
      listeners.add(run);
      run(page);
      return () => listeners.delete(run);
    },
    setLanguage: (language) => {
      change({ language });
    },
    signIn: done(),
    signOut: done(() => {
      change({ me: null });
    }),
    setDuty: (on, offers) => {
      change({ duty: { ...page.duty, on, offers } });
      return Promise.resolve(true);
    },
    take: done(),
    accept: done(() => {
      const one = page.offer === null ? undefined : page.contacts[page.offer];
      if (!one) return;
      const view = { ...one.view, phase: "talking" as const, offer_until: null };
      change({
        offer: null,
        current: view.contact,
        contacts: { ...page.contacts, [view.contact]: { ...one, view } },
      });
    }),
    decline: done(() => {
      change({ offer: null });
    }),
    select: (current) => {
      change({ current });
    },
    send: (text) => {
      written += 1;
      const line: ChatLine = {
        key: `written-${String(written)}`,
        version: 100 + written,
        by: "nurse",
        mine: true,
        name: "",
        text,
        at: Date.now(),
        status: "sent",
        problem: null,
      };
      changeCurrent((one) => ({ chat: [...one.chat, line] }));
    },
    resend: () => undefined,
    seen: () => {
      changeCurrent(() => ({ unread: 0 }));
    },
    typing: () => undefined,
    proposeChannel: done(() => {
      changeCurrent((one) => ({ view: { ...one.view, proposal: "video" } }));
    }),
    lowerToChat: done(() => {
      changeCurrent((one) => ({ view: { ...one.view, channel: "chat" } }));
    }),
    callUnanswered: done(() => {
      drop("unanswered");
    }),
    hangUp: done(() => {
      changeCurrent((one) => ({ view: { ...one.view, phase: "wrapping_up" } }));
    }),
    returnToLine: done(() => {
      drop("returned");
    }),
    askColleagues: done(() => {
      const able = [
        { nurse: "demo-sara", name: "Sara Lind", title: "Sjuksköterska", free: true },
        { nurse: "demo-omar", name: "Omar Haddad", title: "Distriktssköterska", free: false },
      ];
      change({ colleagues: { contact: page.current ?? "", able } });
    }),
    transfer: done(() => {
      drop("returned");
    }),
    setDraft: (patch: DraftPatch) => {
      changeCurrent((one) => ({
        draft: { ...one.draft, ...patch, note: { ...one.draft.note, ...patch.note } },
        draftStatus: "unsaved",
      }));
    },
    sign: done(() => {
      drop("ended");
    }),
    photoUrl: (id, what) => drawnPhoto(id, what),
    dismissGone: (contact) => {
      change({ gone: page.gone.filter((one) => one.contact !== contact) });
    },
    dismissProblem: () => {
      change({ problem: null });
    },
    close: () => undefined,
    startCamera: () => Promise.resolve(),
    stopCamera: () => undefined,
    setMuted: (muted) => {
      change({ call: { ...page.call, muted } });
    },
    setCameraOff: (cameraOff) => {
      change({ call: { ...page.call, cameraOff } });
    },
    switchCamera: () => Promise.resolve(),
    chooseDevice: () => Promise.resolve(),
    remoteVideo: () => () => undefined,
  };
}
