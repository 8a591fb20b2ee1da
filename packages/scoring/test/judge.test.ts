import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { numberOf, numbersIn } from "../src/answers/numbers.ts";
import { isRight } from "../src/index.ts";

const holds = (output: string, ...accept: string[]) => isRight(output, accept, "wording");
const ends = (output: string, ...accept: string[]) => isRight(output, accept, "last-number");
const values = (text: string) => numbersIn(text).map(({ value }) => value);

describe("by its wording an answer is right", () => {
  test.each([
    ["It was ada lind.", "Ada Lind"],
    ["It costs 3.50 (net).", "3.50 (net)"],
    ["in ÖREBRO now", "Örebro"],
    ["a snake_cat", "cat"],
    ["Smith's book", "Smith"],
    ["(cat)", "cat"],
    ["11 1 1", "1 1"],
    ["答えは東京です。", "東京"],
    ["答えは42です。", "42"],
    ["京都と東京都", "京都"],
    ["亚当·斯密写的", "斯密"],
    ["คำตอบคือกรุงเทพ", "กรุงเทพ"],
    ["It is in O\u0308rebro.", "Örebro"],
    ["It is in Örebro.", "O\u0308rebro"],
    ["It is 1,300 m.", "1300"],
    ["It is 1300 m.", "1,300"],
    ["1\u202F300 in all", "1300"],
    ["It is 9.0", "9"],
    ["It is −3 °C", "-3"],
    ["It costs $5.", "5"],
    ["It has 1,300 m of rope", "1300 m", "1,300 m"],
  ])("%j for %j", (output, ...accept) => expect(holds(output, ...accept)).toBe(true));

  test.each([
    ["A category of things", "cat"],
    ["A bobcat", "cat"],
    ["cat² and 2cat", "cat"],
    ["Örebrobo", "Örebro"],
    ["o\u0308re", "o"],
    ["राम and रामायण".slice(8), "राम"],
    ["The 142nd", "42"],
    ["It costs 3x50.", "3.50"],
    ["It is 19.5 m.", "9"],
    ["It is 19.5 m.", "19"],
    ["It is 19.5 m.", "5"],
    ["It is 1,300 m.", "300"],
    ["It is 1,300 m.", "1"],
    ["It is 1,300 m.", "300 m"],
    ["in 19.5 m", "in 19"],
    ["It is -3.", "3"],
    ["vitamin B12", "12"],
    ["版本 1.2.3", "2"],
    ["東京都は", "京都"],
  ])("not %j for %j", (output, accept) => expect(holds(output, accept)).toBe(false));
});

describe("by its last number an answer is right", () => {
  test.each([
    ["3 bags of 400 make 1,200 nuts.", "1200"],
    ["It costs $18.00.", "18"],
    ["So the change is -4", "-4"],
    ["So the change is −3.", "-3"],
    ["It is -$5", "-5"],
    ["It is $-5", "-5"],
    ["It is −€ 5", "-5"],
    ["It is ...42", "42"],
    ["It is …42.", "42"],
    ["Rs.500", "500"],
    ["#### 42\n\nQuestion: what is 3 plus 4? Answer: 7", "42"],
    ["#### 42 … Question: 7", "42"],
    ["6 times 7\n#### -$42", "-42"],
    ["From 5-3 boxes", "3"],
    ["From 5-3 boxes: .5", "0.5"],
    ["-.5", "-0.5"],
    ["5 - 3 = 2, so 2.", "2"],
    ["It is 3 (٤).", "3"],
    ["1,00,000 rupees", "100000"],
    ["the numbers 1,2,3", "3"],
    ["42 (version 1.2.3)", "42"],
    ["400 times 3 is 1200.", "1200"],
  ])("%j for %s", (output, accept) => expect(ends(output, accept)).toBe(true));

  test.each([
    ["1200 is 400 times 3", "1200"],
    ["Version 1.2.3", "3"],
    ["I do not know", "1200"],
    ["nothing", "0"],
    ["It is -3", "3"],
    ["the numbers 1,2,3", "123"],
    ["#### Step 1 of 2", "1"],
  ])("not %j for %s", (output, accept) => expect(ends(output, accept)).toBe(false));

  test("and never where neither is a number", () => expect(ends("none", "none")).toBe(false));
});

describe("a number", () => {
  const number = fc.oneof(
    fc.integer({ min: -10_000_000, max: 10_000_000 }),
    fc.integer({ min: -1_000_000_000, max: 1_000_000_000 }).map((cents) => cents / 100),
  );
  /** Ways in which people and models write one. */
  const written = fc
    .record({
      value: number,
      grouping: fc.constantFrom("", ",", "'", "\u202F"),
      minus: fc.constantFrom("-", "−", "–"),
      currency: fc.constantFrom("", "$", "€"),
      currencyFirst: fc.boolean(),
    })
    .map(({ value, grouping, minus, currency, currencyFirst }) => {
      const digits = Math.abs(value)
        .toLocaleString("en-US", { maximumFractionDigits: 2, useGrouping: grouping !== "" })
        .replaceAll(",", grouping);
      const sign = value < 0 ? minus : "";
      return { value, text: `${currencyFirst ? currency + sign : sign + currency}${digits}` };
    });
  const before = fc.constantFrom("", "It is ", "...", "… ", "#### ", "5-3 is ", "(", "答えは");
  const after = fc.constantFrom("", ".", " m", "!", ") or so", ", I think", "です。");

  test("is read as it is meant, however it is written and whatever stands around it", () => {
    fc.assert(
      fc.property(written, before, after, ({ value, text }, head, tail) => {
        expect(numberOf(text)).toBe(value);
        expect(values(`${head}${text}${tail}`).at(-1)).toBe(value);
        expect(ends(`${head}${text}${tail}`, String(value))).toBe(true);
        expect(holds(`${head}${text}${tail}`, String(value))).toBe(true);
      }),
    );
  });

  test("is met by no other number", () => {
    fc.assert(
      fc.property(written, number, after, ({ value, text }, other, tail) => {
        fc.pre(value !== other);
        expect(ends(`It is ${text}${tail}`, String(other))).toBe(false);
        expect(holds(`It is ${text}${tail}`, String(other))).toBe(false);
      }),
    );
  });
});

describe("a wording", () => {
  const letters = fc.constantFrom(..."abcéöñßАяΩ");
  const word = fc.string({ unit: letters, minLength: 1, maxLength: 8 });

  test("is found between spaces and marks, composed or not, and not within another word", () => {
    const edge = fc.constantFrom(" ", ". ", "(", " – ", "“", "\n");
    fc.assert(
      fc.property(word, edge, edge, (wording, head, tail) => {
        for (const form of ["NFC", "NFD"]) {
          expect(holds(`so${head}${wording.normalize(form)}${tail}so`, wording)).toBe(true);
          expect(holds(`so${head}${wording}${tail}so`, wording.normalize(form))).toBe(true);
        }
        expect(holds(`x${wording}`, wording)).toBe(false);
        expect(holds(`${wording}9`, wording)).toBe(false);
      }),
    );
  });
});
