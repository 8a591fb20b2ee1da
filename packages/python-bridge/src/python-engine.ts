export type { PythonEngine } from "@quantlab/core";
