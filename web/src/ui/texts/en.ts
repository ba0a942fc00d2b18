import { daysSince, hoursAndMinutes } from "../shared/time";
import type { Texts } from "./sv";
import { translated, type Titles } from "./titles";
import { waitingEn } from "./waiting.en";

const SMALL = ["no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"];
const MONTHS = [
  "January",
  "February",
  "March",
  "April",
  "May",
  "June",
  "July",
  "August",
  "September",
  "October",
  "November",
  "December",
];

const TITLES: Titles = {
  sjuksköterska: "Nurse",
  distriktssköterska: "District nurse",
  barnsjuksköterska: "Paediatric nurse",
  specialistsjuksköterska: "Specialist nurse",
};

const called = (title: string): string => translated(TITLES, title);
const word = (n: number): string => SMALL[n] ?? String(n);
const capital = (text: string): string => text.slice(0, 1).toUpperCase() + text.slice(1);
const people = (n: number): string => (n === 1 ? "one person" : `${word(n)} people`);
const clock = (instant: number): string => hoursAndMinutes(instant).join(".");
const sentence = (parts: string[]): string => parts.filter(Boolean).join(" ");

function day(instant: number, now: number): string {
  const since = daysSince(instant, now);
  if (since === 0) return "today";
  if (since === 1) return "yesterday";
  const at = new Date(instant);
  return `${at.getDate()} ${MONTHS[at.getMonth()] ?? ""}`;
}

function before(urgent: number, earlier: number): string {
  if (urgent + earlier === 0) return "It is your turn when the next nurse is free.";
  return sentence([
    urgent > 0 ? `${capital(word(urgent))} ${urgent === 1 ? "needs" : "need"} help sooner.` : "",
    earlier > 0 ? `${capital(word(earlier))} came before you.` : "",
  ]);
}

