import type { Command } from "commander";
import type { Act } from "../frame/verb.ts";
import type { SetupOptions } from "./command.ts";

export const summary =
  "make the environment of a Python engine ahead of time, or bring llama.cpp's binaries for a GPU";

export function declare(command: Command, act: Act): void {
  command
    .argument(
      "[engine]",
      "whose environment to make, or cuda or vulkan for llama.cpp on a GPU; without it, lists what there is",
    )
    .option("--again", "make it anew, for one that is broken")
    .addHelpText(
      "after",
      "\nExperiments make what they need by themselves; this does it ahead of time. QUANTLAB_PYTHON=<interpreter> uses one\nof yours instead, and QUANTLAB_TORCH_INDEX=<url> takes PyTorch from another index.\nGPU binaries come through npm, with its registry and proxy, and are checked by their hash.",
    )
    .action(
      act(async (context, name: string | undefined, options: SetupOptions) =>
        (await import("./command.ts")).setupCommand(context, name, options),
      ),
    );
}
