export { ggufConversion, ggufForm } from "./convert.ts";
export { type ConversionType, conversionTypes } from "./run-converter.ts";
