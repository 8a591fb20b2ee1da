import { modelSource } from "../../src/index.ts";
import { createStore } from "../../src/store.ts";

// A process of its own that resolves a model: node resolve-process.ts <folder> <root> <catalogue> <reference>
const [folder, root, catalogueFile, reference] = process.argv.slice(2) as [string, string, string, string];
const steps = new Set<string>();
const model = await modelSource(reference, createStore({ folder, root, catalogueFile })).resolve({
  onProgress: ({ step }) => steps.add(step),
});
process.stdout.write(JSON.stringify({ model, steps: [...steps] }));
