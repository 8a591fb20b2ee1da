// Packing in groups that do not fit the model's rows: what would keep full weights is named instead.
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, expect, test } from "vitest";
import { lab } from "../packages/cli/test/lab.ts";
import { type HeldTensor, writeFolder } from "./support/changed-models.ts";

const folder = mkdtempSync(path.join(tmpdir(), "group-size-"));
afterAll(() => rmSync(folder, { recursive: true }));

const width = 736;

/** The shipped model with a narrower feed-forward network: 736 is eleven and a half groups of 64. */
function narrower(tensor: HeldTensor): HeldTensor {
  const [rows, columns] = tensor.shape as [number, number];
  const rowBytes = tensor.bytes.length / rows;
  if (/mlp\.(gate|up)_proj/.test(tensor.name))
    return { ...tensor, shape: [width, columns], bytes: tensor.bytes.subarray(0, width * rowBytes) };
  if (!tensor.name.includes("mlp.down_proj")) return tensor;
  const bytes = Array.from({ length: rows }, (_, row) =>
    tensor.bytes.subarray(row * rowBytes, row * rowBytes + (width * rowBytes) / columns),
  );
  return { ...tensor, shape: [rows, width], bytes: Buffer.concat(bytes) };
}

test("a group size that does not divide all rows is refused with what it would leave out", async () => {
  const model = writeFolder(path.join(folder, "narrow"), {
    config: { intermediate_size: width },
    tensors: (all) => all.map(narrower),
  });
  const packed = (size: string) =>
    lab(["convert", model, "--to", "mlx", "--bits", "4", "--group-size", size, "-o", `${model}-${size}`]);
  const refused = await packed("64");
  expect(refused.code).toBe(1);
  expect(refused.stderr).toMatch(
    /6 of \d+ matrices would keep full weights: rows of 736, as .*down_proj has/,
  );
  expect(refused.stderr).toContain("choose a smaller group size");
  expect(readdirSync(folder)).toEqual(["narrow"]);
  const made = await packed("32");
  expect(made.code, made.stderr).toBe(0);
});
