import type { HowPhoto } from "../protocol/messages";

/**
 * `waiting`: its turn, the network or the contact has not come. `failed`: refused; `retryPhoto`
 * tries again. One that is accepted leaves the queue: the contact shows it from then on.
 */
export type UploadStatus = "waiting" | "sending" | "failed";

/** A photo on its way. */
export interface PhotoUpload {
  readonly key: string;
  readonly name: string;
  readonly how: HowPhoto;
  /** Size of the file in bytes, and how many have left this device. */
  readonly bytes: number;
  readonly sent: number;
  readonly status: UploadStatus;
  /** Why it failed. `text` is empty for `page.photo_too_large`, which the page words itself. */
  readonly error: { readonly code: string; readonly text: string } | null;
  /** Address of the file itself, for an `<img>`. Not every browser can draw HEIC. */
  readonly thumbUrl: string;
}
