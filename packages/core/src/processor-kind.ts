import path from "node:path";
import { systemText } from "./system-file.ts";

/**
 * "family 25 model 1 stepping 1" of an x86 processor: what its name leaves open, for virtual machines of several generations,
 * with different instructions and speeds, say "AMD EPYC" alike. Null where the system does not tell. `root` is where its files
 * lie.
 */
export function processorKind(root = "/"): string | null {
  const text = systemText(path.join(root, "proc/cpuinfo")) ?? "";
  const read = (name: string) => new RegExp(`^${name}[ \\t]*:[ \\t]*(\\d+)$`, "m").exec(text)?.[1];
  const [family, model, stepping] = [read("cpu family"), read("model"), read("stepping")];
  if (family === undefined || model === undefined) return null;
  return `family ${family} model ${model}${stepping === undefined ? "" : ` stepping ${stepping}`}`;
}