export const en: Texts = {
  code: "en",
  direction: "ltr",
  brand: "Rådgivningen",
  unreviewed: "This translation has not been reviewed yet. The Swedish text applies.",
  language: "Language of the page",
  close: "Close",
  cancel: "Cancel",
  back: "Back",
  demo: "Demonstration. Do not enter real details here.",
  clock,
  dayAndClock: (instant, now) => `${day(instant, now)} at ${clock(instant)}`,

  emergency: { question: "Danger to life?", call: "Call 112" },

  title: {
    start: "Talk to a nurse",
    information: "Before you join the line",
    waiting: (place) => `Number ${place} in line`,
    meeting: "In a talk",
    called: "It is your turn",
    message: (n) => `(${n}) New message`,
    after: "Your advice",
    ended: "Ended",
  },

  loading: "Loading the page",

  service: {
    down: "The service cannot be reached right now",
    downText: "You are not in line. Call 112 in an emergency, otherwise your region's advice line by phone.",
    late: "The page has not been fetched yet",
    lateText: "The connection is poor. We keep trying. Nothing is lost.",
    again: "Try again",
    offline: "No connection",
    offlineForm: "We keep trying. What you have written is still here.",
    offlineWaiting: "We keep trying. Your place is kept for 30 minutes.",
    offlineTalk: "We keep trying. Picture and sound may go on anyway.",
    offlineAfter: "We keep trying. What you see is from when we last had contact.",
    reload: "Reload the page",
    refused: "The page is disconnected",
    refusedWhy: {
      old_protocol: "There is a newer version of the page.",
      sign_in: "The page has been open too long and must be loaded again.",
      signed_out: "You have gone on with another device or ended here.",
      too_many_pages: "The page is open in too many places. Close the others first.",
    },
    refusedOther: "Reload the page to go on. Your contact is still there.",
  },

  problem: {
    "page.offline": "It was not sent, because you have no connection. Try again in a while.",
    "page.unknown_outcome": "The connection broke before the answer came. The page shows how it went.",
    "page.too_large": "It is too long to be sent at once. Split it up.",
    "page.incomplete": "Something is missing in the form. Go back and fill it in.",
    "page.failed": "Something went wrong on our side. Try again. Call 112 in an emergency.",
  },

  start: {
    lead: "Get advice by video or chat, right in the browser. It costs nothing.",
    step: (n, of) => `Step ${n} of ${of}`,
    errors: (n) => (n === 1 ? "One thing is missing" : `${capital(word(n))} things are missing`),
    optional: "optional",

    region: "Where are you right now?",
    regionHelp: "You are connected to nurses for that region.",
    regionChoose: "Choose a region",
    regionMissing: "Choose the region you are in.",
    onDuty: (n) => (n === 1 ? "One nurse on duty." : `${capital(word(n))} nurses on duty.`),
    inLine: (n) => (n === 0 ? "Nobody is waiting right now." : `${capital(people(n))} waiting.`),
    nobody: (region) => `No nurse is on duty for ${region} right now.`,
    nobodyText: "You can join the line, but we do not know when anybody can answer.",
    emergency: "Call 112 in an emergency.",
    elsewhere: "If it cannot wait, turn to an urgent care clinic, an emergency department or the advice line by phone.",

    concerns: "Whom is it about?",
    concern: { me: "Myself", my_child: "My child", someone_else: "Someone else" },
    concernsMissing: "Choose whom it is about.",
    called: {
      me: "What do you want to be called?",
      my_child: "What is the child's name?",
      someone_else: "What is the person's name?",
    },
    calledHelp: "First name is enough.",
    age: "Age in years",
    ageHelp: "Write 0 for a child under one year.",
    ageWrong: "Write the age in figures, 0 to 125.",

    topics: "What is it about?",
    topicsHelp: "Then you can meet a nurse who knows more about just that.",
    topic: {
      general: "Something else, or not sure",
      child: "Children",
      mental_health: "Mental health",
      skin: "Skin",
      pregnancy: "Pregnancy",
    },
    story: "What do you need help with?",
    storyHelp: "For example where it hurts, for how long, and whether you have a fever.",
    storyLeft: (n) => (n === 1 ? "1 character left" : `${n.toLocaleString("en-GB")} characters left`),
    storyOver: (n) => `${n.toLocaleString("en-GB")} characters too many. Shorten the text.`,
    storyMissing: "Write a few words about what you need help with.",

    photos: "Photos",
    photosHelp: "For example of a rash or a wound. They are sent only once you are in line.",

    channel: "How do you want to talk?",
    channelName: { video: "Video", chat: "Chat" },
    channelHelp: {
      video: "You see and hear each other.",
      chat: "You write to each other. You can change to video later.",
    },

    talk: "Which language do you want to speak?",
    interpreter: "I need an interpreter",
    protected: "My identity is protected",
    protectedHelp: "Then only nurses who have the right see who you are. Write no address.",
    interpreterHelp: "A good choice if you are not sure that the nurse speaks your language.",

    next: "Continue",
    move: "Do you have a code from another device?",
    kept: "What you write is kept on this device only, for two hours at most, until you join the line.",
  },

  information: {
    lead: "This applies when you get advice here.",
    who: "Who answers",
    whoText: "A nurse. You see the nurse's name, title and region when you meet.",
    responsible: "Who is responsible",
    responsibleText: (region) => `${region} is responsible for the care and for your data.`,
    stored: "What is stored",
    storedText:
      "What you write, the chat, the photos and the nurse's note. Location and other hidden data are removed from photos.",
    recorded: "Nothing is recorded",
    recordedText: "Picture and sound go encrypted between you and the nurse. They are never stored.",
    cost: "It costs 0 kr",
    costText: "You pay nothing for the advice.",
    limits: "Not for emergencies",
    limitsText: "Call 112 if someone finds it hard to breathe, has strong chest pain or signs of stroke.",
    agree: "I have read this and want advice on these terms",
    agreeMissing: "Tick the box if you want to continue.",
    version: (version) => `Information text ${version}`,
    join: "Join the line",
    joinVideo: "Once you are in line, the browser asks to use your camera and microphone.",
  },

  paused: {
    topic: (region, topic) => `${region} takes nobody new about ${topic.toLowerCase()} right now.`,
    heading: (region, channel) =>
      channel === null
        ? `${region} takes nobody new right now.`
        : `${region} takes nobody new by ${channel.toLowerCase()} right now.`,
    stay: {
      closed: "The line has closed to new people. You keep your place.",
      full: "The line is full and takes nobody new. You keep your place.",
    },
  },
  waiting: {
    place: "Your place",
    heading: (ahead) => {
      if (ahead === 0) return "You are next";
      return `${capital(people(ahead))} ${ahead === 1 ? "is" : "are"} before you`;
    },
    before,
    unknown: "You are in line",
    unknownText: "We are working out your place.",
    offered: "It is soon your turn",
    offeredText: "A nurse is reading what you wrote. Stay on the page.",
    scheduled: "We will contact you at the time you chose",
    forecast: "Likely wait",
    interval: ({ low, high }) => {
      const end = high === 1 ? "1 minute" : `${high} minutes`;
      return low === 0 ? `at most ${end}` : `${low} to ${end}`;
    },
    minutes: (n) => `${n} min`,
    now: "now",
    basis: (at) => `Worked out so that four in five wait within this span. At ${at}.`,
    held: (of10) => `In the last week it held for ${of10} in 10 in your region.`,
    how: "How we work it out",
    howText:
      "From how many wait before you, how many nurses on duty can help you, how long the latest contacts took, how " +
      "long those waited who have just been helped, and how many leave the line. Somebody in greater need may go " +
      "before you, and we count on that too.",
    nobody: "Nobody on duty can take you right now",
    nobodyText:
      "So we cannot say how long you will wait. Your place is kept and we have raised an alarm.",
    noForecast: "The wait cannot be told right now",
    noForecastText: "We show it as soon as we can.",
    keep: "You may close this page, your place is kept for 30 minutes.",
    keepText: "Come back to the same address. While the page is closed nobody can receive you.",
    soundNote: "The page makes a sound when it is your turn.",
    told: {
      nurse_declined: "The nurse could not receive you just then. Your place is the same.",
      nurse_silent: "The nurse did not have time to answer. Your place is the same.",
      nurse_lost: "The nurse's connection broke. You go ahead in the line, to the next nurse who is free.",
      nurse_sent_back: "The nurse returned you to the line. You need not tell everything again.",
      no_answer: "Please answer when we call next, or wait at the page instead.",
      handed_over: "You go ahead in the line to whoever takes over. You need not tell everything again.",
      colleague_could_not: "The colleague could not take over. Now every nurse who fits can receive you, and you go ahead in the line.",
    },
    toldHeading: {
      nurse_declined: "You are still in line",
      nurse_silent: "You are still in line",
      nurse_lost: "The connection to the nurse broke",
      nurse_sent_back: "You are in line again",
      no_answer: "We have called, but nobody answered",
      handed_over: "You are handed over",
      colleague_could_not: "You are still in line",
    },
    worse: "Is it getting worse?",
    worseText: "Write it in the chat, and the nurse reads it when it is your turn. If it is urgent, call 112.",
    chat: "Write while you wait",
    chatText: "The nurse reads it when it is your turn.",
    yourStory: "What you wrote",
    change: "Change to",
    toChat: "Wait for chat instead",
    toVideo: "Wait for video instead",
    leave: "Leave the line",
    leaveTitle: "Do you want to leave the line?",
    leaveText: "You lose your place and the contact ends.",
    leaveYes: "Yes, leave the line",
    leaveNo: "No, stay",
  },

  meanwhile: waitingEn,

  devices: {
    heading: "Camera and microphone",
    ready: "Picture and sound ready",
    readyPicture: "Picture ready",
    noPicture: "Sound ready, no picture",
    self: "Your own picture",
    start: "Turn on camera and microphone",
    startText: "Try it now, so that you start at once when it is your turn. Only you see the picture.",
    asking: "Answer the browser",
    askingText: "The browser asks for permission. Choose Allow, and you see yourself here.",
    level: "Microphone",
    levelSay: "Say something and see whether the bar moves.",
    levelHeard: "The microphone hears you.",
    levelMuted: "You have turned the microphone off.",
    noMicrophone: "No microphone. The nurse sees you, but you will have to write to each other.",
    camera: "Camera",
    microphone: "Microphone",
    speaker: "Speaker",
    unnamed: (n) => `Device ${n}`,
    choose: "Choose camera and microphone",
    again: "Try again",
    chatInstead: "Go on with chat instead",
    trouble: {
      denied: "The camera is not allowed",
      missing: "No camera was found",
      busy: "Another program is using the camera",
      failed: "The camera could not be started",
    },
    help: {
      denied: [
        "Press the padlock or the camera sign beside the page's address.",
        "Allow camera and microphone.",
        "Come back here and press Try again.",
      ],
      missing: ["Connect a camera, or open the page on a phone.", "You can move the contact to another device below."],
      busy: ["Close other programs and tabs that use the camera.", "Then press Try again."],
      failed: ["Press Try again. If that does not help, reload the page. Your place is kept."],
    },
  },

  photos: {
    heading: "Photos",
    take: "Take a photo",
    pick: "Choose photos",
    add: "Add a photo",
    count: (n) => (n === 1 ? "1 photo" : `${n} photos`),
    none: "No photos yet.",
    number: (n) => `Photo ${n}`,
    waiting: "Waiting to be sent",
    kept: "Sent when you are in line",
    sending: (percent) => `Sending, ${percent} %`,
    cleaning: "Arrived, being prepared",
    ready: "Arrived",
    failed: "Did not arrive",
    again: "Send again",
    cancel: (name) => `Remove ${name}`,
    remove: (n) => `Remove photo ${n}`,
    full: "There is room for ten photos. Remove one to add another.",
    rejected: {
      "photo.not_an_image": "The file is not an image. Choose a JPEG, PNG, WebP or HEIC.",
      "photo.too_large": "The photo is too large. At most 20 MB.",
      "photo.cut_short": "Only a part arrived. Send it again.",
      "photo.too_many_pixels": "The photo is too large for us. Take a new one with the ordinary camera.",
      "photo.animated": "Moving images cannot be used. Take an ordinary photo.",
      "photo.too_many": "There are already ten photos. Remove one first.",
      "photo.unreadable": "The photo could not be read. Take a new one.",
    },
    guide: "How to take a good photo",
    guideSteps: [
      "Wipe the lens.",
      "Take it in daylight, without flash and shadows.",
      "Take two: one of the whole body part and a close-up from 10 to 20 cm.",
      "Hold the camera straight in front of the skin and press the screen to make it sharp.",
      "Put a ruler or a coin beside it, not on it.",
      "Ask someone else to take it if you cannot reach.",
      "Do not show face or private parts unless the nurse has asked for it.",
    ],
  },

  chat: {
    heading: "Chat",
    log: "Messages",
    empty: "No messages yet.",
    write: "Write a message",
    send: "Send",
    you: "You",
    sending: "Sending",
    sent: "Sent",
    read: "Read",
    failed: "Did not arrive.",
    resend: "Send again",
    typing: (name) => `${name} is writing`,
    closed: "The chat is closed.",
    tooLong: (over) => `${over} characters too many. Split it in two.`,
    at: clock,
    nurse: "The nurse",
    from: (name, at) => `${name} in the chat, ${at}`,
  },

  meeting: {
    with: (name) => `Talk with ${name}`,
    card: (title, region) => sentence([title ? `${called(title)},` : "", region]),
    video: (name) => `Video from ${name}`,
    playSound: "Press to hear",
    joining: (name) => `${name} is receiving you`,
    joiningText: "Picture and sound are being connected.",
    good: "Good connection.",
    seesAndHears: (name) => `${name} sees and hears you.`,
    hearsOnly: (name) => `${name} hears you but does not see you.`,
    seesOnly: (name) => `${name} sees you but does not hear you.`,
    neither: (name) => `${name} neither sees nor hears you.`,
    connecting: "Connecting.",
    connectingText: "It takes a few seconds.",
    reconnecting: "The picture has stopped.",
    reconnectingText: "We are connecting it again. Do not hang up.",
    failed: "The picture does not get through.",
    failedText: "We keep trying. The chat works.",
    inChat: "Connected.",
    inChatText: (name) => `${name} reads what you write.`,
    selfAway: "You have no connection right now.",
    nurseAway: (name) => `${name} is away right now.`,
    controls: "Controls of the talk",
    sound: { on: "Sound on", off: "Sound off" },
    soundDo: { off: "Turn the microphone off", on: "Turn the microphone on" },
    picture: { on: "Picture on", off: "Picture off" },
    pictureDo: { off: "Turn the camera off", on: "Turn the camera on" },
    turn: "Flip",
    turnDo: "Flip the camera",
    chat: "Chat",
    chatDo: (unread) => (unread === 0 ? "Open the chat" : `Open the chat, ${unread} new`),
    settings: "Camera and microphone",
    end: "End",
    endDo: "End the talk",
    endTitle: "Do you want to end the talk?",
    endText: "The nurse then writes your advice, and it comes to this page.",
    endYes: "Yes, end",
    endNo: "No, go on talking",
    toChat: "End the video, go on in chat",
    proposal: {
      video: (name) => `${name} would like to meet by video`,
      chat: (name) => `${name} would like to go over to chat`,
    },
    proposalText: {
      video: "You go on in the same contact. The camera starts only when you say yes. Nothing is recorded.",
      chat: "You go on in the same contact. Camera and microphone are turned off.",
    },
    proposalYes: { video: "Yes, start video", chat: "Yes, change to chat" },
    proposalNo: { video: "No, go on in chat", chat: "No, go on by video" },
    interruptedNurse: (name) => `${name} has lost the connection`,
    interruptedNurseText:
      "Stay here. If the nurse is not back within half a minute, you go ahead in the line to the next one who is free.",
    interruptedSelf: "Your connection broke",
    interruptedSelfText: "The nurse waits for you for a few minutes. We connect again as soon as possible.",
    interruptedTips: ["Move closer to your wifi, or change to mobile data.", "You can also go on with another device."],
    emergencyMeanwhile: "If it becomes an emergency, call 112.",
    selfHidden: "Your picture is off",
    noCamera: "The camera is not on",
    photoArrived: "The photo has arrived",
  },

  wrapping: {
    heading: "The talk is over",
    writing: (name) => `${name} is writing your advice`,
    text: "It comes on this page as soon as it is ready. You need not wait: come back to the same address later.",
    remember: "Did you think of something more?",
    rememberText: "Write it in the chat, and the nurse reads it before the advice is finished.",
  },

  after: {
    heading: (called) => (called ? `Advice for you, ${called}` : "Advice for you"),
    headingOther: (called) => (called ? `Advice for ${called}` : "Your advice"),
    from: (name, title, when) => `From ${name}${title ? `, ${called(title).toLowerCase()}` : ""}, ${when}`,
    soon: "How soon care is needed",
    soonWords: {
      P1: "at once",
      P2: "within some hours",
      P3: "within a day",
      P4: "within a week or two",
      P5: "no care is needed now",
    },
    care: {
      INFORMATION: "Your question has been answered",
      SELF_CARE: "You can take care of it at home",
      SELF_CARE_PHARMACY: "You can take care of it yourself, with help from a pharmacy",
      PRIMARY_CARE: "Contact your health centre",
      PRIMARY_CARE_SAME_DAY: "Contact your health centre today",
      URGENT_CARE: "Go to an urgent care clinic",
      EMERGENCY_DEPARTMENT: "Go to an emergency department",
      AMBULANCE_112: "Call 112 now",
      CHILD_OR_MATERNITY_CENTRE: "Contact the child health centre or the midwife",
      YOUTH_CLINIC: "Contact a youth clinic",
      GYNAECOLOGY: "Contact a gynaecology clinic",
      DENTAL_CARE: "Contact a dentist",
      PSYCHIATRY_OUTPATIENT: "Contact a psychiatric clinic",
      PSYCHIATRY_EMERGENCY: "Go to a psychiatric emergency department",
      EYE_OR_ENT: "Contact a clinic for eyes or for ear, nose and throat",
      POISONS_INFORMATION: "Call the Poisons Information Centre, in acute danger through 112",
      SOCIAL_SERVICES: "Contact the social services in your municipality",
      POLICE: "Contact the police, in ongoing danger through 112",
    },
    advice: "The nurse's advice",
    seekAgain: "Seek help again if",
    seekAgainAlways: "You get worse, do not get better, or something new worries you.",
    emergency: "Hard to breathe, confused or much worse?",
    answered: "Who answered",
    answeredText: (name, title, region, when) =>
      `${name}, ${title ? `${called(title).toLowerCase()}, ` : ""}${region}. ${capital(when)}.`,
    record: "The advice is part of the note about your contact. You find it at the same address on this device.",
    print: "Print or save the advice",
    new: "New contact",
    newText: "If you need help again, you start from the beginning.",
    newKept: "The advice stays at this address.",
    forget: "Remove from this device",
    forgetTitle: "Remove from this device?",
    forgetWarn: "What is shown here can no longer be read on this device. Print or save it first if you want to keep it.",
    forgetYes: "Yes, remove",
    forgetNo: "No, keep it",
    earlier: "Read the advice you got last",
    chat: "What you wrote to each other",
    ended: {
      signed: "Your contact has ended",
      patient_left: "You have left the line",
      abandoned: "The contact has ended",
    },
    endedText: {
      signed: "The nurse has ended the contact.",
      patient_left: "Your place is gone. If you need help again, start a new contact.",
      abandoned: "We could not reach you on this page, so the place could not be kept any longer.",
    },
    worse: "If it gets worse or becomes urgent, call 112.",
  },

  survey: {
    heading: "How was it?",
    text: "Your answer is used to make the service better.",
    scale: ["Very bad", "Bad", "Neither", "Good", "Very good"],
    words: "Would you like to say something more?",
    send: "Send the answer",
    choose: "Choose one of the five answers.",
    thanks: "Thank you for your answer.",
  },

  move: {
    open: "Go on with another device",
    openText: "For example if the phone has a better camera.",
    title: "Go on with another device",
    scan: "Point the other device's camera at the square, or open the page there and write the code.",
    code: "Code",
    qr: "Pattern that opens your contact on another device",
    valid: (at) => `The code works once, until ${at}.`,
    secret: "Do not show it to anybody else. It opens your contact.",
    making: "Getting a code",
    renew: "New code",
    enterTitle: "Write the code from the other device",
    enter: "Code",
    enterHelp: "The code is under Go on with another device.",
    enterMissing: "Write the code first.",
    go: "Go on with the contact here",
  },
};
