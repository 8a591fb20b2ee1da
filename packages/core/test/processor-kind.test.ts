import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, expect, test } from "vitest";
import { processorKind } from "../src/processor-kind.ts";

const root = mkdtempSync(path.join(tmpdir(), "processor-"));
afterAll(() => rmSync(root, { recursive: true }));

function told(text: string): string | null {
  mkdirSync(path.join(root, "proc"), { recursive: true });
  writeFileSync(path.join(root, "proc/cpuinfo"), text);
  return processorKind(root);
}

test("tells processors of one name apart, as x86 does", () => {
  const block = (model: number) =>
    `processor\t: 0\nvendor_id\t: AuthenticAMD\ncpu family\t: 25\nmodel\t\t: ${model}\nmodel name\t: AMD EPYC\nstepping\t: 1\n`;
  expect(told(`${block(1)}\n${block(1)}`)).toBe("family 25 model 1 stepping 1");
  expect(told(block(17))).toBe("family 25 model 17 stepping 1");
});

test("is nothing where the system does not tell", () => {
  expect(told("processor\t: 0\nCPU implementer\t: 0x41\nCPU part\t: 0xd0c\n")).toBeNull();
  expect(processorKind(path.join(root, "nowhere"))).toBeNull();
});
