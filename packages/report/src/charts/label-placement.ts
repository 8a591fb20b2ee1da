export interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

export interface LabelRequest {
  readonly text: string;
  /** The point that it names. */
  readonly x: number;
  readonly y: number;
}

export interface Label extends Box {
  readonly text: string;
  /** Far enough from its point to need a line to it. */
  readonly far: boolean;
}

export const labelFontSize = 11.5;
const labelHeight = 14;
const gap = 7;
const nearby = 16;
const rounds = 6;

/** Places to try, nearest first: a direction, and how far from the point. */
const directions = [
  [1, -0.6],
  [-1, -0.6],
  [1, 0.6],
  [-1, 0.6],
  [1, 0],
  [-1, 0],
  [0, -1],
  [0, 1],
  [0.5, -1],
  [-0.5, -1],
  [0.5, 1],
  [-0.5, 1],
] as const;
const distances = [0, 9, 18, 30, 44, 60, 80, 104];

/**
 * A place for every label within `area`, clear of `obstacles` (points, whiskers) and of each other: each takes the
 * cheapest place in turn, and then again, given the others'. The same requests give the same places.
 */
export function placeLabels(
  requests: readonly LabelRequest[],
  obstacles: readonly Box[],
  area: Box,
): Label[] {
  const candidates = requests.map((request) => candidatesOf(request, area));
  const chosen: (Label | null)[] = requests.map(() => null);
  for (let round = 0; round < rounds; round++) {
    for (const [index, options] of candidates.entries()) {
      const others = chosen.filter((label, other) => label !== null && other !== index) as Label[];
      const costs = options.map(({ label, cost }) => cost + crowding(label, obstacles, others));
      chosen[index] = options[costs.indexOf(Math.min(...costs))]!.label;
    }
  }
  return chosen.filter((label) => label !== null);
}

/** Average widths of a sans-serif face, a little generous: no font is measured, so that every machine draws alike. */
export function textWidth(text: string, fontSize = labelFontSize): number {
  const ems = [...text].map((letter) =>
    /[A-Z]/.test(letter) ? (letter === "I" ? 0.32 : 0.7) : /[ilj.,()]/.test(letter) ? 0.3 : 0.58,
  );
  return ems.reduce((sum, em) => sum + em, 0) * fontSize;
}

function candidatesOf({ text, x, y }: LabelRequest, area: Box) {
  const [width, height] = [textWidth(text), labelHeight];
  return distances.flatMap((distance, step) =>
    directions.map(([right, down], preference) => {
      const [centreX, centreY] = [
        x + right * (width / 2 + gap + distance * 0.6),
        y + down * (height / 2 + gap - 1 + distance),
      ];
      const label = { text, x: centreX - width / 2, y: centreY - height / 2, width, height };
      const far = gapTo(label, x, y) > nearby;
      const outside = area.width * area.height * (inside(label, area) ? 0 : 1);
      return { label: { ...label, far }, cost: step * 60 + preference + outside };
    }),
  );
}

/** Labels on labels are worse than labels on lines. */
function crowding(label: Box, obstacles: readonly Box[], others: readonly Box[]): number {
  let cost = 0;
  for (const other of others) cost += overlap(padded(label), other) * 20;
  for (const obstacle of obstacles) cost += overlap(label, obstacle) * 8;
  return cost;
}

function overlap(one: Box, other: Box): number {
  const width = Math.min(one.x + one.width, other.x + other.width) - Math.max(one.x, other.x);
  const height = Math.min(one.y + one.height, other.y + other.height) - Math.max(one.y, other.y);
  return width > 0 && height > 0 ? width * height : 0;
}

function padded({ x, y, width, height }: Box): Box {
  return { x: x - 4, y: y - 1, width: width + 8, height: height + 2 };
}

function inside(box: Box, area: Box): boolean {
  return (
    box.x >= area.x &&
    box.y >= area.y &&
    box.x + box.width <= area.x + area.width &&
    box.y + box.height <= area.y + area.height
  );
}

/** From a point to the nearest edge of a box. */
function gapTo(box: Box, x: number, y: number): number {
  const dx = Math.max(box.x - x, 0, x - box.x - box.width);
  const dy = Math.max(box.y - y, 0, y - box.y - box.height);
  return Math.hypot(dx, dy);
}
