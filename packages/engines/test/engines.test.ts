import { execFileSync } from "node:child_process";
import path from "node:path";
import { UnknownNameError } from "@quantlab/core";
import { describe, expect, it } from "vitest";
import { engineById, engineByName, engineFor, engines } from "../src/index.ts";

describe("the list of engines", () => {
  it("names each once", () => {
    for (const key of ["id", "name"] as const) {
      const names = engines.map((engine) => engine[key]);
      expect(new Set(names).size).toBe(names.length);
    }
  });

  it("finds an engine by id, by name and by the form that it reads", () => {
    expect(engineById("llamacpp-session").name).toBe("session");
    expect(engineByName("Transformers").id).toBe("transformers-cpu");
    expect((["gguf", "hf", "mlx"] as const).map((form) => engineFor(form).id)).toEqual([
      "llamacpp-engine",
      "transformers-cpu",
      "mlx",
    ]);
  });

  it("answers an unknown name with the nearest", () => {
    expect(() => engineByName("transformer")).toThrow(UnknownNameError);
    expect(() => engineByName("transformer")).toThrow(
      expect.objectContaining({
        message: 'unknown backend "transformer"',
        remedy: expect.stringMatching(/^did you mean transformers\? Available: engine, session, /),
      }),
    );
    expect(() => engineById("llamacpp")).toThrow('unknown engine "llamacpp"');
  });

  it.each(engines)("$id has a backend of its own id, form and options", (engine) => {
    const backend = engine.backend();
    expect([backend.id, backend.form, backend.options]).toEqual([engine.id, engine.form, {}]);
    const wrong = { [`${Object.keys(engine.options)[0]}x`]: 1 };
    expect(() => engine.backend(wrong)).toThrow(
      expect.objectContaining({
        exitCode: 2,
        message: expect.stringContaining(`${engine.id} has no option`),
      }),
    );
  });

  it("is read without loading a library, backends included", () => {
    const program = `
      import { registerHooks } from "node:module";
      const asked = [];
      registerHooks({ resolve: (name, context, next) => { asked.push(name); return next(name, context); } });
      const { engines } = await import(${JSON.stringify(path.join(import.meta.dirname, "../src/index.ts"))});
      for (const engine of engines) engine.backend();
      console.log(JSON.stringify(asked));
    `;
    const asked = execFileSync(process.execPath, ["--input-type=module", "-e", program], {
      encoding: "utf8",
    });
    expect(JSON.parse(asked)).toContain("@quantlab/llamacpp");
    for (const heavy of ["koffi", "node-llama-cpp"]) expect(JSON.parse(asked)).not.toContain(heavy);
  });
});
