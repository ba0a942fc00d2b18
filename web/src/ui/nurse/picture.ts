/**
 * Where a photo lies in the viewer. All lengths in CSS pixels; the middle of the window is 0, 0.
 * The photo is only moved, turned and scaled: its own pixels are never touched.
 */

export interface Box {
  readonly width: number;
  readonly height: number;
}

/** How the photo lies: size of one photo pixel, its middle, and quarter turns clockwise. */
export interface Lie {
  readonly scale: number;
  readonly x: number;
  readonly y: number;
  readonly turn: 0 | 1 | 2 | 3;
}

/** The most that one photo pixel is enlarged. */
const MOST = 8;

/** The room the photo takes, turned as it is. */
function turned(photo: Box, turn: number): Box {
  return turn % 2 === 0 ? photo : { width: photo.height, height: photo.width };
}

/** The scale at which the whole turned photo just fits. */
export function fitting(photo: Box, room: Box, turn: number): number {
  const { width, height } = turned(photo, turn);
  if (width <= 0 || height <= 0 || room.width <= 0 || room.height <= 0) return 1;
  return Math.min(room.width / width, room.height / height);
}

/** The whole photo in the middle. */
export function fit(photo: Box, room: Box, turn: Lie["turn"] = 0): Lie {
  return { scale: fitting(photo, room, turn), x: 0, y: 0, turn };
}

/** Keep the scale sensible, and the photo in the room: an edge never comes further in than needed. */
export function settle(lie: Lie, photo: Box, room: Box): Lie {
  const least = fitting(photo, room, lie.turn);
  const scale = Math.min(Math.max(lie.scale, least), Math.max(MOST, least));
  const { width, height } = turned(photo, lie.turn);
  const slack = (length: number, within: number): number => Math.max(0, (length * scale - within) / 2);
  const kept = (at: number, most: number): number => Math.min(most, Math.max(-most, at)) + 0;
  return {
    scale,
    x: kept(lie.x, slack(width, room.width)),
    y: kept(lie.y, slack(height, room.height)),
    turn: lie.turn,
  };
}

/** Enlarge by `factor`, so that what is at the point stays under it. */
export function zoom(lie: Lie, factor: number, at: { x: number; y: number }, photo: Box, room: Box): Lie {
  const least = fitting(photo, room, lie.turn);
  const scale = Math.min(Math.max(lie.scale * factor, least), Math.max(MOST, least));
  const real = scale / lie.scale;
  return settle(
    { scale, x: at.x - (at.x - lie.x) * real, y: at.y - (at.y - lie.y) * real, turn: lie.turn },
    photo,
    room,
  );
}

/** Move the photo. */
export function pan(lie: Lie, dx: number, dy: number, photo: Box, room: Box): Lie {
  return settle({ ...lie, x: lie.x + dx, y: lie.y + dy }, photo, room);
}

/** Turn a quarter clockwise about the middle of the window. A photo that fitted still fits. */
export function turn(lie: Lie, photo: Box, room: Box): Lie {
  const next = ((lie.turn + 1) % 4) as Lie["turn"];
  const fitted = lie.scale <= fitting(photo, room, lie.turn) * 1.001;
  if (fitted) return fit(photo, room, next);
  return settle({ scale: lie.scale, x: -lie.y + 0, y: lie.x, turn: next }, photo, room);
}

/** The CSS transform of a photo whose middle is placed in the middle of the window. */
export function css(lie: Lie): string {
  return `translate(${lie.x}px, ${lie.y}px) rotate(${lie.turn * 90}deg) scale(${lie.scale})`;
}
