import path from "node:path";
import type { PythonEngine } from "@quantlab/python-bridge";

/** On macOS most of it is Metal's kernels. */
export const mlxEngine: PythonEngine = {
  name: "mlx",
  title: "MLX",
  folder: path.join(import.meta.dirname, "../python"),
  module: "quantlab_mlx",
  needs: ["mlx", "mlx_lm"],
  distributions: ["mlx-lm", "mlx"],
  sizeBytes: { linux: 230e6, darwin: 400e6 },
};
