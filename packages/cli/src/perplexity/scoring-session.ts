import { EngineError, type Json, type ModelFile, type Session } from "@quantlab/core";
import { canScore, type ScoringSession } from "@quantlab/scoring";
import { requireAvailable } from "../frame/availability.ts";
import { scoringBackend } from "./backends.ts";

/** Beside another model memory is short: no model is to stand there twice, and logits stand there four times. */
const besideAnother = { releaseMapped: true, logitsBytes: 64 * 2 ** 20 };

const never = new AbortController().signal;

/** Loads a model into this process, to be scored; `beside` another one that is held there, too. */
export async function openScoring(
  model: ModelFile,
  {
    backendOptions,
    beside,
  }: { readonly backendOptions: Readonly<Record<string, Json>>; readonly beside: boolean },
): Promise<ScoringSession> {
  const backend = scoringBackend(model.ref.form, backendOptions);
  await requireAvailable(backend);
  Object.assign(process.env, backend.environment);
  const frugal = beside ? besideAnother : { releaseMapped: true };
  const gguf = model.ref.form === "gguf";
  const session: Session = await (gguf ? backend.withOptions(frugal) : backend).load(model, never);
  if (!canScore(session)) throw new EngineError(backend.id, "shows no logits");
  return session;
}
