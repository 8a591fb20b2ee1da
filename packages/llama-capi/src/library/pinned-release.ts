/** The release of node-llama-cpp whose struct layouts `layouts.ts` describes; another one is refused, not guessed at. */
export const pinnedPackageVersion = "3.22.1";
/** The release of llama.cpp inside that package. */
export const llamaVersion = "v0.5.0";
