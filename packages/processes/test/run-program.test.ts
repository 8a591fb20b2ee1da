import { expect, test } from "vitest";
import { runProgram } from "../src/index.ts";

const node = (code: string, options = {}) => runProgram(process.execPath, ["-e", code], options);

test("a program's words and end", async () => {
  const ran = await node('console.log("out"); console.error("Error: no room"); process.exitCode = 3;');
  expect(ran).toMatchObject({ exitCode: 3, succeeded: false, missing: false, stdout: "out" });
  expect([ran.stderr, ran.lastWords]).toEqual(["Error: no room", "Error: no room"]);
  expect(await node("")).toMatchObject({ exitCode: 0, succeeded: true, printed: "" });
});

test("a program that is not there", async () => {
  const ran = await runProgram("no-such-program", []);
  expect(ran).toMatchObject({ exitCode: null, succeeded: false, missing: true });
  expect(ran.lastWords).toContain("no-such-program");
});

test("an address that it says, without its password", async () => {
  const lines: string[] = [];
  const options = { onLine: (line: string) => lines.push(line) };
  const ran = await node('console.error("error: no answer from https://me:pass@word@host/simple")', options);
  expect([ran.lastWords, ...lines]).toEqual(Array(2).fill("error: no answer from https://host/simple"));
});

test("its lines as they come, in an environment that is added to", async () => {
  const lines: string[] = [];
  const options = { onLine: (line: string) => lines.push(line), environment: { COLOUR: "red" } };
  await node("console.log(process.env.COLOUR); console.log(Boolean(process.env.PATH));", options);
  expect(lines).toEqual(["red", "true"]);
});

test("an abort, and a limit", async () => {
  const forever = "setInterval(() => {}, 1000)";
  const signal = AbortSignal.timeout(200);
  await expect(node(forever, { signal })).rejects.toThrow(signal.reason);
  await expect(node(forever, { signal })).rejects.toBe(signal.reason);
  expect(await node(forever, { timeoutMs: 200 })).toMatchObject({ succeeded: false, exitCode: null });
});
