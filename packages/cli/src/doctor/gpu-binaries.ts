import { gpuKinds, gpuPackagesExist, gpuReady } from "@quantlab/llama-capi";
import { type Check, ok, warn } from "./check.ts";
import { firstLineOf } from "./program-output.ts";

/** Which GPU binaries `lab setup` has brought, and how to get one. */
export async function checkGpuBinaries(): Promise<Check> {
  const name = "gpu binaries";
  const ready = gpuKinds.filter(gpuReady);
  if (ready.length > 0) return ok(name, ready.join(", "));
  if (!gpuPackagesExist()) return ok(name, "none to be set up on this platform");
  const card = await firstLineOf("nvidia-smi", "-L");
  const advice = `run: ${gpuKinds.map((kind) => `pnpm lab setup ${kind}`).join(", or ")}`;
  return card
    ? warn(name, `none set up, but there is ${card.replace(/ \(UUID.*/, "")}`, advice)
    : ok(name, "none set up", `for a GPU ${advice}`);
}
