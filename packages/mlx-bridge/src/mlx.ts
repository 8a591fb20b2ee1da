import { checkOptions, type Json, type LocalBackend, oneOf } from "@quantlab/core";
import { pythonBackend } from "@quantlab/python-bridge";
import { mlxEngine } from "./engine.ts";

/** Left out means the default. */
export interface MlxOptions {
  /** "default" is MLX's own choice: Metal on Apple silicon, the CPU on Linux. "cpu" takes the CPU everywhere. */
  readonly device?: "default" | "cpu";
  /**
   * What is computed in: the type that scales and full weights are stored in, or float32, into which they are cast
   * exactly while loading. A CPU is fastest so, and what is left of an error is the weights' own.
   */
  readonly computeIn?: "stored" | "float32";
}

export const mlxChecks = { device: oneOf("default", "cpu"), computeIn: oneOf("stored", "float32") };

/** mlx-lm in a worker of its own. It loads folders in MLX form, `mlxForm` makes them. */
export function mlx(options: MlxOptions = {}): LocalBackend {
  const checked = checkOptions<MlxOptions>("mlx", mlxChecks, { ...options });
  return pythonBackend({
    id: "mlx",
    form: "mlx",
    engine: mlxEngine,
    options: checked as Readonly<Record<string, Json>>,
    withOptions: (changes) => mlx(checkOptions<MlxOptions>("mlx", mlxChecks, { ...checked, ...changes })),
    unsupported,
    loadOptions: () => ({ device: checked.device ?? "default", computeIn: checked.computeIn ?? "stored" }),
  });
}

function unsupported() {
  const { platform, arch } = process;
  if (platform === "linux" || (platform === "darwin" && arch === "arm64")) return null;
  return {
    reason: `MLX has no release for ${platform} on ${arch}`,
    remedy: "run this arm on Apple silicon or Linux",
  };
}
