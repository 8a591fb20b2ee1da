import { detectHost } from "@quantlab/core";
import { publishedGuidance } from "@quantlab/report";
import { measureCopySpeed } from "@quantlab/runner";
import { ProgressLine } from "@quantlab/terminal";
import type { Outcome, VerbContext } from "../frame/verb.ts";
import { candidatesFor } from "./candidates.ts";
import { fits } from "./choice.ts";
import { gridDocument, recommendationDocument } from "./document.ts";
import { type Estimate, estimatesOf } from "./estimates.ts";
import { readEvidence } from "./evidence.ts";
import { gridModels, gridOf, guidedModels } from "./grid.ts";
import { machineOf, scarcity } from "./machine.ts";
import type { RecommendOptions } from "./options.ts";
import { readLosses } from "./quality.ts";
import { guidanceLines, recommendationOf } from "./recommendation.ts";
import { gridText, recommendationText } from "./text.ts";

/** Shapes stand for their size in the grid, whatever they were trained for. */
const leastContext = 1;

/** Works out what every model of the catalogue would take here, and says which to run; nothing is downloaded or loaded. */
export async function recommendCommand({ signal }: VerbContext, options: RecommendOptions): Promise<Outcome> {
  const { task, context = task.context, model, table } = options;
  const machine = machineOf(options);
  const [evidence, losses] = [await readEvidence(detectHost()), await readLosses()];
  // What a core copies at one moment strays further than what it decodes.
  const copySpeed = (evidence.isThisHost ? evidence.copySpeed : null) ?? measureCopySpeed();
  using progress = new ProgressLine();
  const settings = { context, machine, evidence, losses, copySpeed, signal, onProgress: progress.step };
  const { source } = publishedGuidance();
  const inGrid = (models: readonly string[]) =>
    estimatesOf(candidatesFor(models, leastContext, losses), settings);
  if (table) {
    const rows = gridOf(await inGrid(gridModels));
    return {
      data: gridDocument(rows, context, source, evidence),
      text: gridText(rows, context, source),
    };
  }
  const enough = (estimate: Estimate) => fits(estimate, machine, task);
  const estimates = await estimatesOf(candidatesFor(model, context, losses), settings, enough);
  const guidance = { source, lines: guidanceLines(await inGrid(guidedModels), machine.ramBytes) };
  const given = { machine, task, context, evidence, guidance };
  const planned = recommendationOf(estimates, given);
  const published = await estimatesOf([typeOf(planned.best)], { ...settings, ways: ["hub", "plan"] });
  const recommendation = recommendationOf(withPublished(estimates, published), given);
  return {
    data: recommendationDocument(recommendation),
    text: recommendationText(recommendation),
    warnings: [
      scarcity(machine),
      machine.host === null && recommendation.best.speed.value !== null
        ? "speed is this machine's, and rules nothing out: nothing is known of the other one but its size"
        : null,
    ],
  };
}

/** The choice alone: what was planned is looked at once more in the published file's own header, where the hub can be reached. */
const typeOf = ({ entry, type }: Estimate) => ({ entry, types: [type] });

function withPublished(estimates: readonly Estimate[], published: readonly Estimate[]): Estimate[] {
  return estimates.map(
    (each) => published.find(({ entry, type }) => entry.id === each.entry.id && type === each.type) ?? each,
  );
}
