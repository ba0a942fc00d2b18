/** The 21 regions by the code that contacts carry (the old county codes of Statistics Sweden). */
const NAMES: Readonly<Record<string, string>> = {
  "01": "Region Stockholm",
  "03": "Region Uppsala",
  "04": "Region Sörmland",
  "05": "Region Östergötland",
  "06": "Region Jönköpings län",
  "07": "Region Kronoberg",
  "08": "Region Kalmar län",
  "09": "Region Gotland",
  "10": "Region Blekinge",
  "12": "Region Skåne",
  "13": "Region Halland",
  "14": "Västra Götalandsregionen",
  "17": "Region Värmland",
  "18": "Region Örebro län",
  "19": "Region Västmanland",
  "20": "Region Dalarna",
  "21": "Region Gävleborg",
  "22": "Region Västernorrland",
  "23": "Region Jämtland Härjedalen",
  "24": "Region Västerbotten",
  "25": "Region Norrbotten",
};

/** The name of a region; its code when there is no such region. */
export function regionName(code: string): string {
  return NAMES[code] ?? code;
}
