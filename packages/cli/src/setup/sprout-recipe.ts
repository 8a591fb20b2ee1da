import path from "node:path";
import { repositoryRoot } from "@quantlab/core";
import type { PythonEngine } from "@quantlab/python-bridge";

/** What trains the shipped model anew: an environment without a worker, for models/sprout/recipe/make.py. */
export const sproutRecipe: PythonEngine = {
  name: "sprout-recipe",
  title: "the recipe of sprout",
  folder: path.join(repositoryRoot, "models/sprout/recipe"),
  module: "",
  needs: ["torch", "transformers", "tokenizers", "sentencepiece", "safetensors"],
  distributions: ["torch", "transformers"],
  sizeBytes: { linux: 5.3e9, darwin: 1e9 },
};
