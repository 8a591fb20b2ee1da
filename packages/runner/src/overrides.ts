import { type Backend, type Json, UnknownOptionError, UsageError } from "@quantlab/core";

/** What the command line gives every arm's backend that has such an option. */
export type Overrides = Readonly<Record<string, Json>>;

const flagOf: Readonly<Record<string, string>> = { threads: "--threads", contextSize: "--context" };

/** The backend with those of the options that it has. */
export function overridden(backend: Backend, overrides: Overrides): Backend {
  return Object.entries(overrides).reduce(
    (changed, [option, value]) => withOption(changed, option, value) ?? changed,
    backend,
  );
}

/** A line for each option that some of the arms do not have; a UsageError for one that none has. */
export function unheeded(
  arms: readonly { readonly name: string; readonly backend: Backend }[],
  overrides: Overrides,
): string[] {
  return Object.entries(overrides).flatMap(([option, value]) => {
    const without = arms.filter(({ backend }) => withOption(backend, option, value) === null);
    if (without.length === 0) return [];
    const typed = `${flagOf[option]} ${value}`;
    const backends = [...new Set(without.map(({ backend }) => backend.id))].join(" nor ");
    if (without.length === arms.length)
      throw new UsageError(`${typed}: no arm takes it`, `leave it out: ${backends} has no such option`);
    const names = without.map(({ name }) => name).join(", ");
    return [`${typed} changes nothing for ${names}: ${backends} has no such option`];
  });
}

/** The backend with this option, or null where it has none of that name. */
function withOption(backend: Backend, option: string, value: Json): Backend | null {
  try {
    return backend.withOptions({ [option]: value });
  } catch (error) {
    if (error instanceof UnknownOptionError) return null;
    throw error;
  }
}
