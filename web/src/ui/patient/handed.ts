import type { HandedOver } from "../../protocol/messages";
import type { Texts } from "../texts";

/** To whom the patient is handed over, in a sentence. A colleague is named only when she has accepted. */
export function handedOver(handed: HandedOver, t: Texts): string {
  const words = t.meanwhile.handed;
  const what = [
    handed.competence === null ? "" : words.competence[handed.competence],
    handed.language !== null || handed.interpreter === false ? words.language : "",
    handed.interpreter ? words.interpreter : "",
  ].filter(Boolean);
  const to = handed.colleague || what.length === 0 ? words.colleague : words.nurse(what.join(words.and));
  return words.text(handed.by, to);
}
