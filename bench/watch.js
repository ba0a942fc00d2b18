// Runs before a page's own code. Notes when things happen, in milliseconds of the machine's clock,
// under the names that bench/first_frame.py asks for; the first time of each counts.
(() => {
  const marks = {};
  const at = (time) => performance.timeOrigin + time;
  const note = (name, time = performance.now()) => {
    marks[name] ??= at(time);
  };
  let framed = Promise.resolve();
  let frame = () => undefined;
  window.benchForget = () => {
    for (const name of Object.keys(marks)) delete marks[name];
    framed = new Promise((resolve) => (frame = resolve));
  };
  window.benchFrame = async () => {
    await framed;
    for (const one of performance.getEntriesByType("resource")) {
      if (one.name.endsWith("/ice") && at(one.startTime) > (marks.click ?? 0)) {
        note("asked for relays", one.startTime);
        note("got relays", one.responseEnd);
      }
    }
    return marks;
  };

  document.addEventListener("click", (event) => note("click", event.timeStamp), true);

  const watch = (video) => {
    note("drawn");
    video.requestVideoFrameCallback((now) => {
      note("frame", now);
      frame();
    });
  };
  new MutationObserver((changes) => {
    for (const { addedNodes } of changes) {
      for (const node of addedNodes) {
        if (!(node instanceof Element)) continue;
        const found = node.matches("[data-testid=remote-video]")
          ? node
          : node.querySelector("[data-testid=remote-video]");
        if (found) watch(found);
      }
    }
  }).observe(document, { childList: true, subtree: true });

  const typeOf = (data) => /"type":"([a-z._]+)"/.exec(data)?.[1] ?? "";
  window.WebSocket = class extends WebSocket {
    constructor(...given) {
      super(...given);
      this.addEventListener("message", ({ data }) => note(`got ${typeOf(data)}`));
    }
    send(data) {
      note(`sent ${typeOf(data)}`);
      super.send(data);
    }
  };
  window.RTCPeerConnection = class extends RTCPeerConnection {
    constructor(...given) {
      super(...given);
      this.addEventListener("connectionstatechange", () => note(`pc ${this.connectionState}`));
      this.addEventListener("track", () => note("pc track"));
    }
  };
})();
