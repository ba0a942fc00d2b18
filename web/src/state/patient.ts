export { createPatientApp } from "./patientApp";
export * from "./patientPage";
export { stepPatient, type PatientEffect, type PatientInput } from "./patientStep";
export type * from "./types";
