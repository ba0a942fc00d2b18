import type { Competence, RegionItem } from "../protocol/messages";
import type { DraftForm } from "./patientPage";

/**
 * What the nurse should know more about: what was chosen, else that of a child for a child, as far
 * as somebody on duty in the region knows it.
 */
export function competenceOf(draft: DraftForm, region: RegionItem | undefined): Competence {
  const wanted = draft.competence ?? (draft.concerns === "my_child" ? "child" : "general");
  return region?.competences.includes(wanted) ? wanted : "general";
}
