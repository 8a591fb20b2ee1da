import { coverage, type HeldOut, heldOut, isCovered, type Observation } from "@quantlab/fit";
import { median } from "d3-array";
import { folded, inlineText, paragraphs, table } from "../markdown.ts";
import { listed } from "../numbers.ts";
import {
  byShape,
  inUnit,
  offBy,
  percent,
  type Quantity,
  signed,
  usualErrors,
} from "./prediction-quantities.ts";

/** How well a quantity was predicted: in a sentence, by model, and every case in a fold. */
export function predictionPart(quantity: Quantity, observations: readonly Observation[]): string {
  const cases = heldOut(quantity.learner, observations);
  const title = `**${quantity.noun.charAt(0).toUpperCase()}${quantity.noun.slice(1)}.**`;
  if (cases.length === 0)
    return `${title} Nothing is held out yet: it takes runs of two models on one machine that tell of it.`;
  return paragraphs(
    `${title} Half of the predictions lie within ${percent(median(cases, (each) => Math.abs(offBy(each)))!)}.`,
    shapeTable(quantity, cases),
    withoutLine(quantity, observations, cases),
    folded(`Every prediction of ${quantity.noun}`, caseTable(quantity, cases)),
  );
}

/** How many predictions of models that had no part in them came near, and how many of the usual formula; null where none was made. */
export function predictionSentence(quantity: Quantity, observations: readonly Observation[]): string | null {
  const { noun, near: within, learner } = quantity;
  const cases = heldOut(learner, observations);
  if (cases.length === 0) return null;
  const isNear = (share: number) => Math.abs(share) <= within;
  const usual = usualErrors(quantity, cases).filter(isNear).length;
  const held = coverage(cases);
  const judged = withInterval(cases);
  const near = cases.filter((each) => isNear(offBy(each))).length;
  const intervals =
    held === null
      ? "There is no interval yet: it takes three models."
      : `The 90% intervals held ${judged.filter(isCovered).length} of ${judged.length} (${percent(held)}).`;
  return `Each model predicted from the others alone, ${near} of ${cases.length} predictions of ${noun} lie within ${within * 100}% of what was then measured, and ${usual} of the usual formula's. ${intervals}`;
}

function shapeTable(quantity: Quantity, cases: readonly HeldOut[]): string {
  const head = [
    "",
    "predictions",
    `within ${quantity.near * 100}%`,
    "off by,<br>median",
    "off by,<br>most",
    "held by the<br>90% interval",
    "usual formula<br>off by, median",
    "usual formula<br>off by, most",
  ];
  const rows = byShape(cases).map(([shape, own]) => {
    const off = own.map((each) => Math.abs(offBy(each)));
    const judged = withInterval(own);
    return [
      inlineText(shape),
      String(own.length),
      String(off.filter((share) => share <= quantity.near).length),
      percent(median(off)!),
      percent(Math.max(...off)),
      judged.length > 0 ? `${judged.filter(isCovered).length} of ${judged.length}` : "—",
      ...middleAndMost(usualErrors(quantity, own)),
    ];
  });
  return table(head, rows);
}

function middleAndMost(shares: readonly number[]): [string, string] {
  return shares.length > 0 ? [percent(median(shares)!), percent(Math.max(...shares))] : ["—", "—"];
}

function withoutLine(
  { without }: Quantity,
  observations: readonly Observation[],
  cases: readonly HeldOut[],
): string | null {
  const told = new Set(cases.map(({ observation }) => observation.shape));
  const untold = [...new Set(observations.map(({ shape }) => shape))].filter((shape) => !told.has(shape));
  return untold.length > 0 ? `Not predicted: ${inlineText(listed(untold))}. ${inlineText(without)}` : null;
}

function caseTable(quantity: Quantity, cases: readonly HeldOut[]): string {
  const { unit } = quantity;
  const head = [
    "",
    `measured, ${unit}`,
    `predicted (90%), ${unit}`,
    "off by",
    `usual formula, ${unit}`,
    "off by",
  ];
  const rows = cases.map((each) => {
    const { observation, measured, predicted, interval } = each;
    const usual = quantity.usual(observation);
    return [
      `${inlineText(observation.shape)}, ${inlineText(observation.arm)}`,
      inUnit(quantity, measured),
      inUnit(quantity, predicted, interval),
      signed(offBy(each)),
      ...(usual === null ? ["—", "—"] : [inUnit(quantity, usual), signed(usual / measured - 1)]),
    ];
  });
  return table(head, rows);
}

const withInterval = (cases: readonly HeldOut[]) => cases.filter(({ interval }) => interval !== null);
