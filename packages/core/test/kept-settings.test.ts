import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";

const wanted = { engine: "llamacpp-engine", model: "sprout:Q4_K_M" };
const options = { threads: 1, flashAttention: "off" };

let folder: string;
let lab: typeof import("../src/kept-settings.ts");
beforeEach(async () => {
  folder = mkdtempSync(path.join(tmpdir(), "quantlab-settings-"));
  vi.stubEnv("QUANTLAB_FOLDER", folder);
  vi.resetModules();
  lab = await import("../src/kept-settings.ts");
});
afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true });
});

/** Keeps settings, then changes what their file says. */
async function changed(change: (document: Record<string, unknown>) => unknown): Promise<string> {
  const file = await lab.keepTunedSettings({ ...wanted, options });
  const document = JSON.parse(readFileSync(file, "utf8"));
  writeFileSync(file, JSON.stringify(change(document)));
  return file;
}

describe("tuned settings", () => {
  it("are there for the model, engine and host that they were kept for, until they are forgotten", async () => {
    expect(lab.tunedSettings(wanted)).toBeNull();
    await lab.keepTunedSettings({ ...wanted, options });
    expect(lab.tunedSettings(wanted)).toMatchObject({ settings: { ...wanted, options, schemaVersion: 1 } });
    expect(lab.tunedSettings({ ...wanted, model: "sprout:Q8_0" })).toBeNull();
    expect(lab.tunedSettings({ ...wanted, engine: "llamacpp-session" })).toBeNull();
    expect(lab.allTunedSettings()).toHaveLength(1);
    expect(await lab.forgetTunedSettings(wanted)).toBe(true);
    expect(lab.tunedSettings(wanted)).toBeNull();
    expect(await lab.forgetTunedSettings(wanted)).toBe(false);
  });

  it("leave nothing beside their file, and the last ones count", async () => {
    await lab.keepTunedSettings({ ...wanted, options: { threads: 2 } });
    const file = await lab.keepTunedSettings({ ...wanted, options });
    expect(readdirSync(path.dirname(file))).toEqual([path.basename(file)]);
    expect(lab.tunedSettings(wanted)).toMatchObject({ settings: { options } });
  });

  it.each([
    [
      "another host",
      { host: "other-8c-16g-linux-abcdef" },
      /tuned on other-8c-16g-linux-abcdef, and this is/,
    ],
    ["another version", { schemaVersion: 7 }, /has schemaVersion 7; this lab reads 1/],
    ["another model", { model: "sprout:Q8_0" }, /it is of sprout:Q8_0 on llamacpp-engine/],
    ["no options", { options: 3 }, /is not a valid tuned-settings: \/options must be object/],
  ])("of %s are left alone, by the name of the file", async (_, other, why) => {
    const file = await changed((document) => ({ ...document, ...other }));
    const found = lab.tunedSettings(wanted) as { readonly ignored: string };
    expect(found.ignored).toMatch(why);
    expect(found.ignored).toContain(file);
  });

  it("that are no JSON are left alone, too", async () => {
    const file = await lab.keepTunedSettings({ ...wanted, options });
    writeFileSync(file, "{");
    expect(lab.tunedSettings(wanted)).toMatchObject({ ignored: expect.stringContaining("is not JSON") });
    expect(lab.allTunedSettings()).toHaveLength(1);
  });

  it("belong to a host: another one that shares the folder does not see them", async () => {
    const file = await lab.keepTunedSettings({ ...wanted, options });
    const facts = path.join(folder, "host.json");
    const { detectHost } = await import("../src/host.ts");
    writeFileSync(facts, JSON.stringify({ ...detectHost(), id: "another" }));
    vi.stubEnv("QUANTLAB_HOST_FACTS", facts);
    expect(lab.tunedSettings(wanted)).toBeNull();
    expect(await lab.keepTunedSettings({ ...wanted, options })).not.toBe(file);
  });
});
