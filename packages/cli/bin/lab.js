// What `pnpm lab` starts. Compiling the command takes longer than many a verb, so what is compiled is kept; and this is
// no TypeScript, for Node would load its compiler for it before it knows where to look.
import { enableCompileCache } from "node:module";
import path from "node:path";

const compileCache = path.resolve(import.meta.dirname, "../../../.lab/compile-cache");
enableCompileCache(compileCache);
// The processes that the command starts find theirs there, too.
process.env.NODE_COMPILE_CACHE = compileCache;
await import("../src/main.ts");
