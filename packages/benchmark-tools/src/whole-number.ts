import { InvalidArgumentError } from "commander";

/** The value of a flag that counts something. */
export function wholeNumber(text: string): number {
  if (!/^[1-9]\d*$/.test(text)) throw new InvalidArgumentError("give a whole number above 0");
  return Number(text);
}
