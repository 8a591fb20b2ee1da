import { QuantlabError } from "@quantlab/core";
import { expect, test } from "vitest";
import { numberBetween, wholeNumber } from "../src/index.ts";

test("numbers are read as they were meant", () => {
  expect([wholeNumber("-n", 1)("128"), wholeNumber("--seed", 0)("0")]).toEqual([128, 0]);
  expect([numberBetween("--temp", 0, 100)("0.7"), numberBetween("--top-p", 0, 1)("1")]).toEqual([0.7, 1]);
});

test.each([
  [wholeNumber("-n", 1), "many", '-n "many" is not a whole number of at least 1', "try -n 16"],
  [wholeNumber("-n", 1), "0", '-n "0" is not a whole number of at least 1', "try -n 16"],
  [wholeNumber("-n", 1), "1.5", '-n "1.5" is not a whole number of at least 1', "try -n 16"],
  [wholeNumber("-n", 1), "", '-n "" is not a whole number of at least 1', "try -n 16"],
  [wholeNumber("-n", 1), "1e30", '-n "1e30" is not a whole number of at least 1', "try -n 16"],
  [numberBetween("--top-p", 0, 1), "2", '--top-p "2" is not a number from 0 to 1', "try --top-p 0.5"],
  [numberBetween("--top-p", 0, 1), " ", '--top-p " " is not a number from 0 to 1', "try --top-p 0.5"],
])("what cannot be meant names flag, value and a remedy (%#)", (read, typed, message, remedy) => {
  try {
    read(typed);
    expect.unreachable();
  } catch (error) {
    expect(error).toBeInstanceOf(QuantlabError);
    expect(error).toMatchObject({ message, remedy, exitCode: 2 });
  }
});
