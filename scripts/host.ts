// Writes .lab/host.json, which turbo hashes: another machine misses the cache, this one hits.
import path from "node:path";
import { detectHost, labFolder, writeDocument } from "../packages/core/src/index.ts";

await writeDocument("host", path.join(labFolder, "host.json"), detectHost());
