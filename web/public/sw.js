// Two things only: files whose names hold a hash of their content come from the cache, and a pushed
// notice is shown. Nothing about anybody is ever kept here: no page, no answer of the service.

const ASSETS = "assets";
const SETTINGS = "settings";
const MOST = 120;

// The same words as video_advice/notices.py.
const TEXTS = {
  soon: {
    sv: "Video Advice: det är snart din tur.",
    en: "Video Advice: it is soon your turn.",
    ar: "Video Advice: سيحين دورك قريبًا.",
  },
  nurse: {
    sv: "Video Advice: det är din tur nu. Öppna sidan.",
    en: "Video Advice: it is your turn now. Open the page.",
    ar: "Video Advice: حان دورك الآن. افتح الصفحة.",
  },
  called: {
    sv: "Video Advice: vi har ringt. Öppna sidan och se när vi ringer igen.",
    en: "Video Advice: we have called. Open the page to see when we call again.",
    ar: "Video Advice: لقد اتصلنا بك. افتح الصفحة لمعرفة موعد اتصالنا التالي.",
  },
};

self.addEventListener("install", () => void self.skipWaiting());

self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));

self.addEventListener("fetch", (event) => {
  const { method, url } = event.request;
  const { origin, pathname, search } = new URL(url);
  const hashed = /^\/assets\/[\w.-]+-[\w-]{8}\.\w+$/.test(pathname);
  if (method === "GET" && origin === self.location.origin && hashed && !search)
    event.respondWith(asset(event));
});

async function asset(event) {
  const cache = await caches.open(ASSETS);
  const known = await cache.match(event.request);
  if (known) return known;
  const answer = await fetch(event.request);
  if (answer.ok) event.waitUntil(keep(cache, event.request, answer.clone()));
  return answer;
}

/** Keep it, and let the oldest go: each version of the page brings new names. */
async function keep(cache, request, answer) {
  await cache.put(request, answer);
  const kept = await cache.keys();
  await Promise.all(kept.slice(0, Math.max(0, kept.length - MOST)).map((one) => cache.delete(one)));
}

self.addEventListener("push", (event) => event.waitUntil(show(event.data)));

async function show(data) {
  const windows = await self.clients.matchAll({ type: "window" });
  // Whoever looks at the page sees and hears it there.
  if (windows.some((one) => one.visibilityState === "visible")) return;
  const words = TEXTS[noticeIn(data)] ?? TEXTS.soon;
  const language = (await (await (await caches.open(SETTINGS)).match("/language"))?.text()) ?? "sv";
  const arabic = language === "ar";
  await self.registration.showNotification(words[language] ?? words.sv, {
    tag: "turn", // a later one takes the place of an earlier one
    renotify: true,
    icon: "/icon-192.png",
    badge: "/icon-192.png",
    lang: language,
    dir: arabic ? "rtl" : "ltr",
    vibrate: [180, 120, 180],
  });
}

function noticeIn(data) {
  try {
    return data.json().notice;
  } catch {
    return "soon";
  }
}

self.addEventListener("notificationclick", (event) => {
  event.notification.close();
  event.waitUntil(come());
});

/** To the page that is open, else to the start page, which finds the person's own contact. */
async function come() {
  const windows = await self.clients.matchAll({ type: "window" });
  const page = windows.find((one) => !new URL(one.url).pathname.startsWith("/nurse"));
  if (page) await page.focus();
  else await self.clients.openWindow("/");
}
