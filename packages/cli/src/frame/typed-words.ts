import { QuantlabError, UnknownOptionError, UsageError } from "@quantlab/core";
import type { Outcome } from "./verb.ts";

/** What a verb calls the engines' options on its command line: { contextSize: "-c" }. */
export type TypedNames = Readonly<Record<string, string>>;

/** Runs a verb's body, and tells what goes wrong by the flags that were typed instead of the options behind them. */
export async function inTypedWords(names: TypedNames, body: () => Promise<Outcome>): Promise<Outcome> {
  try {
    const outcome = await body();
    return outcome.failure === undefined ? outcome : { ...outcome, failure: typed(outcome.failure, names) };
  } catch (error) {
    throw typed(error, names);
  }
}

function typed(error: unknown, names: TypedNames): unknown {
  if (!(error instanceof QuantlabError)) return error;
  if (error instanceof UnknownOptionError && Object.hasOwn(names, error.option)) {
    const flag = names[error.option]!;
    return new UsageError(`${error.backend} has nothing to set with ${flag}`, `leave out ${flag}`);
  }
  const { code, message, exitCode } = error;
  // "threads" is also a word of people's.
  const spelled = Object.keys(names).filter((name) => /[A-Z]/.test(name));
  const options = new RegExp(`\\b(?:${spelled.join("|")})\\b`, "g");
  const remedy = error.remedy?.replace(options, (option) => names[option]!) ?? null;
  return remedy === error.remedy
    ? error
    : new QuantlabError(code, message, { remedy, exitCode, cause: error });
}
