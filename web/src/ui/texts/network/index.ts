import { sv, type NetworkTexts } from "./sv";

export type { NetworkTexts } from "./sv";

/** The texts in `language`; in Swedish where they cannot be fetched just now. */
export async function networkTexts(language: string): Promise<NetworkTexts> {
  try {
    if (language === "en") return (await import("./en")).en;
    if (language === "ar") return (await import("./ar")).ar;
  } catch {
    return sv;
  }
  return sv;
}
