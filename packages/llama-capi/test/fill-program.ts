// Loads a model, fills its context as an engine does, and prints what of that the system counted: started by tests, a process a model.
import { readFileSync } from "node:fs";
import { Context, loadLlama, Model } from "../src/index.ts";

const counted = (name: string) =>
  Number(new RegExp(`^${name}:\\s*(\\d+)`, "m").exec(readFileSync("/proc/self/status", "utf8"))?.[1]) * 1024;

const [file = "", settings = "{}"] = process.argv.slice(2);
loadLlama(false);
const before = counted("VmRSS");
const model = Model.load(file, { gpu: false });
const context = new Context(model, JSON.parse(settings));
context.decode(Int32Array.from({ length: context.contextSize - 1 }, (_, index) => 100 + (index % 1000)));
context.decodeOne(100);
context.synchronize();
console.log(JSON.stringify({ before, peak: counted("VmHWM") }));
