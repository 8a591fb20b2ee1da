// Loads the shipped model, tells its worker's process id, and waits to be killed.
import { model } from "@quantlab/model-store";
import { llamaCppPython } from "../src/index.ts";

const file = await model("sprout", "F16").resolve();
const session = await llamaCppPython().load(file, new AbortController().signal);
console.log(session.engine.pid);
setInterval(() => {}, 1000);
