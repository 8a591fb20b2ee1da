/** Loaded into a program with --expose-gc: it collects its garbage when SIGUSR2 tells it to. */
process.on("SIGUSR2", () => globalThis.gc!());
