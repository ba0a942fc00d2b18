import { daysSince, hoursAndMinutes } from "../shared/time";
import type { Texts } from "./sv";
import { translated, type Titles } from "./titles";
import { waitingAr } from "./waiting.ar";

const TITLES: Titles = {
  sjuksköterska: "ممرضة",
  distriktssköterska: "ممرضة رعاية أولية",
  barnsjuksköterska: "ممرضة أطفال",
  specialistsjuksköterska: "ممرضة متخصصة",
};

const called = (title: string): string => translated(TITLES, title);
const MONTHS = [
  "يناير",
  "فبراير",
  "مارس",
  "أبريل",
  "مايو",
  "يونيو",
  "يوليو",
  "أغسطس",
  "سبتمبر",
  "أكتوبر",
  "نوفمبر",
  "ديسمبر",
];

const plurals = new Intl.PluralRules("ar");

interface Forms {
  one: string;
  two: string;
  few: (n: number) => string;
  many: (n: number) => string;
}

/** Arabic counts one, two, a few (3 to 10) and many (from 11). */
function counted(n: number, forms: Forms): string {
  switch (plurals.select(n)) {
    case "one":
      return forms.one;
    case "two":
      return forms.two;
    case "few":
      return forms.few(n);
    default:
      return forms.many(n);
  }
}

const people = (n: number): string =>
  counted(n, {
    one: "شخص واحد",
    two: "شخصان",
    few: (some) => `${some} أشخاص`,
    many: (some) => `${some} شخصًا`,
  });

const minutes = (n: number): string =>
  counted(n, {
    one: "دقيقة واحدة",
    two: "دقيقتين",
    few: (some) => `${some} دقائق`,
    many: (some) => `${some} دقيقة`,
  });

const characters = (n: number): string =>
  counted(n, { one: "حرف واحد", two: "حرفان", few: (some) => `${some} أحرف`, many: (some) => `${some} حرفًا` });

/** A name in Latin letters inside Arabic: its own direction, so that the stops after it stay in place. */
const apart = (text: string): string => `\u2068${text}\u2069`;
const clock = (instant: number): string => hoursAndMinutes(instant).join(".");
const sentence = (parts: string[]): string => parts.filter(Boolean).join(" ");

function day(instant: number, now: number): string {
  const since = daysSince(instant, now);
  if (since === 0) return "اليوم";
  if (since === 1) return "أمس";
  const at = new Date(instant);
  return `${at.getDate()} ${MONTHS[at.getMonth()] ?? ""}`;
}

function before(urgent: number, earlier: number): string {
  if (urgent + earlier === 0) return "يحين دورك عندما تتفرغ الممرضة التالية.";
  return sentence([
    urgent > 0 ? `${people(urgent)} بحاجة إلى مساعدة أسرع.` : "",
    earlier > 0 ? `${people(earlier)} وصلوا قبلك.` : "",
  ]);
}

