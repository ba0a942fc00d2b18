import type {
  CareLevel,
  Channel,
  Competence,
  Concerns,
  EndedWhy,
  Forecast,
  PauseWhy,
  PhotoFault,
  Urgency,
  WhyReturned,
} from "../../protocol/messages";
import { daysSince, hoursAndMinutes } from "../shared/time";
import { waitingSv } from "./waiting.sv";

const SMALL = ["noll", "en", "två", "tre", "fyra", "fem", "sex", "sju", "åtta", "nio", "tio", "elva", "tolv"];
const MONTHS = [
  "januari",
  "februari",
  "mars",
  "april",
  "maj",
  "juni",
  "juli",
  "augusti",
  "september",
  "oktober",
  "november",
  "december",
];

const word = (n: number): string => SMALL[n] ?? String(n);
const capital = (text: string): string => text.slice(0, 1).toUpperCase() + text.slice(1);
const people = (n: number): string => (n === 1 ? "en person" : `${word(n)} personer`);
const clock = (instant: number): string => hoursAndMinutes(instant).join(".");
const sentence = (parts: string[]): string => parts.filter(Boolean).join(" ");

function day(instant: number, now: number): string {
  const since = daysSince(instant, now);
  if (since === 0) return "i dag";
  if (since === 1) return "i går";
  const at = new Date(instant);
  return `den ${at.getDate()} ${MONTHS[at.getMonth()] ?? ""}`;
}

function before(urgent: number, earlier: number): string {
  if (urgent + earlier === 0) return "När nästa sjuksköterska blir ledig är det din tur.";
  return sentence([
    urgent > 0 ? `${capital(word(urgent))} behöver hjälp snabbare.` : "",
    earlier > 0 ? `${capital(word(earlier))} kom före dig.` : "",
  ]);
}

