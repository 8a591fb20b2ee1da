// Writes .lab/host.json, which turbo hashes: another machine misses the cache, this one hits.
import { detectHost, hostFile, writeDocument } from "../packages/core/src/index.ts";
import { runProgram } from "../packages/terminal/src/index.ts";

await runProgram(() => writeDocument("host", hostFile, detectHost()));
