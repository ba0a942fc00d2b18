/** Cameras, microphones and connections between browsers. */
export interface Media {
  /** Rejects with a DOMException as `getUserMedia` does; NotSupportedError where there is none. */
  capture(constraints: MediaStreamConstraints): Promise<MediaStream>;
  /** Whether the person or the system has said no to it for good. */
  isDenied(kind: "camera" | "microphone"): Promise<boolean>;
  devices(): Promise<readonly MediaDeviceInfo[]>;
  onDeviceChange(run: () => void): () => void;
  stream(): MediaStream;
  connection(configuration: RTCConfiguration): RTCPeerConnection;
  meter(track: MediaStreamTrack): Meter;
}

/** Tells how loud a track is right now. */
export interface Meter {
  /** 0 to 1. */
  level(): number;
  close(): void;
}

export const browserMedia: Media = {
  async capture(constraints) {
    // Missing on a page that came over plain HTTP from another machine.
    const devices = navigator.mediaDevices as MediaDevices | undefined;
    if (!devices) throw new DOMException("no secure context", "NotSupportedError");
    return devices.getUserMedia(constraints);
  },
  async isDenied(kind) {
    try {
      return (await navigator.permissions.query({ name: kind })).state === "denied";
    } catch {
      return false;
    }
  },
  async devices() {
    const devices = navigator.mediaDevices as MediaDevices | undefined;
    return devices ? devices.enumerateDevices() : [];
  },
  onDeviceChange(run) {
    const devices = navigator.mediaDevices as MediaDevices | undefined;
    devices?.addEventListener("devicechange", run);
    return () => {
      devices?.removeEventListener("devicechange", run);
    };
  },
  stream: () => new MediaStream(),
  connection: (configuration) => new RTCPeerConnection(configuration),
  meter(track) {
    const context = new AudioContext();
    const analyser = context.createAnalyser();
    analyser.fftSize = 512;
    context.createMediaStreamSource(new MediaStream([track])).connect(analyser);
    const samples = new Float32Array(analyser.fftSize);
    return {
      level() {
        // Browsers begin it suspended when no click came before.
        if (context.state === "suspended") void context.resume();
        analyser.getFloatTimeDomainData(samples);
        let sum = 0;
        for (const sample of samples) sum += sample * sample;
        // Speech has a root mean square of 0.05 to 0.3: the root spreads it over the meter.
        return Math.min(1, Math.sqrt(Math.sqrt(sum / samples.length)) * 1.4);
      },
      close() {
        void context.close();
      },
    };
  },
};
