export { createNurseApp } from "./nurseApp";
export * from "./nursePage";
export { stepNurse, type NurseEffect, type NurseInput } from "./nurseStep";
export type * from "./types";
