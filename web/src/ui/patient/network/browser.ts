/** The browsers that have help of their own. */
export type Browser =
  | "chrome-android"
  | "safari-ios"
  | "samsung"
  | "firefox"
  | "firefox-android"
  | "chrome"
  | "edge"
  | "safari";

export const BROWSERS = [
  "chrome-android",
  "safari-ios",
  "samsung",
  "firefox-android",
  "chrome",
  "edge",
  "firefox",
  "safari",
] as const satisfies readonly Browser[];

/** Apps that open links in a browser of their own. `other`: one that has no name here. */
export type InApp =
  | "facebook"
  | "messenger"
  | "instagram"
  | "whatsapp"
  | "line"
  | "wechat"
  | "snapchat"
  | "tiktok"
  | "linkedin"
  | "x"
  | "other";

export type System = "ios" | "android" | "other";

export interface Surroundings {
  readonly browser: Browser;
  /** Null in a real browser. */
  readonly inApp: InApp | null;
  readonly system: System;
}

/** Messenger says that it is Facebook too, so it comes first. */
const APPS: readonly (readonly [RegExp, InApp])[] = [
  [/\bMessenger|FB_IAB\/(?:MESSENGER|Orca)|FBAN\/Messenger/i, "messenger"],
  [/\bInstagram\b/, "instagram"],
  [/\bFBAN|\bFBAV|FB_IAB/, "facebook"],
  [/\bWhatsApp\b/, "whatsapp"],
  [/\bLine\/\d/, "line"],
  [/\bMicroMessenger\b/, "wechat"],
  [/\bSnapchat\b/, "snapchat"],
  [/\bmusical_ly|\bBytedanceWebview|\bTikTok\b/i, "tiktok"],
  [/\bLinkedInApp\b/, "linkedin"],
  [/\bTwitter(?:Android| for i)/, "x"],
  // Android's WebView says so. An app's page in iOS has a Safari without version or name.
  [/; wv\)/, "other"],
  [/\((?:iPhone|iPad|iPod)[^)]*\) AppleWebKit\/[\d.]+ \(KHTML, like Gecko\) Mobile\/\w+$/, "other"],
];

/** What a user agent tells. `touch`: iPads call themselves a Mac, but can be touched. */
export function surroundingsOf(userAgent: string, touch: boolean): Surroundings {
  const ios = /\b(?:iPhone|iPad|iPod)\b/.test(userAgent) || (touch && /\bMacintosh\b/.test(userAgent));
  const android = /\bAndroid\b/.test(userAgent);
  return {
    browser: browserOf(userAgent, ios, android),
    inApp: APPS.find(([mark]) => mark.test(userAgent))?.[1] ?? null,
    system: ios ? "ios" : android ? "android" : "other",
  };
}

/** In iOS all browsers are Safari inside, with the same settings of the system. */
function browserOf(userAgent: string, ios: boolean, android: boolean): Browser {
  if (ios) return "safari-ios";
  if (/\bSamsungBrowser\b/.test(userAgent)) return "samsung";
  if (/\bFirefox\b/.test(userAgent)) return android ? "firefox-android" : "firefox";
  if (android) return "chrome-android";
  if (/\bEdg\b/.test(userAgent)) return "edge";
  if (/\bSafari\b/.test(userAgent) && !/\bChrom/.test(userAgent)) return "safari";
  return "chrome";
}
