/**
 * A number in groups of three, with `mark` between them. `toLocaleString` would do, but what it reads
 * in the first time is the longest task of a phone's first page.
 */
export const grouped = (n: number, mark: string): string => String(n).replace(/\B(?=(\d{3})+$)/g, mark);
