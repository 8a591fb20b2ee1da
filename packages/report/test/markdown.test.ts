import { describe, expect, it } from "vitest";
import { code, folded, inlineText, quoted, table } from "../src/markdown.ts";

describe("inline text", () => {
  it.each([
    ["**bold** and `code`", "\\*\\*bold\\*\\* and \\`code\\`"],
    ["a | b", "a \\| b"],
    ["[link](x)", "\\[link\\](x)"],
    ["<img src=x onerror=y>", "&lt;img src=x onerror=y&gt;"],
    ["<!-- lab:results:end -->", "&lt;!-- lab:results:end --&gt;"],
    ["&lt;", "&amp;lt;"],
    ["_a_ but Q4_K_M", "\\_a\\_ but Q4_K_M"],
    ["two\nlines\r\nhere", "two lines here"],
    ["bell\u0007 and \u202eturned", "bell\ufffd and \ufffdturned"],
    ["$x^2$ ~~gone~~", "\\$x^2\\$ \\~\\~gone\\~\\~"],
  ])("shows %j as it is", (text, markdown) => {
    expect(inlineText(text)).toBe(markdown);
  });
});

describe("quotes", () => {
  it("keeps every line inside the quote and starts no block", () => {
    const text = "# head\n- item\n1. first\n2) second\n```\n---\n===\n| a | b |\n    indented";
    const lines = quoted(text).split("\n");
    expect(lines).toEqual([
      "> \\# head\\",
      "> \\- item\\",
      "> 1\\. first\\",
      "> 2\\) second\\",
      "> \\`\\`\\`\\",
      "> \\---\\",
      "> \\===\\",
      "> \\| a \\| b \\|\\",
      "> indented",
    ]);
  });

  it("keeps paragraphs apart and ends none with a stray backslash", () => {
    expect(quoted("one\n\ntwo\n")).toBe("> one\n>\n> two");
  });
});

describe("the rest", () => {
  it("lays out a table with figures to the right", () => {
    expect(table(["", "q4"], [["Decode", "1"]])).toBe("|  | q4 |\n| --- | ---: |\n| Decode | 1 |");
  });

  it("keeps a summary on one line, as HTML text", () => {
    expect(folded("a < b\n\nc", "body")).toContain("<summary>a &lt; b c</summary>");
  });

  it("keeps code type closed", () => {
    expect(code("a`b|c")).toBe("`a b c`");
  });
});
