/** Tell, once for each stream that `video` is given, that its first frame has been drawn. */
export function watchFrames(
  video: HTMLVideoElement,
  drawn: (stream: MediaProvider | null) => void,
): () => void {
  let last: MediaProvider | null = null;
  let stopped = false;
  const tell = (): void => {
    if (stopped || video.srcObject === last) return;
    last = video.srcObject;
    drawn(last);
  };
  const arm = (): void => {
    if ("requestVideoFrameCallback" in video) video.requestVideoFrameCallback(tell);
    else (video as HTMLVideoElement).addEventListener("playing", tell, { once: true });
  };
  // Comes whenever the element is given another source.
  video.addEventListener("loadstart", arm);
  arm();
  return () => {
    stopped = true;
    video.removeEventListener("loadstart", arm);
    video.removeEventListener("playing", tell);
  };
}
