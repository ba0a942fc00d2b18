import type { NetworkTexts } from "./sv";

export const en: NetworkTexts = {
  heading: "Your network",
  testing: "We are testing your network",
  testingText: "It takes a few seconds. You keep your place.",
  again: "Test again",
  verdict: {
    good: "Sound and picture are good",
    unsteady: "Sound is good, picture may freeze",
    slow: "Use chat: your network is too weak for video",
    blocked: "Use chat: your network blocks video",
  },
  text: {
    good: "The network is enough for a video call.",
    unsteady: "Stay in one place with good coverage, or change to another wifi.",
    slow: "Change network and test again, or go on in chat. Your place is kept.",
    blocked: "Change to mobile data or another wifi and test again, or go on in chat. Your place is kept.",
  },
  chat: "Go on with chat",
  notMeasured: "The network could not be measured right now",
  notMeasuredText: "That does not matter. You wait as usual.",
  figures: "What we measured",
  roundTrip: (ms) => `There and back: ${ms} ms`,
  loss: (percent) => `Lost on the way: ${percent} %`,
  rate: (rate) => `At least ${rate} kbit/s each way`,
  relays: (ways) => `Ways through our server: ${ways}`,
  noRelays: "No way through our server",

  camera: {
    drawing: "Picture: where the button is",
    show: "Show how in another browser",
    browsers: {
      "chrome-android": "Chrome on Android",
      "safari-ios": "Safari on iPhone or iPad",
      samsung: "Samsung Internet",
      firefox: "Firefox",
      "firefox-android": "Firefox on Android",
      chrome: "Chrome",
      edge: "Edge",
      safari: "Safari on Mac",
    },
    steps: {
      "chrome-android": [
        "Press the sign to the left of the address, at the top.",
        "Press Permissions and turn on Camera and Microphone.",
        "Come back here and press Try again.",
      ],
      "safari-ios": [
        "Press aA or the page sign beside the address.",
        "Press Website Settings and choose Allow for Camera and Microphone.",
        "Come back here and press Try again.",
      ],
      samsung: [
        "Press the padlock to the left of the address.",
        "Press Permissions and allow Camera and Microphone.",
        "Come back here and press Try again.",
      ],
      firefox: [
        "Click the crossed-out camera to the left of the address.",
        "Remove the block for Camera and Microphone with the cross.",
        "Press Try again and choose Allow.",
      ],
      "firefox-android": [
        "Press the padlock to the left of the address.",
        "Press Camera and Microphone until they say Allowed.",
        "Come back here and press Try again.",
      ],
      chrome: [
        "Click the sign to the left of the address.",
        "Turn on Camera and Microphone.",
        "Come back here and press Try again.",
      ],
      edge: [
        "Click the padlock to the left of the address.",
        "Choose Allow for Camera and Microphone.",
        "Come back here and press Try again.",
      ],
      safari: [
        "Open the Safari menu at the top and choose Settings for this website.",
        "Choose Allow for Camera and Microphone.",
        "Come back here and press Try again.",
      ],
    },
    system: "If that does not help, the phone or computer itself may have turned the camera off for the browser: see its settings.",
  },

  inApp: {
    title: (app) => (app ? `Open the page in a real browser instead of in ${app}` : "Open the page in a real browser"),
    text: "In here the page often may not use the camera.",
    names: {
      facebook: "Facebook",
      messenger: "Messenger",
      instagram: "Instagram",
      whatsapp: "WhatsApp",
      line: "Line",
      wechat: "WeChat",
      snapchat: "Snapchat",
      tiktok: "TikTok",
      linkedin: "LinkedIn",
      x: "X",
      other: "",
    },
    steps: {
      ios: ["Press the three dots or the compass in the corner.", "Choose Open in Safari."],
      android: ["Press the three dots at the top.", "Choose Open in browser or Open in Chrome."],
      other: ["Copy the link.", "Paste it into Chrome, Edge, Firefox or Safari."],
    },
    move: (open) => `Your place is kept. Choose “${open}” further down, and write the code in the other browser.`,
    copy: "Copy the link",
    copied: "The link is copied",
    notCopied: "Hold your finger on the link to copy it:",
  },
};
