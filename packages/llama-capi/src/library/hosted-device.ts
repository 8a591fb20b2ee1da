/**
 * Whether what a device of this description holds is in the memory of the process that uses it. A device in software
 * takes it from the process's heap; macOS counts what Metal holds as the process's footprint. The pages of a GPU that
 * shares a PC's memory belong to its driver, and no process is said to have them.
 */
export function isHosted(description: string): boolean {
  // ggml calls a device in software a GPU, too: what it is, only its name tells.
  return process.platform === "darwin" || /llvmpipe|lavapipe|swiftshader/i.test(description);
}