/** The patient's texts. Swedish is the source; the other languages have the same shape. */
export const sv = {
  code: "sv",
  direction: "ltr" as "ltr" | "rtl",
  brand: "Rådgivningen",
  /** Said in a language whose texts nobody has checked yet; empty when they are checked. */
  unreviewed: "",
  language: "Språk på sidan",
  close: "Stäng",
  cancel: "Avbryt",
  back: "Tillbaka",
  demo: "Demonstration. Skriv inga riktiga uppgifter här.",
  clock,
  dayAndClock: (instant: number, now: number) => `${day(instant, now)} ${clock(instant)}`,

  emergency: { question: "Fara för livet?", call: "Ring 112" },

  title: {
    start: "Prata med en sjuksköterska",
    information: "Innan du ställer dig i kö",
    waiting: (place: number) => `Plats ${place} i kön`,
    meeting: "Samtal pågår",
    called: "Din tur nu",
    message: (n: number) => `(${n}) Nytt meddelande`,
    after: "Dina råd",
    ended: "Avslutat",
  },

  loading: "Sidan hämtas",

  service: {
    down: "Tjänsten går inte att nå just nu",
    downText: "Du står inte i kö. Ring 112 om det är akut, annars din regions rådgivning på telefon.",
    late: "Sidan är inte hämtad än",
    lateText: "Förbindelsen är dålig. Vi försöker igen hela tiden. Inget har gått förlorat.",
    again: "Försök igen",
    offline: "Ingen förbindelse",
    offlineForm: "Vi försöker igen hela tiden. Det du har skrivit finns kvar.",
    offlineWaiting: "Vi försöker igen hela tiden. Din plats finns kvar i 30 minuter.",
    offlineTalk: "Vi försöker igen hela tiden. Bild och ljud kan fortsätta ändå.",
    offlineAfter: "Vi försöker igen hela tiden. Det som står här gällde senast vi hade kontakt.",
    reload: "Ladda om sidan",
    refused: "Sidan är frånkopplad",
    refusedWhy: {
      old_protocol: "Det finns en nyare version av sidan.",
      sign_in: "Sidan har varit öppen för länge och behöver hämtas på nytt.",
      signed_out: "Du har gått vidare på en annan enhet eller avslutat här.",
      too_many_pages: "Sidan är öppen på för många ställen. Stäng de andra först.",
    } as Record<string, string>,
    refusedOther: "Ladda om sidan för att fortsätta. Ditt ärende finns kvar.",
  },

  problem: {
    "page.offline": "Det skickades inte, för du har ingen förbindelse. Försök igen om en stund.",
    "page.unknown_outcome": "Förbindelsen bröts innan svaret kom. Sidan visar hur det blev.",
    "page.too_large": "Det är för långt för att skickas på en gång. Dela upp det.",
    "page.incomplete": "Något saknas i formuläret. Gå tillbaka och fyll i det.",
    "page.failed": "Något gick fel hos oss. Försök igen. Ring 112 om det är akut.",
  } as Record<string, string>,

  start: {
    lead: "Få råd i video eller chatt, direkt i webbläsaren. Det kostar ingenting.",
    step: (n: number, of: number) => `Steg ${n} av ${of}`,
    errors: (n: number) => (n === 1 ? "En sak saknas" : `${capital(word(n))} saker saknas`),
    optional: "valfritt",

    region: "Var är du just nu?",
    regionHelp: "Du kopplas till sjuksköterskor för den regionen.",
    regionChoose: "Välj region",
    regionMissing: "Välj den region du är i.",
    onDuty: (n: number) => (n === 1 ? "En sjuksköterska i tjänst." : `${capital(word(n))} sjuksköterskor i tjänst.`),
    inLine: (n: number) => (n === 0 ? "Ingen väntar just nu." : `${capital(people(n))} väntar.`),
    nobody: (region: string) => `Ingen sjuksköterska i tjänst för ${region} just nu.`,
    nobodyText: "Du kan ställa dig i kö, men vi vet inte när någon kan svara.",
    emergency: "Ring 112 om det är akut.",
    elsewhere: "Kan det inte vänta: vänd dig till en jourmottagning, en akutmottagning eller rådgivningen per telefon.",

    concerns: "Vem gäller det?",
    concern: {
      me: "Mig själv",
      my_child: "Mitt barn",
      someone_else: "Någon annan",
    } satisfies Record<Concerns, string>,
    concernsMissing: "Välj vem det gäller.",
    called: {
      me: "Vad vill du kallas?",
      my_child: "Vad heter barnet?",
      someone_else: "Vad heter personen?",
    } satisfies Record<Concerns, string>,
    calledHelp: "Förnamn räcker.",
    age: "Ålder i år",
    ageHelp: "Skriv 0 om barnet är under ett år.",
    ageWrong: "Skriv åldern med siffror, 0 till 125.",

    topics: "Vad handlar det om?",
    topicsHelp: "Då kan du få en sjuksköterska som kan mer om just det.",
    topic: {
      general: "Annat, eller vet inte",
      child: "Barn",
      mental_health: "Psykisk hälsa",
      skin: "Hud",
      pregnancy: "Graviditet",
    } satisfies Record<Competence, string>,
    story: "Vad behöver du hjälp med?",
    storyHelp: "Till exempel var det gör ont, hur länge det har pågått och om du har feber.",
    storyLeft: (n: number) => (n === 1 ? "1 tecken kvar" : `${n.toLocaleString("sv-SE")} tecken kvar`),
    storyOver: (n: number) => `${n.toLocaleString("sv-SE")} tecken för mycket. Korta texten.`,
    storyMissing: "Skriv några ord om vad du behöver hjälp med.",

    photos: "Bilder",
    photosHelp: "Till exempel på utslag eller sår. De skickas först när du har ställt dig i kö.",

    channel: "Hur vill du prata?",
    channelName: { video: "Video", chat: "Chatt" } satisfies Record<Channel, string>,
    channelHelp: {
      video: "Ni ser och hör varandra.",
      chat: "Ni skriver till varandra. Du kan byta till video senare.",
    } satisfies Record<Channel, string>,

    talk: "Vilket språk vill du prata?",
    interpreter: "Jag behöver tolk",
    protected: "Jag har skyddade personuppgifter",
    protectedHelp: "Då ser bara sjuksköterskor med behörighet vem du är. Skriv ingen adress.",
    interpreterHelp: "Bra att välja om du inte är säker på att sjuksköterskan talar ditt språk.",

    next: "Fortsätt",
    move: "Har du en kod från en annan enhet?",
    kept: "Det du skriver sparas bara på den här enheten, i högst två timmar, tills du ställer dig i kö.",
  },

  information: {
    lead: "Det här gäller när du får råd här.",
    who: "Vem svarar",
    whoText: "En sjuksköterska. Du ser hennes eller hans namn, titel och region när ni möts.",
    responsible: "Vem ansvarar",
    responsibleText: (region: string) => `${region} ansvarar för vården och för dina uppgifter.`,
    stored: "Vad sparas",
    storedText:
      "Det du skriver, chatten, bilderna och sjuksköterskans anteckning. Platsuppgifter och annat dolt tas bort ur bilderna.",
    recorded: "Ingenting spelas in",
    recordedText: "Bild och ljud går krypterat mellan dig och sjuksköterskan. De sparas aldrig.",
    cost: "Det kostar 0 kr",
    costText: "Du betalar ingenting för rådgivningen.",
    limits: "Inte för akuta lägen",
    limitsText: "Ring 112 om någon har svårt att andas, stark bröstsmärta eller tecken på stroke.",
    agree: "Jag har läst det här och vill få råd på de villkoren",
    agreeMissing: "Kryssa i rutan om du vill fortsätta.",
    version: (version: string) => `Informationstext ${version}`,
    join: "Ställ mig i kö",
    joinVideo: "När du står i kö frågar webbläsaren om lov att använda kamera och mikrofon.",
  },

  paused: {
    topic: (region: string, topic: string) => `${region} tar inte emot nya just nu i frågor om ${topic.toLowerCase()}.`,
    heading: (region: string, channel: string | null) =>
      channel === null
        ? `${region} tar inte emot nya just nu.`
        : `${region} tar inte emot nya via ${channel.toLowerCase()} just nu.`,
    stay: {
      closed: "Kön har stängt för nya. Du behåller din plats.",
      full: "Kön är full och tar inte emot nya. Du behåller din plats.",
    } satisfies Record<PauseWhy, string>,
  },
  waiting: {
    place: "Din plats",
    heading: (ahead: number) =>
      ahead === 0 ? "Du är näst i tur" : `${capital(people(ahead))} är före dig`,
    before,
    unknown: "Du står i kön",
    unknownText: "Vi räknar ut din plats.",
    offered: "Det är snart din tur",
    offeredText: "En sjuksköterska läser det du har skrivit. Stanna kvar på sidan.",
    scheduled: "Vi hör av oss på den tid du valde",
    forecast: "Trolig väntan",
    interval: ({ low, high }: Forecast) => {
      const end = high === 1 ? "1 minut" : `${high} minuter`;
      return low === 0 ? `högst ${end}` : `${low} till ${end}`;
    },
    minutes: (n: number) => `${n} min`,
    now: "nu",
    basis: (at: string) => `Räknat så att fyra av fem väntar inom spannet. Kl. ${at}.`,
    held: (of10: number) => `Den senaste veckan stämde det för ${of10} av 10 i din region.`,
    how: "Så här räknar vi",
    howText:
      "Vi utgår från hur många före dig som väntar, hur många sjuksköterskor i tjänst som kan ta emot dig, hur länge " +
      "de senaste kontakterna tog, hur länge de väntade som just fick hjälp och hur många som lämnar kön. Den som " +
      "har det mer bråttom kan få gå före, och det räknar vi också med.",
    nobody: "Ingen i tjänst kan ta emot dig just nu",
    nobodyText:
      "Därför går det inte att säga hur länge du får vänta. Din plats finns kvar och vi har larmat.",
    noForecast: "Väntetiden går inte att säga just nu",
    noForecastText: "Vi visar den så fort det går.",
    keep: "Du kan stänga sidan, din plats finns kvar i 30 minuter.",
    keepText: "Kom tillbaka till samma adress. Medan sidan är stängd kan ingen ta emot dig.",
    soundNote: "Sidan låter till när det är din tur.",
    told: {
      nurse_declined: "Sjuksköterskan kunde inte ta emot just då. Din plats är densamma.",
      nurse_silent: "Sjuksköterskan hann inte svara. Din plats är densamma.",
      nurse_lost: "Sjuksköterskans förbindelse bröts. Du får gå före i kön, till nästa som blir ledig.",
      nurse_sent_back: "Sjuksköterskan lämnade tillbaka dig till kön. Du behöver inte berätta allt igen.",
      no_answer: "Svara gärna nästa gång vi ringer, eller vänta på sidan i stället.",
      handed_over: "Du går före i kön till den som tar emot. Du behöver inte berätta allt igen.",
      colleague_could_not: "Kollegan kunde inte ta emot. Nu kan alla som passar ta emot dig, och du går före i kön.",
    } satisfies Record<WhyReturned, string>,
    toldHeading: {
      nurse_declined: "Du är kvar i kön",
      nurse_silent: "Du är kvar i kön",
      nurse_lost: "Förbindelsen till sjuksköterskan bröts",
      nurse_sent_back: "Du är i kön igen",
      no_answer: "Vi har ringt, men fick inget svar",
      handed_over: "Du lämnas över",
      colleague_could_not: "Du är kvar i kön",
    } satisfies Record<WhyReturned, string>,
    worse: "Blir det sämre?",
    worseText: "Skriv det i chatten, så läser sjuksköterskan det när det är din tur. Är det bråttom, ring 112.",
    chat: "Skriv medan du väntar",
    chatText: "Sjuksköterskan läser det när det är din tur.",
    yourStory: "Det du har skrivit",
    change: "Byt till",
    toChat: "Vänta på chatt i stället",
    toVideo: "Vänta på video i stället",
    leave: "Lämna kön",
    leaveTitle: "Vill du lämna kön?",
    leaveText: "Då förlorar du din plats och ärendet avslutas.",
    leaveYes: "Ja, lämna kön",
    leaveNo: "Nej, stanna kvar",
  },

  meanwhile: waitingSv,

  devices: {
    heading: "Kamera och mikrofon",
    ready: "Bild och ljud klara",
    readyPicture: "Bilden är klar",
    noPicture: "Ljudet är klart, utan bild",
    self: "Din egen bild",
    start: "Slå på kamera och mikrofon",
    startText: "Prova nu, så kommer ni i gång direkt när det är din tur. Bara du ser bilden.",
    asking: "Svara webbläsaren",
    askingText: "Webbläsaren frågar om lov. Välj Tillåt, så ser du dig själv här.",
    level: "Mikrofonen",
    levelSay: "Säg något och se om stapeln rör sig.",
    levelHeard: "Mikrofonen hör dig.",
    levelMuted: "Mikrofonen är avstängd av dig.",
    noMicrophone: "Ingen mikrofon. Sjuksköterskan ser dig, men ni får skriva till varandra.",
    camera: "Kamera",
    microphone: "Mikrofon",
    speaker: "Högtalare",
    unnamed: (n: number) => `Enhet ${n}`,
    choose: "Välj kamera och mikrofon",
    again: "Försök igen",
    chatInstead: "Fortsätt med chatt i stället",
    trouble: {
      denied: "Kameran är inte tillåten",
      missing: "Ingen kamera hittades",
      busy: "Kameran används av ett annat program",
      failed: "Kameran gick inte att starta",
    },
    help: {
      denied: [
        "Tryck på hänglåset eller kamerasymbolen vid sidans adress.",
        "Tillåt kamera och mikrofon.",
        "Kom tillbaka hit och tryck på Försök igen.",
      ],
      missing: [
        "Anslut en kamera, eller öppna sidan på en mobil.",
        "Du kan flytta ärendet till en annan enhet längre ned.",
      ],
      busy: ["Stäng andra program och flikar som använder kameran.", "Tryck sedan på Försök igen."],
      failed: ["Tryck på Försök igen. Hjälper det inte, ladda om sidan. Din plats finns kvar."],
    },
  },

  photos: {
    heading: "Bilder",
    take: "Ta bild",
    pick: "Välj bilder",
    add: "Lägg till bild",
    count: (n: number) => (n === 1 ? "1 bild" : `${n} bilder`),
    none: "Inga bilder än.",
    number: (n: number) => `Bild ${n}`,
    waiting: "Väntar på att skickas",
    kept: "Skickas när du står i kö",
    sending: (percent: number) => `Skickas, ${percent} %`,
    cleaning: "Har kommit fram, görs i ordning",
    ready: "Har kommit fram",
    failed: "Kom inte fram",
    again: "Skicka igen",
    cancel: (name: string) => `Ta bort ${name}`,
    remove: (n: number) => `Ta bort bild ${n}`,
    full: "Tio bilder är det mesta som får plats. Ta bort någon för att lägga till en ny.",
    rejected: {
      "photo.not_an_image": "Filen är ingen bild. Välj en i JPEG, PNG, WebP eller HEIC.",
      "photo.too_large": "Bilden är för stor. Högst 20 MB.",
      "photo.cut_short": "Bara en del kom fram. Skicka den igen.",
      "photo.too_many_pixels": "Bilden är för stor för oss. Ta en ny med vanlig kamera.",
      "photo.animated": "Rörliga bilder går inte. Ta en vanlig bild.",
      "photo.too_many": "Det finns redan tio bilder. Ta bort någon först.",
      "photo.unreadable": "Bilden gick inte att läsa. Ta en ny.",
    } satisfies Record<PhotoFault, string>,
    guide: "Så blir bilden bra",
    guideSteps: [
      "Torka av linsen.",
      "Ta bilden i dagsljus, utan blixt och skuggor.",
      "Ta två bilder: en på hela kroppsdelen och en närbild på 10 till 20 cm.",
      "Håll kameran rakt framför huden och tryck på skärmen så att det blir skarpt.",
      "Lägg en linjal eller ett mynt bredvid, inte på.",
      "Be någon annan ta bilden om du inte når.",
      "Visa inte ansikte eller underliv om sjuksköterskan inte har bett om det.",
    ],
  },

  chat: {
    heading: "Chatt",
    log: "Meddelanden",
    empty: "Inga meddelanden än.",
    write: "Skriv ett meddelande",
    send: "Skicka",
    you: "Du",
    sending: "Skickas",
    sent: "Skickat",
    read: "Läst",
    failed: "Kom inte fram.",
    resend: "Skicka igen",
    typing: (name: string) => `${name} skriver`,
    closed: "Chatten är stängd.",
    tooLong: (over: number) => `${over} tecken för mycket. Dela upp det i två.`,
    at: clock,
    nurse: "Sjuksköterskan",
    from: (name: string, at: string) => `${name} i chatten, ${at}`,
  },

  meeting: {
    with: (name: string) => `Samtal med ${name}`,
    card: (title: string, region: string) => sentence([title ? `${title},` : "", region]),
    video: (name: string) => `Video från ${name}`,
    playSound: "Tryck för att höra",
    joining: (name: string) => `${name} tar emot dig`,
    joiningText: "Bild och ljud kopplas upp.",
    good: "Bra förbindelse.",
    seesAndHears: (name: string) => `${name} ser och hör dig.`,
    hearsOnly: (name: string) => `${name} hör dig men ser dig inte.`,
    seesOnly: (name: string) => `${name} ser dig men hör dig inte.`,
    neither: (name: string) => `${name} varken ser eller hör dig.`,
    connecting: "Kopplar upp.",
    connectingText: "Det tar några sekunder.",
    reconnecting: "Bilden har stannat.",
    reconnectingText: "Vi kopplar upp den igen. Lägg inte på.",
    failed: "Bilden kommer inte fram.",
    failedText: "Vi fortsätter försöka. Chatten fungerar.",
    inChat: "Ansluten.",
    inChatText: (name: string) => `${name} läser det du skriver.`,
    selfAway: "Du har ingen förbindelse just nu.",
    nurseAway: (name: string) => `${name} är borta just nu.`,
    controls: "Samtalets knappar",
    sound: { on: "Ljud på", off: "Ljud av" },
    soundDo: { off: "Stäng av mikrofonen", on: "Slå på mikrofonen" },
    picture: { on: "Bild på", off: "Bild av" },
    pictureDo: { off: "Stäng av kameran", on: "Slå på kameran" },
    turn: "Vänd",
    turnDo: "Vänd kameran",
    chat: "Chatt",
    chatDo: (unread: number) =>
      unread === 0 ? "Öppna chatt" : `Öppna chatt, ${unread === 1 ? "ett nytt meddelande" : `${unread} nya meddelanden`}`,
    settings: "Kamera och mikrofon",
    end: "Avsluta",
    endDo: "Avsluta samtalet",
    endTitle: "Vill du avsluta samtalet?",
    endText: "Sjuksköterskan skriver sedan dina råd, och de kommer på den här sidan.",
    endYes: "Ja, avsluta",
    endNo: "Nej, fortsätt prata",
    toChat: "Avsluta videon, fortsätt i chatten",
    proposal: {
      video: (name: string) => `${name} vill ses i video`,
      chat: (name: string) => `${name} vill gå över till chatt`,
    },
    proposalText: {
      video: "Ni fortsätter i samma ärende. Kameran startar först när du säger ja. Ingenting spelas in.",
      chat: "Ni fortsätter i samma ärende. Kamera och mikrofon stängs av.",
    } satisfies Record<Channel, string>,
    proposalYes: { video: "Ja, starta video", chat: "Ja, byt till chatt" } satisfies Record<Channel, string>,
    proposalNo: { video: "Nej, fortsätt i chatten", chat: "Nej, fortsätt i video" } satisfies Record<Channel, string>,
    interruptedNurse: (name: string) => `${name} har tappat förbindelsen`,
    interruptedNurseText:
      "Stanna kvar. Kommer sjuksköterskan inte tillbaka inom en halv minut får du gå före i kön till nästa som är ledig.",
    interruptedSelf: "Din förbindelse bröts",
    interruptedSelfText: "Sjuksköterskan väntar på dig i några minuter. Vi kopplar upp igen så fort det går.",
    interruptedTips: ["Gå närmare din wifi, eller byt till mobilnätet.", "Du kan också gå vidare på en annan enhet."],
    emergencyMeanwhile: "Blir det akut, ring 112.",
    selfHidden: "Din bild är av",
    noCamera: "Kameran är inte på",
    photoArrived: "Bilden har kommit fram",
  },

  wrapping: {
    heading: "Samtalet är slut",
    writing: (name: string) => `${name} skriver dina råd`,
    text: "De kommer här på sidan så fort de är klara. Du behöver inte vänta: kom tillbaka till samma adress senare.",
    remember: "Kom du på något mer?",
    rememberText: "Skriv det i chatten, så läser sjuksköterskan det innan råden blir klara.",
  },

  after: {
    heading: (called: string) => (called ? `Råd till dig, ${called}` : "Råd till dig"),
    headingOther: (called: string) => (called ? `Råd för ${called}` : "Dina råd"),
    from: (name: string, title: string, when: string) =>
      `Från ${name}${title ? `, ${title.toLowerCase()}` : ""}, ${when}`,
    soon: "Så snart behövs vård",
    soonWords: {
      P1: "genast",
      P2: "inom några timmar",
      P3: "inom ett dygn",
      P4: "inom en vecka eller två",
      P5: "ingen vård behövs nu",
    } satisfies Record<Urgency, string>,
    care: {
      INFORMATION: "Du har fått svar på din fråga",
      SELF_CARE: "Du kan sköta det själv hemma",
      SELF_CARE_PHARMACY: "Du kan sköta det själv, med hjälp från apotek",
      PRIMARY_CARE: "Kontakta din vårdcentral",
      PRIMARY_CARE_SAME_DAY: "Kontakta din vårdcentral i dag",
      URGENT_CARE: "Sök vård på en jourmottagning eller närakut",
      EMERGENCY_DEPARTMENT: "Åk till en akutmottagning",
      AMBULANCE_112: "Ring 112 nu",
      CHILD_OR_MATERNITY_CENTRE: "Kontakta barnavårdscentralen eller barnmorskan",
      YOUTH_CLINIC: "Kontakta en ungdomsmottagning",
      GYNAECOLOGY: "Kontakta en gynekologisk mottagning",
      DENTAL_CARE: "Kontakta tandvården",
      PSYCHIATRY_OUTPATIENT: "Kontakta en psykiatrisk mottagning",
      PSYCHIATRY_EMERGENCY: "Åk till en psykiatrisk akutmottagning",
      EYE_OR_ENT: "Kontakta en mottagning för ögon eller öron, näsa och hals",
      POISONS_INFORMATION: "Ring Giftinformationscentralen, vid akut fara genom 112",
      SOCIAL_SERVICES: "Kontakta socialtjänsten i din kommun",
      POLICE: "Kontakta polisen, vid pågående fara genom 112",
    } satisfies Record<CareLevel, string>,
    advice: "Sjuksköterskans råd",
    seekAgain: "Sök igen om",
    seekAgainAlways: "Du blir sämre, inte blir bättre, eller om något nytt oroar dig.",
    emergency: "Svårt att andas, förvirrad eller mycket sämre?",
    answered: "Vem som svarade",
    answeredText: (name: string, title: string, region: string, when: string) =>
      `${name}, ${title ? `${title.toLowerCase()}, ` : ""}${region}. ${capital(when)}.`,
    record: "Råden är en del av anteckningen om ditt ärende. Du hittar dem på samma adress på den här enheten.",
    print: "Skriv ut eller spara råden",
    new: "Ny kontakt",
    newText: "Behöver du hjälp igen börjar du om från början.",
    newKept: "Råden ligger kvar på den här adressen.",
    forget: "Ta bort från den här enheten",
    forgetTitle: "Ta bort från den här enheten?",
    forgetWarn: "Det som står här går inte längre att läsa på enheten. Skriv ut eller spara det först om du vill ha det kvar.",
    forgetYes: "Ja, ta bort",
    forgetNo: "Nej, behåll",
    earlier: "Läs råden du fick senast",
    chat: "Det ni skrev",
    ended: {
      signed: "Ditt ärende är avslutat",
      patient_left: "Du har lämnat kön",
      abandoned: "Ärendet är avslutat",
    } satisfies Record<EndedWhy, string>,
    endedText: {
      signed: "Sjuksköterskan har avslutat ärendet.",
      patient_left: "Din plats är borta. Behöver du hjälp igen, börja en ny kontakt.",
      abandoned: "Vi nådde dig inte på den här sidan, så platsen kunde inte hållas längre.",
    } satisfies Record<EndedWhy, string>,
    worse: "Blir det sämre eller bråttom, ring 112.",
  },

  survey: {
    heading: "Hur var det?",
    text: "Ditt svar används för att göra rådgivningen bättre.",
    scale: ["Mycket dåligt", "Dåligt", "Varken eller", "Bra", "Mycket bra"],
    words: "Vill du säga något mer?",
    send: "Skicka svar",
    choose: "Välj ett av de fem svaren.",
    thanks: "Tack för ditt svar.",
  },

  move: {
    open: "Fortsätt på en annan enhet",
    openText: "Till exempel om mobilen har bättre kamera.",
    title: "Fortsätt på en annan enhet",
    scan: "Rikta den andra enhetens kamera mot rutan, eller öppna sidan där och skriv koden.",
    code: "Kod",
    qr: "Rutmönster som öppnar ditt ärende på en annan enhet",
    valid: (at: string) => `Koden gäller en gång, till klockan ${at}.`,
    secret: "Visa den inte för någon annan. Den ger tillgång till ditt ärende.",
    making: "Hämtar en kod",
    renew: "Ny kod",
    enterTitle: "Skriv koden från den andra enheten",
    enter: "Kod",
    enterHelp: "Koden finns under Fortsätt på en annan enhet.",
    enterMissing: "Skriv koden först.",
    go: "Fortsätt ärendet här",
  },
};

/** The texts of one language. */
export type Texts = typeof sv;
