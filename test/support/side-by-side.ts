import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";

// The lab measures one thing at a time and knows so by a lock in this folder: files of tests that run side by side
// must not wait for each other.
process.env.TMPDIR = mkdtempSync(path.join(tmpdir(), "file-"));
// Nor for each other's end: no figure of theirs is kept.
process.env.QUANTLAB_QUIET_SECONDS = "0";
