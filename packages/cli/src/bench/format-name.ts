import { knownName } from "@quantlab/core";

/** What `-o` may name, as llama-bench's does. */
export const formatNames = ["md", "csv", "json", "jsonl", "sql"] as const;
export type FormatName = (typeof formatNames)[number];

/** Reads the name of a format, or throws an UnknownNameError. */
export const formatName = (typed: string): FormatName => knownName("output format", typed, formatNames);
