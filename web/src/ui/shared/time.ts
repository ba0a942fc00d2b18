/** Hours and minutes of an instant on this device's wall clock. */
export function hoursAndMinutes(instant: number): [string, string] {
  const at = new Date(instant);
  return [String(at.getHours()).padStart(2, "0"), String(at.getMinutes()).padStart(2, "0")];
}

/** Whole days from the day of `instant` to the day of `now`: 0 is today, 1 yesterday. */
export function daysSince(instant: number, now: number): number {
  const day = (at: number): number => {
    const date = new Date(at);
    return Math.round(Date.UTC(date.getFullYear(), date.getMonth(), date.getDate()) / 86_400_000);
  };
  return day(now) - day(instant);
}
