// A call and nothing else: both sides have camera, connection and candidates ready, and what they
// say to each other goes through functions that the bench binds to the page.
(() => {
  const CAMERA = {
    audio: true,
    video: { width: { ideal: 1280 }, height: { ideal: 720 }, frameRate: { ideal: 30, max: 30 } },
  };
  let stream = null;
  let pc = null;

  window.bareReady = async (caller) => {
    stream ??= await navigator.mediaDevices.getUserMedia(CAMERA);
    pc?.close();
    document.querySelector("video")?.remove();
    const video = document.createElement("video");
    Object.assign(video, { autoplay: true, muted: true });
    video.dataset.testid = "remote-video";
    document.body.append(video);
    pc = new RTCPeerConnection({ iceServers: [], iceCandidatePoolSize: 1, bundlePolicy: "max-bundle" });
    pc.ontrack = ({ streams: [remote] }) => (video.srcObject = remote);
    for (const track of stream.getTracks()) pc.addTrack(track, stream);
    if (!caller) return;
    await pc.setLocalDescription();
    while (pc.iceGatheringState !== "complete") await new Promise((go) => setTimeout(go, 20));
  };
  window.bareCall = () => window.bareSay(pc.localDescription.toJSON());
  window.bareHear = async (description) => {
    await pc.setRemoteDescription(description);
    if (description.type === "answer") return;
    pc.onicegatheringstatechange = () => {
      if (pc.iceGatheringState === "complete") window.bareSay(pc.localDescription.toJSON());
    };
    await pc.setLocalDescription();
    if (pc.iceGatheringState === "complete") window.bareSay(pc.localDescription.toJSON());
  };
  const button = document.createElement("button");
  button.textContent = "Call";
  button.onclick = () => window.bareCall();
  document.body.append(button);
})();
