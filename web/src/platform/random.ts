export interface Random {
  /** At least 0, below 1. */
  number(): number;
  /** So many random hexadecimal digits. */
  hex(digits: number): string;
}

export const systemRandom: Random = {
  number: () => Math.random(),
  hex(digits) {
    const bytes = crypto.getRandomValues(new Uint8Array(Math.ceil(digits / 2)));
    return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0"))
      .join("")
      .slice(0, digits);
  },
};