export const ar: Texts = {
  code: "ar",
  direction: "rtl",
  brand: "Rådgivningen",
  unreviewed: "لم تُراجع هذه الترجمة بعد. النص السويدي هو المعتمد.",
  language: "لغة الصفحة",
  close: "إغلاق",
  cancel: "إلغاء",
  back: "رجوع",
  demo: "عرض تجريبي. لا تكتب معلومات حقيقية هنا.",
  clock,
  dayAndClock: (instant, now) => `${day(instant, now)} الساعة ${clock(instant)}`,

  emergency: { question: "خطر على الحياة؟", call: "اتصل بالرقم 112" },

  title: {
    start: "تحدث مع ممرضة",
    information: "قبل أن تنضم إلى قائمة الانتظار",
    waiting: (place) => `رقم ${place} في الانتظار`,
    meeting: "محادثة جارية",
    called: "حان دورك الآن",
    message: (n) => `(${n}) رسالة جديدة`,
    after: "النصائح المقدمة لك",
    ended: "انتهت",
  },

  loading: "يجري تحميل الصفحة",

  service: {
    down: "لا يمكن الوصول إلى الخدمة الآن",
    downText: "أنت لست في قائمة الانتظار. اتصل بالرقم 112 في الطوارئ، أو بخط المشورة الهاتفي في منطقتك.",
    late: "لم يتم تحميل الصفحة بعد",
    lateText: "الاتصال ضعيف. نواصل المحاولة. لم يضِع شيء.",
    again: "حاول مرة أخرى",
    offline: "لا يوجد اتصال",
    offlineForm: "نواصل المحاولة. ما كتبته محفوظ.",
    offlineWaiting: "نواصل المحاولة. مكانك محفوظ لمدة 30 دقيقة.",
    offlineTalk: "نواصل المحاولة. قد يستمر الصوت والصورة رغم ذلك.",
    offlineAfter: "نواصل المحاولة. ما تراه هنا هو من آخر اتصال.",
    reload: "أعد تحميل الصفحة",
    refused: "انقطع اتصال الصفحة",
    refusedWhy: {
      old_protocol: "توجد نسخة أحدث من الصفحة.",
      sign_in: "بقيت الصفحة مفتوحة وقتًا طويلًا ويجب تحميلها من جديد.",
      signed_out: "تابعت على جهاز آخر أو أنهيت هنا.",
      too_many_pages: "الصفحة مفتوحة في أماكن كثيرة. أغلق الأخرى أولًا.",
    },
    refusedOther: "أعد تحميل الصفحة للمتابعة. محادثتك ما زالت موجودة.",
  },

  problem: {
    "page.offline": "لم يُرسل لأنه لا يوجد اتصال. حاول مرة أخرى بعد قليل.",
    "page.unknown_outcome": "انقطع الاتصال قبل وصول الرد. الصفحة تعرض ما حدث.",
    "page.too_large": "النص أطول من أن يُرسل دفعة واحدة. قسّمه.",
    "page.incomplete": "هناك معلومات ناقصة في النموذج. ارجع واملأها.",
    "page.failed": "حدث خطأ لدينا. حاول مرة أخرى. اتصل بالرقم 112 في الطوارئ.",
  },

  languages: {
    sv: "السويدية",
    en: "الإنجليزية",
    ar: "العربية",
    so: "الصومالية",
    fa: "الفارسية",
    prs: "الدارية",
    ti: "التغرينية",
    ru: "الروسية",
    uk: "الأوكرانية",
    am: "الأمهرية",
    pl: "البولندية",
    fi: "الفنلندية",
    es: "الإسبانية",
    fr: "الفرنسية",
    de: "الألمانية",
    tr: "التركية",
    ku: "الكردية",
    bs: "البوسنية",
    sq: "الألبانية",
    ps: "البشتو",
    th: "التايلاندية",
    vi: "الفيتنامية",
    zh: "الصينية",
    se: "سامي الشمالية",
    yi: "اليديشية",
  },

  start: {
    lead: "احصل على المشورة عبر الفيديو أو الدردشة، مباشرة في المتصفح. الخدمة مجانية.",
    step: (n, of) => `الخطوة ${n} من ${of}`,
    errors: (n) => (n === 1 ? "هناك معلومة ناقصة" : `هناك معلومات ناقصة: ${n}`),
    optional: "اختياري",

    region: "أين أنت الآن؟",
    regionHelp: "يتم توصيلك بممرضات تلك المنطقة.",
    regionChoose: "اختر المنطقة",
    regionMissing: "اختر المنطقة التي أنت فيها.",
    onDuty: (n) =>
      counted(n, {
        one: "ممرضة واحدة في الخدمة.",
        two: "ممرضتان في الخدمة.",
        few: (some) => `${some} ممرضات في الخدمة.`,
        many: (some) => `${some} ممرضة في الخدمة.`,
      }),
    inLine: (n) => (n === 0 ? "لا أحد ينتظر الآن." : `${people(n)} في الانتظار.`),
    nobody: (region) => `لا توجد ممرضة في الخدمة لمنطقة ${apart(region)} الآن.`,
    nobodyText: "يمكنك الانضمام إلى الانتظار، لكننا لا نعرف متى يمكن لأحد أن يرد.",
    emergency: "اتصل بالرقم 112 في الطوارئ.",
    elsewhere: "إن كان الأمر لا يحتمل الانتظار فتوجّه إلى عيادة مناوبة أو قسم الطوارئ أو اتصل بخط المشورة هاتفيًا.",

    concerns: "من المعني؟",
    concern: { me: "أنا", my_child: "طفلي", someone_else: "شخص آخر" },
    concernsMissing: "اختر من المعني.",
    called: { me: "ماذا تحب أن نناديك؟", my_child: "ما اسم الطفل؟", someone_else: "ما اسم الشخص؟" },
    calledHelp: "الاسم الأول يكفي.",
    age: "العمر بالسنوات",
    ageHelp: "اكتب 0 إذا كان عمر الطفل أقل من سنة.",
    ageWrong: "اكتب العمر بالأرقام، من 0 إلى 125.",

    topics: "ما موضوع سؤالك؟",
    topicsHelp: "لكي تستقبلك ممرضة تعرف أكثر عن هذا الموضوع.",
    topic: {
      general: "شيء آخر، أو لست متأكدًا",
      child: "طفل",
      mental_health: "الصحة النفسية",
      skin: "الجلد",
      pregnancy: "الحمل",
    },
    story: "بماذا تحتاج المساعدة؟",
    storyHelp: "مثلًا أين تشعر بالألم، ومنذ متى، وهل لديك حمى.",
    storyLeft: (n) => `بقي ${characters(n)}`,
    storyOver: (n) => `زيادة ${characters(n)}. اختصر النص.`,
    storyMissing: "اكتب بضع كلمات عمّا تحتاج المساعدة فيه.",

    photos: "صور",
    photosHelp: "مثلًا لطفح جلدي أو جرح. لا تُرسل إلا بعد انضمامك إلى الانتظار.",

    channel: "كيف تريد التحدث؟",
    channelName: { video: "فيديو", chat: "دردشة" },
    channelHelp: {
      video: "يرى ويسمع كل منكما الآخر.",
      chat: "تكتبان لبعضكما. يمكنك الانتقال إلى الفيديو لاحقًا.",
    },

    talk: "بأي لغة تريد التحدث؟",
    interpreter: "أحتاج إلى مترجم",
    protected: "بياناتي الشخصية محمية",
    protectedHelp: "عندها لا يرى هويتك إلا الممرضات المصرّح لهن. لا تكتب أي عنوان.",
    interpreterHelp: "خيار جيد إذا لم تكن متأكدًا من أن الممرضة تتكلم لغتك.",

    next: "متابعة",
    move: "هل لديك رمز من جهاز آخر؟",
    kept: "ما تكتبه محفوظ على هذا الجهاز فقط، لمدة ساعتين كحد أقصى، حتى تنضم إلى الانتظار.",
  },

  information: {
    lead: "هذا ما ينطبق عندما تحصل على المشورة هنا.",
    who: "من يرد",
    whoText: "ممرضة. ترى اسمها ومهنتها ومنطقتها عند لقائكما.",
    responsible: "من المسؤول",
    responsibleText: (region) => `${apart(region)} هي المسؤولة عن الرعاية وعن بياناتك.`,
    stored: "ما الذي يُحفظ",
    storedText: "ما تكتبه، والدردشة، والصور، وملاحظة الممرضة. يُزال الموقع وغيره من البيانات المخفية من الصور.",
    recorded: "لا يُسجَّل أي شيء",
    recordedText: "ينتقل الصوت والصورة مشفّرين بينك وبين الممرضة. لا يُحفظان أبدًا.",
    cost: "التكلفة 0 كرونة",
    costText: "لا تدفع شيئًا مقابل المشورة.",
    limits: "ليست لحالات الطوارئ",
    limitsText: "اتصل بالرقم 112 عند صعوبة التنفس أو ألم شديد في الصدر أو علامات السكتة الدماغية.",
    agree: "قرأت هذا وأريد الحصول على المشورة بهذه الشروط",
    agreeMissing: "ضع علامة في المربع إذا أردت المتابعة.",
    version: (version) => `نص المعلومات ${version}`,
    join: "ضعني في قائمة الانتظار",
    joinVideo: "عند انضمامك يطلب المتصفح الإذن باستخدام الكاميرا والميكروفون.",
  },

  paused: {
    topic: (region, topic) => `${apart(region)} لا تستقبل أحدًا جديدًا الآن في موضوع: ${topic}.`,
    heading: (region, channel) =>
      channel === null
        ? `${apart(region)} لا تستقبل أحدًا جديدًا الآن.`
        : `${apart(region)} لا تستقبل أحدًا جديدًا عبر ${channel} الآن.`,
    stay: {
      closed: "أُغلق الخط أمام الجدد. أنت تحتفظ بمكانك.",
      full: "الخط ممتلئ ولا يستقبل أحدًا جديدًا. أنت تحتفظ بمكانك.",
    },
  },
  waiting: {
    place: "مكانك",
    heading: (ahead) => (ahead === 0 ? "دورك هو التالي" : `${people(ahead)} قبلك`),
    before,
    unknown: "أنت في قائمة الانتظار",
    unknownText: "نحسب مكانك الآن.",
    offered: "اقترب دورك",
    offeredText: "تقرأ ممرضة ما كتبته. ابق على الصفحة.",
    scheduled: "نتصل بك في الوقت الذي اخترته",
    forecast: "الانتظار المتوقع",
    interval: ({ low, high }) => (low === 0 ? `${minutes(high)} كحد أقصى` : `من ${low} إلى ${minutes(high)}`),
    minutes: (n) => `${n} د`,
    now: "الآن",
    basis: (at) => `محسوب بحيث ينتظر أربعة من كل خمسة ضمن هذه المدة. الساعة ${at}.`,
    held: (of10) => `في الأسبوع الماضي صحّ ذلك لدى ${of10} من كل 10 في منطقتك.`,
    how: "كيف نحسب ذلك",
    howText:
      "نحسبه من عدد المنتظرين قبلك، وعدد طاقم التمريض المناوب القادر على استقبالك، ومدة المحادثات الأخيرة، ومدة انتظار " +
      "من تلقّوا المساعدة للتو، وعدد من يغادرون الدور. وقد يتقدّم عليك من حاجته أشد، ونحن نحسب حساب ذلك أيضًا.",
    nobody: "لا يوجد حاليًا في الخدمة من يمكنه استقبالك",
    nobodyText:
      "لذلك لا يمكن تحديد مدة الانتظار. مكانك محفوظ وقد أبلغنا عن ذلك.",
    noForecast: "لا يمكن تحديد مدة الانتظار الآن",
    noForecastText: "نعرضها حالما يمكن ذلك.",
    keep: "يمكنك إغلاق الصفحة، مكانك محفوظ لمدة 30 دقيقة.",
    keepText: "عد إلى العنوان نفسه. لا يمكن لأحد استقبالك والصفحة مغلقة.",
    soundNote: "تصدر الصفحة صوتًا عندما يحين دورك.",
    told: {
      nurse_declined: "لم تتمكن الممرضة من استقبالك حينها. مكانك كما هو.",
      nurse_silent: "لم يتسنَّ للممرضة الرد. مكانك كما هو.",
      nurse_lost: "انقطع اتصال الممرضة. ستتقدم في الانتظار إلى أول ممرضة تتفرغ.",
      nurse_sent_back: "أعادتك الممرضة إلى الانتظار. لا داعي لشرح كل شيء من جديد.",
      no_answer: "أجب من فضلك عندما نتصل في المرة القادمة، أو انتظر في الصفحة.",
      handed_over: "ستتقدم في الانتظار إلى من يستلم حالتك. لا داعي لشرح كل شيء من جديد.",
      colleague_could_not: "لم يتمكن الزميل من استلام حالتك. الآن يمكن لأي ممرضة مناسبة استقبالك، وستتقدم في الانتظار.",
    },
    toldHeading: {
      nurse_declined: "ما زلت في الانتظار",
      nurse_silent: "ما زلت في الانتظار",
      nurse_lost: "انقطع الاتصال بالممرضة",
      nurse_sent_back: "أنت في الانتظار من جديد",
      no_answer: "اتصلنا بك ولم يرد أحد",
      handed_over: "يتم تسليم حالتك",
      colleague_could_not: "ما زلت في الانتظار",
    },
    worse: "هل تسوء الحالة؟",
    worseText: "اكتب ذلك في الدردشة لتقرأه الممرضة عندما يحين دورك. إذا كان الأمر عاجلًا اتصل بالرقم 112.",
    chat: "اكتب أثناء انتظارك",
    chatText: "تقرأه الممرضة عندما يحين دورك.",
    yourStory: "ما كتبته",
    change: "غيّر إلى",
    toChat: "انتظر الدردشة بدلًا من ذلك",
    toVideo: "انتظر الفيديو بدلًا من ذلك",
    leave: "مغادرة الانتظار",
    leaveTitle: "هل تريد مغادرة الانتظار؟",
    leaveText: "ستفقد مكانك وتنتهي المحادثة.",
    leaveYes: "نعم، غادر",
    leaveNo: "لا، ابق",
  },

  meanwhile: waitingAr,

  devices: {
    heading: "الكاميرا والميكروفون",
    ready: "الصوت والصورة جاهزان",
    readyPicture: "الصورة جاهزة",
    noPicture: "الصوت جاهز، بدون صورة",
    self: "صورتك",
    start: "شغّل الكاميرا والميكروفون",
    startText: "جرّب الآن لتبدأ مباشرة عندما يحين دورك. أنت وحدك ترى الصورة.",
    asking: "أجب المتصفح",
    askingText: "يطلب المتصفح الإذن. اختر السماح لترى نفسك هنا.",
    level: "الميكروفون",
    levelSay: "قل شيئًا وانظر هل يتحرك المؤشر.",
    levelHeard: "الميكروفون يسمعك.",
    levelMuted: "أوقفت الميكروفون.",
    noMicrophone: "لا يوجد ميكروفون. تراك الممرضة، لكن عليكما الكتابة.",
    camera: "الكاميرا",
    microphone: "الميكروفون",
    speaker: "السماعة",
    unnamed: (n) => `جهاز ${n}`,
    choose: "اختر الكاميرا والميكروفون",
    again: "حاول مرة أخرى",
    chatInstead: "تابع بالدردشة بدلًا من ذلك",
    silence: {
      denied: "استخدام الميكروفون غير مسموح",
      missing: "لم يُعثر على ميكروفون",
      busy: "برنامج آخر يستخدم الميكروفون",
    },
    trouble: {
      denied: "الكاميرا غير مسموح بها",
      missing: "لم يُعثر على كاميرا",
      busy: "برنامج آخر يستخدم الكاميرا",
      insecure: "تحتاج الكاميرا إلى اتصال آمن",
      failed: "تعذّر تشغيل الكاميرا",
    },
    help: {
      denied: [
        "اضغط على القفل أو رمز الكاميرا بجانب عنوان الصفحة.",
        "اسمح بالكاميرا والميكروفون.",
        "عد إلى هنا واضغط حاول مرة أخرى.",
      ],
      missing: ["وصّل كاميرا أو افتح الصفحة على هاتف.", "يمكنك نقل المحادثة إلى جهاز آخر في الأسفل."],
      busy: ["أغلق البرامج والصفحات الأخرى التي تستخدم الكاميرا.", "ثم اضغط حاول مرة أخرى."],
      insecure: [
        "يجب أن يبدأ عنوان الصفحة بـ https://.",
        "افتح الرابط الذي وصلك مرة أخرى، أو تابع بالدردشة.",
      ],
      failed: ["اضغط حاول مرة أخرى. إن لم ينفع فأعد تحميل الصفحة. مكانك محفوظ."],
    },
  },

  photos: {
    heading: "صور",
    take: "التقط صورة",
    pick: "اختر صورًا",
    add: "أضف صورة",
    count: (n) =>
      counted(n, { one: "صورة واحدة", two: "صورتان", few: (some) => `${some} صور`, many: (some) => `${some} صورة` }),
    none: "لا توجد صور بعد.",
    number: (n) => `صورة ${n}`,
    waiting: "بانتظار الإرسال",
    kept: "تُرسل بعد انضمامك إلى الانتظار",
    sending: (percent) => `يجري الإرسال، ${percent}٪`,
    cleaning: "وصلت، يجري تجهيزها",
    ready: "وصلت",
    failed: "لم تصل",
    again: "أرسل مرة أخرى",
    cancel: (name) => `احذف ${apart(name)}`,
    remove: (n) => `احذف الصورة ${n}`,
    full: "الحد الأقصى عشر صور. احذف واحدة لإضافة أخرى.",
    rejected: {
      "photo.not_an_image": "الملف ليس صورة. اختر JPEG أو PNG أو WebP أو HEIC.",
      "photo.too_large": "الصورة كبيرة جدًا. الحد الأقصى 20 ميغابايت.",
      "photo.cut_short": "وصل جزء منها فقط. أرسلها مرة أخرى.",
      "photo.too_many_pixels": "الصورة كبيرة جدًا. التقط واحدة جديدة بالكاميرا العادية.",
      "photo.animated": "لا يمكن استخدام الصور المتحركة. التقط صورة عادية.",
      "photo.too_many": "توجد عشر صور بالفعل. احذف واحدة أولًا.",
      "photo.unreadable": "تعذّرت قراءة الصورة. التقط واحدة جديدة.",
    },
    guide: "كيف تلتقط صورة جيدة",
    guideSteps: [
      "امسح العدسة.",
      "التقطها في ضوء النهار، بدون فلاش أو ظلال.",
      "التقط صورتين: واحدة للجزء كله وأخرى قريبة من 10 إلى 20 سم.",
      "أمسك الكاميرا أمام الجلد مباشرة واضغط على الشاشة لتصبح واضحة.",
      "ضع مسطرة أو قطعة نقود بجانبها، لا فوقها.",
      "اطلب من شخص آخر التقاطها إن لم تستطع.",
      "لا تُظهر الوجه أو الأعضاء الخاصة إلا إذا طلبت الممرضة ذلك.",
    ],
  },

  chat: {
    heading: "الدردشة",
    log: "الرسائل",
    empty: "لا توجد رسائل بعد.",
    write: "اكتب رسالة",
    send: "أرسل",
    you: "أنت",
    sending: "يجري الإرسال",
    sent: "أُرسلت",
    read: "قُرئت",
    failed: "لم تصل.",
    resend: "أرسل مرة أخرى",
    typing: (name) => `${apart(name)} تكتب`,
    closed: "الدردشة مغلقة.",
    tooLong: (over) => `زيادة ${characters(over)}. قسّمها إلى رسالتين.`,
    at: clock,
    nurse: "الممرضة",
    from: (name, at) => `${apart(name)} في الدردشة، ${at}`,
  },

  meeting: {
    with: (name) => `محادثة مع ${apart(name)}`,
    card: (title, region) => sentence([title ? `${apart(called(title))}،` : "", apart(region)]),
    video: (name) => `فيديو من ${apart(name)}`,
    playSound: "اضغط لتسمع",
    joining: (name) => `${apart(name)} تستقبلك الآن`,
    joiningText: "يجري توصيل الصوت والصورة.",
    good: "الاتصال جيد.",
    seesAndHears: (name) => `${apart(name)} تراك وتسمعك.`,
    hearsOnly: (name) => `${apart(name)} تسمعك ولا تراك.`,
    seesOnly: (name) => `${apart(name)} تراك ولا تسمعك.`,
    neither: (name) => `${apart(name)} لا تراك ولا تسمعك.`,
    connecting: "يجري الاتصال.",
    connectingText: "يستغرق ذلك بضع ثوان.",
    reconnecting: "توقفت الصورة.",
    reconnectingText: "نعيد توصيلها. لا تُنهِ المحادثة.",
    failed: "الصورة لا تصل.",
    failedText: "نواصل المحاولة. الدردشة تعمل.",
    inChat: "متصل.",
    inChatText: (name) => `${apart(name)} تقرأ ما تكتبه.`,
    selfAway: "لا يوجد لديك اتصال الآن.",
    nurseAway: (name) => `${apart(name)} غير متصلة الآن.`,
    controls: "أزرار المحادثة",
    sound: { on: "الصوت يعمل", off: "الصوت متوقف" },
    soundDo: { off: "أوقف الميكروفون", on: "شغّل الميكروفون" },
    picture: { on: "الصورة تعمل", off: "الصورة متوقفة" },
    pictureDo: { off: "أوقف الكاميرا", on: "شغّل الكاميرا" },
    turn: "تبديل",
    turnDo: "تبديل الكاميرا",
    chat: "الدردشة",
    chatDo: (unread) => (unread === 0 ? "افتح الدردشة" : `افتح الدردشة، رسائل جديدة: ${unread}`),
    settings: "الكاميرا والميكروفون",
    end: "إنهاء",
    endDo: "أنهِ المحادثة",
    endTitle: "هل تريد إنهاء المحادثة؟",
    endText: "تكتب الممرضة بعدها نصائحها لك، وتصل إلى هذه الصفحة.",
    endYes: "نعم، أنهِ",
    endNo: "لا، تابع الحديث",
    toChat: "أنهِ الفيديو وتابع بالدردشة",
    proposal: {
      video: (name) => `${apart(name)} تقترح اللقاء عبر الفيديو`,
      chat: (name) => `${apart(name)} تقترح الانتقال إلى الدردشة`,
    },
    proposalText: {
      video: "تتابعان في المحادثة نفسها. لا تعمل الكاميرا إلا إذا وافقت. لا يُسجَّل أي شيء.",
      chat: "تتابعان في المحادثة نفسها. تتوقف الكاميرا والميكروفون.",
    },
    proposalYes: { video: "نعم، ابدأ الفيديو", chat: "نعم، انتقل إلى الدردشة" },
    proposalNo: { video: "لا، تابع بالدردشة", chat: "لا، تابع بالفيديو" },
    interruptedNurse: (name) => `انقطع اتصال ${apart(name)}`,
    interruptedNurseText: "ابق هنا. إذا لم تعد الممرضة خلال نصف دقيقة فستتقدم في الانتظار إلى أول ممرضة تتفرغ.",
    interruptedSelf: "انقطع اتصالك",
    interruptedSelfText: "تنتظرك الممرضة بضع دقائق. نعيد الاتصال في أسرع وقت.",
    interruptedTips: ["اقترب من شبكة الواي فاي أو انتقل إلى بيانات الهاتف.", "يمكنك أيضًا المتابعة على جهاز آخر."],
    emergencyMeanwhile: "إذا أصبحت الحالة طارئة فاتصل بالرقم 112.",
    selfHidden: "صورتك متوقفة",
    noCamera: "الكاميرا لا تعمل",
    photoArrived: "وصلت الصورة",
  },

  wrapping: {
    heading: "انتهت المحادثة",
    writing: (name) => `${apart(name)} تكتب نصائحها لك`,
    text: "تصل إلى هذه الصفحة حالما تجهز. لا داعي للانتظار: عد لاحقًا إلى العنوان نفسه.",
    remember: "هل تذكرت شيئًا آخر؟",
    rememberText: "اكتبه في الدردشة لتقرأه الممرضة قبل أن تجهز النصائح.",
  },

  after: {
    heading: (called) => (called ? `نصائح لك، ${apart(called)}` : "نصائح لك"),
    headingOther: (called) => (called ? `نصائح من أجل ${apart(called)}` : "النصائح المقدمة لك"),
    from: (name, title, when) => `من ${apart(name)}${title ? `، ${apart(called(title))}` : ""}، ${when}`,
    soon: "متى تحتاج إلى الرعاية",
    soonWords: {
      P1: "فورًا",
      P2: "خلال بضع ساعات",
      P3: "خلال يوم",
      P4: "خلال أسبوع أو أسبوعين",
      P5: "لا حاجة إلى رعاية الآن",
    },
    care: {
      INFORMATION: "تمت الإجابة عن سؤالك",
      SELF_CARE: "يمكنك العناية بنفسك في البيت",
      SELF_CARE_PHARMACY: "يمكنك العناية بنفسك بمساعدة الصيدلية",
      PRIMARY_CARE: "اتصل بمركزك الصحي",
      PRIMARY_CARE_SAME_DAY: "اتصل بمركزك الصحي اليوم",
      URGENT_CARE: "توجه إلى عيادة الرعاية العاجلة",
      EMERGENCY_DEPARTMENT: "توجه إلى قسم الطوارئ",
      AMBULANCE_112: "اتصل بالرقم 112 الآن",
      CHILD_OR_MATERNITY_CENTRE: "اتصل بمركز رعاية الطفل أو بالقابلة",
      YOUTH_CLINIC: "اتصل بعيادة الشباب",
      GYNAECOLOGY: "اتصل بعيادة أمراض النساء",
      DENTAL_CARE: "اتصل بطبيب الأسنان",
      PSYCHIATRY_OUTPATIENT: "اتصل بعيادة نفسية",
      PSYCHIATRY_EMERGENCY: "توجه إلى الطوارئ النفسية",
      EYE_OR_ENT: "اتصل بعيادة العيون أو الأنف والأذن والحنجرة",
      POISONS_INFORMATION: "اتصل بمركز معلومات السموم، وعند الخطر عن طريق 112",
      SOCIAL_SERVICES: "اتصل بالخدمات الاجتماعية في بلديتك",
      POLICE: "اتصل بالشرطة، وعند الخطر القائم عن طريق 112",
    },
    advice: "نصيحة الممرضة",
    seekAgain: "اطلب المساعدة من جديد إذا",
    seekAgainAlways: "ساءت حالتك أو لم تتحسن أو أقلقك شيء جديد.",
    emergency: "صعوبة في التنفس أو ارتباك أو تدهور شديد؟",
    answered: "من رد عليك",
    answeredText: (name, title, region, when) => `${apart(name)}، ${title ? `${apart(called(title))}، ` : ""}${apart(region)}. ${when}.`,
    record: "النصائح جزء من الملاحظة عن محادثتك. تجدها في العنوان نفسه على هذا الجهاز.",
    print: "اطبع النصائح أو احفظها",
    new: "محادثة جديدة",
    newText: "إذا احتجت إلى المساعدة من جديد فابدأ من البداية.",
    newKept: "تبقى النصائح على هذا العنوان.",
    forget: "إزالة من هذا الجهاز",
    forgetTitle: "هل تريد الإزالة من هذا الجهاز؟",
    forgetWarn: "لن يمكن قراءة النصائح هنا بعد ذلك. اطبعها أو احفظها أولًا إن أردت الاحتفاظ بها.",
    forgetYes: "نعم، أزلها",
    forgetNo: "لا، أبقها",
    earlier: "اقرأ آخر نصائح حصلت عليها",
    chat: "ما كتبتماه",
    ended: {
      signed: "انتهت محادثتك",
      patient_left: "غادرت قائمة الانتظار",
      abandoned: "انتهت المحادثة",
    },
    endedText: {
      signed: "أنهت الممرضة المحادثة.",
      patient_left: "لم يعد مكانك محفوظًا. إذا احتجت إلى المساعدة فابدأ محادثة جديدة.",
      abandoned: "لم نتمكن من الوصول إليك على هذه الصفحة، فلم يعد بالإمكان حفظ مكانك.",
    },
    worse: "إذا ساءت الحالة أو أصبحت عاجلة فاتصل بالرقم 112.",
  },

  survey: {
    heading: "كيف كانت التجربة؟",
    text: "تُستخدم إجابتك لتحسين الخدمة.",
    scale: ["سيئة جدًا", "سيئة", "متوسطة", "جيدة", "جيدة جدًا"],
    words: "هل تريد إضافة شيء؟",
    send: "أرسل الإجابة",
    choose: "اختر إحدى الإجابات الخمس.",
    thanks: "شكرًا على إجابتك.",
  },

  move: {
    open: "تابع على جهاز آخر",
    openText: "مثلًا إذا كانت كاميرا الهاتف أفضل.",
    title: "تابع على جهاز آخر",
    scan: "وجّه كاميرا الجهاز الآخر نحو المربع، أو افتح الصفحة هناك واكتب الرمز.",
    code: "الرمز",
    qr: "نمط يفتح محادثتك على جهاز آخر",
    valid: (at) => `يصلح الرمز مرة واحدة، حتى الساعة ${at}.`,
    secret: "لا تُظهره لأحد. فهو يفتح محادثتك.",
    making: "يجري الحصول على رمز",
    renew: "رمز جديد",
    enterTitle: "اكتب الرمز من الجهاز الآخر",
    enter: "الرمز",
    enterHelp: "تجد الرمز تحت تابع على جهاز آخر.",
    enterMissing: "اكتب الرمز أولًا.",
    go: "تابع المحادثة هنا",
  },
};
