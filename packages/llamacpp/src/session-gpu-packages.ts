import { registerHooks } from "node:module";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { gpuPackageFolder } from "@quantlab/llama-capi/gpu-packages";

let shown = false;

/**
 * Shows node-llama-cpp the GPU packages in the lab's own folder. It imports them by name from where pnpm has put it, which
 * `lab setup` leaves alone, and takes no other folder.
 */
export function showGpuPackages(): void {
  if (shown) return;
  shown = true;
  registerHooks({
    resolve(specifier, context, next) {
      const folder = gpuPackageFolder(specifier);
      if (folder === null) return next(specifier, context);
      return { url: pathToFileURL(path.join(folder, "dist/index.js")).href, shortCircuit: true };
    },
  });
}
