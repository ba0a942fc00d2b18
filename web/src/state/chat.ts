import type { ChatAdded, Role } from "../protocol/messages";
import type { ChatLine, ChatStatus, PageProblem } from "./types";

type Lines = readonly ChatLine[];

/** What the service keeps stands in its order; what it does not have yet comes after. */
const byPlace = (a: ChatLine, b: ChatLine): number =>
  (a.version ?? Infinity) - (b.version ?? Infinity) || 0;

function statusOf(line: ChatLine, peerRead: number): ChatStatus {
  if (line.version === null) return line.status;
  return line.mine && line.version <= peerRead ? "read" : "sent";
}

/** Bring the delivery marks up to what the other side has read. */
export function markRead(lines: Lines, peerRead: number): Lines {
  const marked = lines.map((line) => {
    const status = statusOf(line, peerRead);
    return status === line.status ? line : { ...line, status };
  });
  return marked.every((line, at) => line === lines[at]) ? lines : marked;
}

/** Put a message in its place. The same one again changes nothing. */
export function addLine(lines: Lines, added: ChatAdded, own: Role, peerRead: number): Lines {
  const { key, version, by, name, text, at } = added;
  const known = lines.find((line) => line.key === key && line.by === by);
  if (known?.version === version) return lines;
  const mine = by === own;
  const line: ChatLine = {
    key,
    version,
    by,
    mine,
    name,
    text,
    at,
    status: mine && version <= peerRead ? "read" : "sent",
    problem: null,
  };
  return [...lines.filter((other) => other !== known), line].sort(byPlace);
}

/** Show an own message at once, before the service has it. */
export function writeLine(lines: Lines, by: Role, key: string, text: string, at: number): Lines {
  const line: ChatLine = {
    key,
    version: null,
    by,
    mine: true,
    name: "",
    text,
    at,
    status: "sending",
    problem: null,
  };
  return [...lines.filter((other) => other.key !== key), line];
}

/** What became of an own message that has no place yet: on its way again, or refused. */
export function settleLine(lines: Lines, key: string, problem: PageProblem | null): Lines {
  return lines.map((line) =>
    line.key === key && line.mine && line.version === null
      ? { ...line, status: problem ? "failed" : "sending", problem }
      : line,
  );
}

/** Place of the newest message of the other side; 0 when there is none. */
export const newestOfOthers = (lines: Lines): number =>
  Math.max(0, ...lines.filter(({ mine }) => !mine).map(({ version }) => version ?? 0));

export const countUnread = (lines: Lines, read: number): number =>
  lines.filter(({ mine, version }) => !mine && version !== null && version > read).length;

/** Own messages that the service does not have yet. */
export const unsent = (lines: Lines): Lines =>
  lines.filter(({ mine, version }) => mine && version === null);
