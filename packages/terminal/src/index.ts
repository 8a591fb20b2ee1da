export * from "./amounts.ts";
export * from "./error-lines.ts";
export * from "./interrupt.ts";
export * from "./number-flags.ts";
export * from "./program.ts";
export * from "./progress-line.ts";
export * from "./style.ts";
export * from "./usage-error.ts";
