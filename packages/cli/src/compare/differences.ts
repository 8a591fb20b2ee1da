import { type Json, UsageError } from "@quantlab/core";
import type { Difference } from "./options.ts";
import type { Side } from "./sides/side.ts";

/** More would hide the first. */
const mostNamed = 4;

/**
 * What two runs have otherwise, a sentence each. Throws a UsageError where one of these was not said: figures of two hosts, of
 * two models or of two protocols differ for that alone.
 */
export function allowedDifferences(a: Side, b: Side, allowed: readonly Difference[]): string[] {
  // Of the arms of one run it is the difference that was asked about.
  const found = a.run === b.run ? [] : differencesOf(a, b);
  const refused = found.filter(({ kind }) => !allowed.includes(kind));
  if (refused.length === 0) return found.map(({ sentence }) => sentence);
  const across = [...new Set([...allowed, ...refused.map(({ kind }) => kind)])].join(",");
  throw new UsageError(
    `${a.about.name} and ${b.about.name} cannot be held against each other: ${refused.map(({ sentence }) => sentence).join("; ")}`,
    `if that is what is to be compared, add --across ${across}`,
  );
}

function differencesOf(a: Side, b: Side): { readonly kind: Difference; readonly sentence: string }[] {
  const [one, other] = [a.about, b.about];
  const fields = [...new Set([...Object.keys(one.protocol), ...Object.keys(other.protocol)])].filter(
    (field) => textOf(one.protocol[field]) !== textOf(other.protocol[field]),
  );
  const named = fields
    .slice(0, mostNamed)
    .map((field) => `${field} ${textOf(one.protocol[field])} and ${textOf(other.protocol[field])}`);
  const more = fields.length > mostNamed ? ` and ${fields.length - mostNamed} more` : "";
  return [
    ...(one.host === other.host
      ? []
      : [{ kind: "host" as const, sentence: `the hosts are ${one.host} and ${other.host}` }]),
    ...(one.modelSha256 === other.modelSha256
      ? []
      : [{ kind: "model" as const, sentence: `the models are ${fileOf(a)} and ${fileOf(b)}` }]),
    ...(fields.length === 0
      ? []
      : [{ kind: "protocol" as const, sentence: `the protocols differ in ${named.join(", ")}${more}` }]),
  ];
}

/** "sprout Q4_K_M (sha256 1f2e3d4c)". */
const fileOf = ({ model, about: { modelSha256 } }: Side) =>
  modelSha256 === null ? `${model} (no file)` : `${model} (sha256 ${modelSha256.slice(0, 8)})`;

const textOf = (value: Json | undefined) =>
  value === undefined || value === null ? "none" : typeof value === "string" ? value : JSON.stringify(value);
