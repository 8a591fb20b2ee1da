import { EngineError, type EvaluatedAnswer, type Json } from "@quantlab/core";
import { lmEvalEngine } from "./engine.ts";

type Fields = { readonly [key: string]: Json };

/**
 * What the harness says of the questions of one task, in the order in which they were given: `correct` is its
 * `acc_token`, or of a written answer its `exact_match`; the others are its `acc` and `acc_norm`. Throws an EngineError
 * for results that hold no such thing.
 */
export function samplesOf(results: Json, task: string): EvaluatedAnswer[] {
  const samples = at(at(results, "samples"), task);
  if (!Array.isArray(samples)) throw unknown(`samples of ${task}`);
  return (samples as readonly Fields[])
    .toSorted((one, other) => Number(one.doc_id) - Number(other.doc_id))
    .map(sampleOf);
}

function sampleOf(fields: Fields): EvaluatedAnswer {
  const doc = at(fields, "doc");
  const id = String(at(doc, "id"));
  const responses = at(fields, "filtered_resps") as readonly Json[];
  if ("exact_match" in fields) {
    return {
      id,
      correct: fields.exact_match === 1,
      correctOfSum: null,
      correctPerCharacter: null,
      logLikelihoods: [],
      tokens: [],
      output: String(responses[0]),
    };
  }
  return {
    id,
    correct: at(fields, "acc_token") === 1,
    correctOfSum: at(fields, "acc") === 1,
    correctPerCharacter: at(fields, "acc_norm") === 1,
    logLikelihoods: responses.map((response) => Number((response as readonly Json[])[0])),
    tokens: at(doc, "tokens") as readonly number[],
    output: null,
  };
}

function at(value: Json | undefined, field: string): Json {
  const found = (value as Fields | undefined)?.[field];
  if (found === undefined || found === null) throw unknown(field);
  return found;
}

const unknown = (what: string) =>
  new EngineError(
    lmEvalEngine.title,
    `its results hold no ${what}`,
    "its version is not the locked one: unset QUANTLAB_PYTHON",
  );
