export { convertToFile, convertToGguf } from "./convert.ts";
export { type GgufType, ggufType, ggufTypes } from "./types.ts";
