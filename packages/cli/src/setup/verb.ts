import type { Command } from "commander";
import type { Act } from "../frame/verb.ts";
import type { SetupOptions } from "./command.ts";

export const summary =
  "make the environment of a Python engine ahead of time, or llama.cpp's binaries for a GPU or this processor";

export function declare(command: Command, act: Act): void {
  command
    .argument(
      "[engine]",
      "whose environment to make, or cuda, vulkan or llamacpp-native for another llama.cpp; without it, lists what there is",
    )
    .option("--again", "make it anew, for one that is broken")
    .addHelpText(
      "after",
      "\nExperiments make what they need by themselves; this does it ahead of time. QUANTLAB_PYTHON=<interpreter> uses one\nof yours instead, and QUANTLAB_TORCH_INDEX=<url> takes PyTorch from another index.\nGPU binaries come through npm, with its registry and proxy, and are checked by their hash;\nllamacpp-native is compiled for this processor from the source that is here, and needs cmake and a C++ compiler.",
    )
    .action(
      act(async (context, name: string | undefined, options: SetupOptions) =>
        (await import("./command.ts")).setupCommand(context, name, options),
      ),
    );
}
