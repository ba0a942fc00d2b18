import { describe, expect, test } from "vitest";
import { surroundingsOf } from "./browser";

const IPHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko)";
const ANDROID = "Mozilla/5.0 (Linux; Android 15; SM-S921B) AppleWebKit/537.36 (KHTML, like Gecko)";
const WINDOWS = "Mozilla/5.0 (Windows NT 10.0; Win64; x64)";
const MAC = "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7)";

describe("browsers", () => {
  test.each([
    [`${ANDROID} Chrome/140.0.0.0 Mobile Safari/537.36`, "chrome-android"],
    [`${ANDROID} SamsungBrowser/28.0 Chrome/130.0.0.0 Mobile Safari/537.36`, "samsung"],
    ["Mozilla/5.0 (Android 15; Mobile; rv:140.0) Gecko/140.0 Firefox/140.0", "firefox-android"],
    [`${IPHONE} Version/18.5 Mobile/15E148 Safari/604.1`, "safari-ios"],
    [`${IPHONE} CriOS/140.0.0.0 Mobile/15E148 Safari/604.1`, "safari-ios"],
    [`${WINDOWS} AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36`, "chrome"],
    [`${WINDOWS} AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36 Edg/140.0.0.0`, "edge"],
    [`${WINDOWS.replace(")", "; rv:140.0)")} Gecko/20100101 Firefox/140.0`, "firefox"],
    [`${MAC} AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.5 Safari/605.1.15`, "safari"],
  ])("%s", (userAgent, browser) => {
    expect(surroundingsOf(userAgent, false)).toMatchObject({ browser, inApp: null });
  });

  test("an iPad calls itself a Mac, but is touched", () => {
    const ipad = `${MAC} AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.5 Safari/605.1.15`;
    expect(surroundingsOf(ipad, true)).toMatchObject({ browser: "safari-ios", system: "ios" });
  });
});

describe("inside another app", () => {
  test.each([
    [`${IPHONE} Mobile/15E148 [FBAN/FBIOS;FBAV/500.0.0.1;FBDV/iPhone15,2]`, "facebook", "ios"],
    [`${ANDROID.replace(")", "; wv)")} Version/4.0 Chrome/140.0.0.0 Mobile Safari/537.36 [FB_IAB/FB4A;FBAV/500.0]`, "facebook", "android"],
    [`${ANDROID.replace(")", "; wv)")} Chrome/140.0.0.0 Mobile Safari/537.36 [FB_IAB/Orca-Android;FBAV/500.0]`, "messenger", "android"],
    [`${IPHONE} Mobile/15E148 [FBAN/MessengerForiOS;FBAV/500.0]`, "messenger", "ios"],
    [`${IPHONE} Mobile/15E148 Instagram 390.0.0.1 (iPhone15,2)`, "instagram", "ios"],
    [`${ANDROID.replace(")", "; wv)")} Version/4.0 Chrome/140.0.0.0 Mobile Safari/537.36 WhatsApp/2.25`, "whatsapp", "android"],
    [`${IPHONE} Mobile/15E148 Safari Line/15.6.0`, "line", "ios"],
    [`${ANDROID} Version/4.0 Chrome/130.0 Mobile Safari/537.36 MicroMessenger/8.0.50`, "wechat", "android"],
    [`${IPHONE} Mobile/15E148 Snapchat/13.0`, "snapchat", "ios"],
    [`${IPHONE} Mobile/15E148 LinkedInApp/9.30`, "linkedin", "ios"],
    [`${ANDROID.replace(")", "; wv)")} Version/4.0 Chrome/140.0.0.0 Mobile Safari/537.36`, "other", "android"],
    [`${IPHONE} Mobile/15E148`, "other", "ios"],
  ])("%s", (userAgent, inApp, system) => {
    expect(surroundingsOf(userAgent, false)).toMatchObject({ inApp, system });
  });
});
