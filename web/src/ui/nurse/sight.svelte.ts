import { fit, fitting, pan, settle, turn, zoom, type Box, type Lie } from "./picture";

const STEP = 1.25;
const MIDDLE = { x: 0, y: 0 };

/** How a photo is looked at right now: its size, the window's, and where it lies in it. */
export class Sight {
  #room: Box = $state({ width: 0, height: 0 });
  #photo: Box | null = $state(null);
  #lie: Lie = $state({ scale: 1, x: 0, y: 0, turn: 0 });

  get lie(): Lie {
    return this.#lie;
  }

  /** Whether the photo has come and its size is known. */
  get ready(): boolean {
    return this.#photo !== null;
  }

  /** Whether the whole photo is seen. */
  get fitted(): boolean {
    if (!this.#photo) return true;
    return this.#lie.scale <= fitting(this.#photo, this.#room, this.#lie.turn) * 1.001;
  }

  /** One pixel of the photo on one pixel of the screen is 100. */
  get percent(): number {
    return Math.round(this.#lie.scale * devicePixelRatio * 100);
  }

  /** Another photo will come. */
  clear(): void {
    this.#photo = null;
    this.#lie = { scale: 1, x: 0, y: 0, turn: 0 };
  }

  loaded(photo: Box): void {
    this.#photo = photo;
    this.#lie = fit(photo, this.#room);
  }

  /** The window has another size. A photo that was whole stays whole. */
  resize(room: Box): void {
    const was = this.fitted;
    this.#room = room;
    this.#change((lie, photo) => (was ? fit(photo, room, lie.turn) : settle(lie, photo, room)));
  }

  zoomBy(factor: number, at = MIDDLE): void {
    this.#change((lie, photo) => zoom(lie, factor, at, photo, this.#room));
  }

  closer(): void {
    this.zoomBy(STEP);
  }

  farther(): void {
    this.zoomBy(1 / STEP);
  }

  whole(): void {
    this.#change((lie, photo) => fit(photo, this.#room, lie.turn));
  }

  /** Each pixel of the photo on one of the screen: no quality is lost. */
  natural(): void {
    this.#change((lie, photo) => zoom(lie, 1 / devicePixelRatio / lie.scale, MIDDLE, photo, this.#room));
  }

  rotate(): void {
    this.#change((lie, photo) => turn(lie, photo, this.#room));
  }

  move(dx: number, dy: number): void {
    this.#change((lie, photo) => pan(lie, dx, dy, photo, this.#room));
  }

  #change(how: (lie: Lie, photo: Box) => Lie): void {
    if (this.#photo) this.#lie = how(this.#lie, this.#photo);
  }
}
