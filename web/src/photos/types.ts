import type { HowPhoto } from "../protocol/messages";

/**
 * `waiting`: its turn, the network or a contact has not come. `failed`: refused or cancelled by the
 * service; `retryPhoto` tries again. One that is accepted leaves the queue: the contact shows it.
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
  /** Why it failed; `text` may be empty for the codes `page.…`, which the page words itself. */
  readonly error: { readonly code: string; readonly text: string } | null;
  /** Address of the file itself, for an `<img>`. Browsers cannot draw HEIC: fall back to an icon. */
  readonly thumbUrl: string;
}
