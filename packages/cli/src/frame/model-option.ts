/** `-m` as commander takes it, of every verb that asks one model. */
export const modelOption = [
  "-m, --model <ref|path>",
  "model, as <id>:<quantization>, a .gguf file or a folder; the shipped one unless said",
] as const;
