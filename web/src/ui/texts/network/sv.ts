import type { Verdict } from "../../../protocol/messages";
import type { Browser, InApp } from "../../patient/network/browser";

/** The network test, and help with the camera in each browser. Fetched with them. */
export const sv = {
  heading: "Ditt nät",
  testing: "Vi provar ditt nät",
  testingText: "Det tar några sekunder. Du behåller din plats.",
  again: "Prova igen",
  verdict: {
    good: "Ljud och bild är bra",
    unsteady: "Ljudet är bra, bilden kan frysa",
    slow: "Välj chatt: ditt nät är för svagt för video",
    blocked: "Välj chatt: ditt nät stoppar video",
  } satisfies Record<Verdict, string>,
  text: {
    good: "Nätet räcker för ett videosamtal.",
    unsteady: "Sitt still på ett ställe med bra täckning, eller byt till ett annat wifi.",
    slow: "Byt nät och prova igen, eller gå vidare i chatten. Din plats är kvar.",
    blocked: "Byt till mobilnätet eller ett annat wifi och prova igen, eller gå vidare i chatten. Din plats är kvar.",
  } satisfies Record<Verdict, string>,
  chat: "Gå vidare med chatt",
  notMeasured: "Nätet kunde inte mätas just nu",
  notMeasuredText: "Det gör inget. Du väntar som vanligt.",
  figures: "Så mätte vi",
  roundTrip: (ms: number) => `Fram och tillbaka: ${ms} ms`,
  loss: (percent: number) => `Försvann på vägen: ${percent} %`,
  rate: (rate: number) => `Minst ${rate} kbit/s åt båda hållen`,
  relays: (ways: string) => `Vägar genom vår server: ${ways}`,
  noRelays: "Ingen väg genom vår server",

  camera: {
    drawing: "Bild: var knappen sitter",
    show: "Visa hur man gör i en annan webbläsare",
    browsers: {
      "chrome-android": "Chrome i Android",
      "safari-ios": "Safari i iPhone eller iPad",
      samsung: "Samsung Internet",
      firefox: "Firefox",
      "firefox-android": "Firefox i Android",
      chrome: "Chrome",
      edge: "Edge",
      safari: "Safari i Mac",
    } satisfies Record<Browser, string>,
    steps: {
      "chrome-android": [
        "Tryck på tecknet till vänster om adressen, högst upp.",
        "Tryck på Behörigheter och slå på Kamera och Mikrofon.",
        "Kom tillbaka hit och tryck Försök igen.",
      ],
      "safari-ios": [
        "Tryck på aA eller sidtecknet bredvid adressen.",
        "Tryck på Webbplatsinställningar och välj Tillåt för Kamera och Mikrofon.",
        "Kom tillbaka hit och tryck Försök igen.",
      ],
      samsung: [
        "Tryck på låset till vänster om adressen.",
        "Tryck på Behörigheter och tillåt Kamera och Mikrofon.",
        "Kom tillbaka hit och tryck Försök igen.",
      ],
      firefox: [
        "Klicka på den överstrukna kameran till vänster om adressen.",
        "Ta bort spärren för Kamera och Mikrofon med krysset.",
        "Tryck Försök igen och välj Tillåt.",
      ],
      "firefox-android": [
        "Tryck på låset till vänster om adressen.",
        "Tryck på Kamera och Mikrofon så att det står Tillåten.",
        "Kom tillbaka hit och tryck Försök igen.",
      ],
      chrome: [
        "Klicka på tecknet till vänster om adressen.",
        "Slå på Kamera och Mikrofon.",
        "Kom tillbaka hit och tryck Försök igen.",
      ],
      edge: [
        "Klicka på låset till vänster om adressen.",
        "Välj Tillåt för Kamera och Mikrofon.",
        "Kom tillbaka hit och tryck Försök igen.",
      ],
      safari: [
        "Öppna menyn Safari högst upp och välj Inställningar för den här webbplatsen.",
        "Välj Tillåt för Kamera och Mikrofon.",
        "Kom tillbaka hit och tryck Försök igen.",
      ],
    } satisfies Record<Browser, readonly string[]>,
    system: "Hjälper det inte kan telefonen eller datorn själv ha stängt av kameran för webbläsaren: se dess inställningar.",
  },

  inApp: {
    title: (app: string) => `Öppna sidan i en riktig webbläsare${app ? ` i stället för i ${app}` : ""}`,
    text: "Här inne får sidan ofta inte använda kameran.",
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
    } satisfies Record<InApp, string>,
    steps: {
      ios: ["Tryck på de tre punkterna eller kompassen i hörnet.", "Välj Öppna i Safari."],
      android: ["Tryck på de tre punkterna högst upp.", "Välj Öppna i webbläsare eller Öppna i Chrome."],
      other: ["Kopiera länken.", "Klistra in den i Chrome, Edge, Firefox eller Safari."],
    },
    move: (open: string) => `Din plats är kvar. Välj ”${open}” längre ner, och skriv koden i den andra webbläsaren.`,
    copy: "Kopiera länken",
    copied: "Länken är kopierad",
    notCopied: "Håll fingret på länken för att kopiera den:",
  },
};

export type NetworkTexts = typeof sv;
