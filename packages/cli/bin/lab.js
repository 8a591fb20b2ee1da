#!/usr/bin/env node
// What `pnpm lab` starts. Compiling the command takes longer than many a verb, so what is compiled is kept; and this is
// no TypeScript, for Node would load its compiler for it before it knows where to look.
import { enableCompileCache } from "node:module";
import { homedir } from "node:os";
import path from "node:path";

// The lab's own folder, as packages/core finds it.
const { QUANTLAB_FOLDER: folder, INIT_CWD: stand = "" } = process.env;
const labFolder = folder
  ? path.resolve(stand, folder.replace(/^~(?=\/)/, homedir()))
  : path.resolve(import.meta.dirname, "../../../.lab");
const compileCache = path.join(labFolder, "compile-cache");
enableCompileCache(compileCache);
// The processes that the command starts find theirs there, too.
process.env.NODE_COMPILE_CACHE = compileCache;
await import("../src/main.ts");
