import type { CallTarget } from "../call/call";
import type { Channel, Phase } from "../protocol/messages";

interface View {
  readonly contact: string;
  readonly epoch: number;
  readonly phase: Phase;
  readonly channel: Channel;
  readonly peer_present: boolean;
  /** The patient is to be called by phone: nobody is seen. */
  readonly callback: object | null;
}

const BEFORE: readonly Phase[] = ["waiting", "scheduled", "offered"];
const MEETING: readonly Phase[] = ["joining", "talking", "interrupted"];

/** Whether both have accepted to be seen: only then may a picture leave this page. */
export const isVideoMeeting = (view: View): boolean =>
  view.channel === "video" && MEETING.includes(view.phase);

const targetOf = (view: View, open: boolean): CallTarget => ({
  contact: view.contact,
  epoch: view.epoch,
  open,
  present: view.peer_present,
});

/** The patient makes everything ready while waiting, so that the nurse's click shows a picture. */
export function patientTarget(view: View | null): CallTarget | null {
  if (view?.channel !== "video") return null;
  if (isVideoMeeting(view)) return targetOf(view, true);
  return BEFORE.includes(view.phase) && !view.callback ? targetOf(view, false) : null;
}

const WARM: CallTarget = { contact: null, epoch: 0, open: false, present: false };

/** The nurse has one call at a time: the running one, else that of the contact on the screen. */
export function nurseTarget(
  views: readonly View[],
  current: string | null,
  running: string | null,
  onDuty: boolean,
): CallTarget | null {
  const meetings = views.filter(isVideoMeeting);
  const view =
    meetings.find(({ contact }) => contact === running) ??
    meetings.find(({ contact }) => contact === current) ??
    meetings[0];
  if (view) return targetOf(view, true);
  return onDuty ? WARM : null;
}

export const sameTarget = (a: CallTarget | null, b: CallTarget | null): boolean =>
  a === b ||
  (a !== null &&
    b !== null &&
    a.contact === b.contact &&
    a.epoch === b.epoch &&
    a.open === b.open &&
    a.present === b.present);
