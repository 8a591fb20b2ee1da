import { UsageError } from "@quantlab/core";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { precisionShare, promptList } from "../src/bench/options.ts";
import { numberList, promptAndAnswer } from "../src/frame/number-lists.ts";

const read = numberList("-p", 0);

describe("a list of numbers", () => {
  it.each([
    ["512", [512]],
    ["64,256", [64, 256]],
    ["64, 64", [64, 64]],
    ["1-4", [1, 2, 3, 4]],
    ["0-512+128", [0, 128, 256, 384, 512]],
    ["0-500+128", [0, 128, 256, 384]],
    ["1-8*2", [1, 2, 4, 8]],
    ["3-20*3", [3, 9]],
    ["7-7", [7]],
    ["1,4-8+2,16", [1, 4, 6, 8, 16]],
  ])("%s is read as llama-bench reads it", (typed, numbers) => {
    expect(read(typed)).toEqual(numbers);
  });

  it("grows where a flag is given again", () => {
    expect(read("256", read("64,64"))).toEqual([64, 64, 256]);
  });

  it("takes -1 where that is allowed", () => {
    expect(numberList("-ngl", -1)("-1,0,8")).toEqual([-1, 0, 8]);
  });

  it("holds just the numbers of a range, whatever its step", () => {
    const numbers = fc.tuple(fc.nat(500), fc.nat(500), fc.integer({ min: 1, max: 50 }));
    fc.assert(
      fc.property(numbers, ([first, length, step]) => {
        const last = first + length;
        const expected = Array.from({ length: length + 1 }, (_, offset) => first + offset).filter(
          (number) => (number - first) % step === 0,
        );
        expect(read(`${first}-${last}+${step}`)).toEqual(expected);
      }),
    );
  });

  it.each([
    ["512-64", '-p "512-64" is an empty range', "write -p 64-512"],
    ["0-8*2", "without an end: behind 0 comes 0", "begin at 1"],
    ["1-8*1", "without an end: behind 1 comes 1", "multiply by at least 2"],
    ["1-8+0", "without an end: behind 1 comes 1", "add at least 1"],
    ["1-20000", '-p "1-20000" is a range of more than 10000 numbers', "-p 1-20000+2000"],
    ["4294967296", "is neither a whole number", "write -p"],
    ["", "is neither a whole number of at least 0", "write -p 64,256"],
    ["64,,256", "neither a whole number", "write -p"],
    ["64.5", "neither a whole number", "write -p"],
    ["-1", "neither a whole number of at least 0", "write -p"],
    ["1-8*", "neither a whole number", "-p 1-8*2"],
  ])("%j is refused with the remedy", (typed, message, remedy) => {
    const refused = expect(() => read(typed));
    refused.toThrow(UsageError);
    refused.toThrow(expect.objectContaining({ message: expect.stringContaining(message) }));
    refused.toThrow(expect.objectContaining({ remedy: expect.stringContaining(remedy) }));
  });
});

describe("a prompt and what is decoded behind it", () => {
  const pair = promptAndAnswer("-pg");
  it("is two numbers, and another pair where the flag is given again", () => {
    expect(pair("512,128")).toEqual([[512, 128]]);
    expect(pair("64,8", pair("512,128"))).toEqual([
      [512, 128],
      [64, 8],
    ]);
  });

  it.each(["512", "512,128,64", "512,0", "0,128", "a,b"])("%j is refused", (typed) => {
    expect(() => pair(typed)).toThrow(
      expect.objectContaining({ remedy: expect.stringContaining("-pg 512,128") }),
    );
  });
});

describe("--precision", () => {
  it("is a percentage", () => expect(precisionShare("2.5%")).toBe(0.025));
  it.each(["2", "0%", "101%", "two%", "-1%"])("%j is refused", (typed) => {
    expect(() => precisionShare(typed)).toThrow(UsageError);
  });
});

describe("a list of prompts", () => {
  it("is of the catalogue, whatever the case, and grows where the flag is given again", () => {
    expect(promptList("Summary-1k@1", promptList("chat@1,code@1"))).toEqual([
      "chat@1",
      "code@1",
      "summary-1k@1",
    ]);
  });

  it("with another name is refused with the nearest", () => {
    expect(() => promptList("chat@1,sumary-1k@1")).toThrow('unknown prompt "sumary-1k@1"');
    expect(() => promptList("sumary-1k@1")).toThrow(
      expect.objectContaining({ remedy: expect.stringContaining("summary-1k@1") }),
    );
  });
});
