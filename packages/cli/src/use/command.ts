import { fromUser, isPath, UsageError, usedModel, useModel } from "@quantlab/core";
import { parseReference, withModel } from "@quantlab/engines";
import type { Outcome } from "../frame/verb.ts";

/** Any arm's: what stands in its place must name no quantization. */
const anyArm = "sprout:F16";

/** `lab use`: keeps the model that experiments take when none is said, or tells which that is. */
export async function use(
  model: string | undefined,
  { reset = false }: { readonly reset?: boolean },
): Promise<Outcome> {
  if (model !== undefined && reset)
    throw new UsageError(`"${model}" and --reset contradict each other`, "give one of the two");
  if (reset) await useModel(null);
  if (model !== undefined) {
    // Throws for a name that is none, and for one with a quantization: every arm brings its own.
    parseReference(withModel(anyArm, model));
    await useModel(isPath(model) ? fromUser(model) : model);
  }
  const used = usedModel();
  return {
    data: { model: used },
    text: used
      ? `experiments take ${used} when no --model is said; "pnpm lab use --reset" gives them their own again\n`
      : "experiments take their own models\n",
  };
}
