import type { ThemeName } from "./chart-markup.ts";

export interface Theme {
  readonly text: string;
  readonly muted: string;
  readonly line: string;
  /** Arms that are compared. */
  readonly accent: string;
  /** Kinds of arms beside the first. */
  readonly more: readonly string[];
  /** The baseline. */
  readonly grey: string;
}

/** Colours that keep at least 4.5:1 (text) and 3:1 (shapes) on GitHub's two backgrounds. */
export const themes: Readonly<Record<ThemeName, Theme>> = {
  light: {
    text: "#1f2328",
    muted: "#59636e",
    line: "#d1d9e0",
    accent: "#0969da",
    more: ["#bc4c00", "#1a7f37", "#8250df"],
    grey: "#818b98",
  },
  dark: {
    text: "#f0f6fc",
    muted: "#9198a1",
    line: "#3d444d",
    accent: "#4493f8",
    more: ["#db6d28", "#3fb950", "#ab7df8"],
    grey: "#8b949e",
  },
};

export const chartWidth = 800;
export const fontFamily = "system-ui, -apple-system, 'Segoe UI', 'Noto Sans', Helvetica, Arial, sans-serif";
