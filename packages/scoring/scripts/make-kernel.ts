import { writeFileAtomic } from "@quantlab/core";
import { assembleKernel, kernelFile } from "./assemble.ts";

await writeFileAtomic(kernelFile, await assembleKernel());
