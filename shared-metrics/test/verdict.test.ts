import type { Block, BlockGuards } from "@quantlab/core";
import { describe, expect, test } from "vitest";
import { judge } from "../src/index.ts";
import { block, calm, device, model, program, run, scoreBlock, traceAt } from "./support/blocks.ts";

type Change = (index: number, arm: string) => Parameters<typeof block>[0] & object;

/** Two arms of four blocks each, interleaved; `change` alters one of them. */
function blocks(change: Change = () => ({})): Block[] {
  return [0, 1, 2, 3].flatMap((index) =>
    ["q4", "q5"].map((arm) => block({ arm, index, ...change(index, arm) })),
  );
}
const guarded = (guards: Partial<BlockGuards>) => (index: number, arm: string) =>
  index === 2 && arm === "q5" ? { guards: { ...calm, ...guards } } : {};
const verdict = (change?: Change) => judge(run(blocks(change)));

test("a calm run is valid, without reasons", () => {
  expect(verdict()).toEqual({ state: "valid", reasons: [] });
});

describe("a run is invalid", () => {
  test("with fewer than two measured blocks of the baseline", () => {
    const failed = (index: number, arm: string) =>
      arm === "q4" && index > 0 ? { status: "failed" as const, reason: "killed" } : {};
    const { state, reasons } = verdict(failed);
    expect(state).toBe("invalid");
    expect(reasons[0]).toBe("the baseline q4 has 1 measured block, at least 2 are needed: killed");
  });

  test("but not with one block where one is all that was asked for", () => {
    const once = (status: Block["status"]) =>
      judge(run([block({ arm: "q4", status }), scoreBlock({ arm: "q4" })]));
    expect(once("measured").state).toBe("valid");
    expect(once("failed").reasons[0]).toBe("the baseline q4 has 0 measured blocks, at least 1 is needed");
  });

  test("when the calibration kernel took a quarter more around one arm's blocks than around its baseline's", () => {
    const slowed = (slowArm: string) => (_index: number, arm: string) =>
      arm === slowArm ? { guards: { ...calm, calibrationMs: [120, 141] as const } } : {};
    for (const [slow, fast] of [
      ["q5", "q4"],
      ["q4", "q5"],
    ]) {
      const { state, reasons } = verdict(slowed(slow!));
      expect(state).toBe("invalid");
      expect(reasons[0]).toBe(
        `the calibration kernel took 130.5 ms around the blocks of ${slow}, 100.5 ms around those of ${fast}: 30% more (limit 25%)`,
      );
    }
  });

  test("but not when the kernel differed as much around the blocks of one arm alone, and the arms agree", () => {
    // As on a virtual machine of 16 cores: 4.2 against 6.1 ms on average, by chance.
    const kernels: Record<string, readonly number[]> = { q4: [4, 4.1, 4.2, 4.4], q5: [4, 7.2, 4.9, 8.1] };
    const rates: Record<string, readonly number[]> = { q4: [100, 101, 99, 100], q5: [102, 101, 101, 100] };
    const { state, reasons } = verdict((index, arm) => {
      const milliseconds = kernels[arm]![index]!;
      return {
        guards: { ...calm, calibrationMs: [milliseconds, milliseconds] },
        generations: [traceAt(rates[arm]![index]!)],
      };
    });
    expect(state).toBe("valid");
    expect(reasons).toEqual([
      "the host's speed varied by 102%: the calibration kernel took 8.1 ms at block 4 of q5, 4.0 ms at block 1 of q4; an arm's speed varied by 1%",
    ]);
  });

  test("when its rounds differ so much that they tell no factor of two", () => {
    const { state, reasons } = verdict((index, arm) => ({
      generations: [traceAt(arm === "q4" ? 100 : [300, 30, 250, 40][index]!)],
    }));
    expect(state).toBe("invalid");
    expect(reasons).toEqual([
      "from round to round an arm's speed varied by 85% beside what all arms shared (limit 50%)",
    ]);
  });

  test("when much was swapped out", () => {
    expect(verdict(guarded({ swapDeltaBytes: 300 * 2 ** 20 }))).toEqual({
      state: "invalid",
      reasons: ["block 3 of q5: 300 MiB went to swap (limit 256 MiB)"],
    });
    expect(verdict(guarded({ swapDeltaBytes: 2 ** 20 })).state).toBe("valid");
  });
});

describe("a run is noisy", () => {
  test("when other programs took CPU: the worst block is named, the others counted", () => {
    const busy = (index: number) => ({ guards: { ...calm, foreignCpuPercent: index * 8 } });
    expect(verdict((index, arm) => (arm === "q5" ? busy(index) : {}))).toEqual({
      state: "noisy",
      reasons: ["block 4 of q5: other programs took 24% of the CPU (limit 10%) (and 1 more above the limit)"],
    });
  });

  test("when one core of many was busy with others: an engine's threads wait for each other", () => {
    const onCores = (cores: number, foreignCpuPercent: number) => {
      const busy = run(blocks(guarded({ foreignCpuPercent })));
      return judge({ ...busy, host: { ...busy.host, cores } });
    };
    expect(onCores(16, 100 / 17).reasons).toEqual([
      "block 3 of q5: other programs took 6% of the CPU (limit 3%)",
    ]);
    expect(onCores(16, 2).state).toBe("valid");
    expect(onCores(2, 9).state).toBe("valid");
  });

  test("when a block did not get its time: from a hypervisor, from a container's quota, or stopped", () => {
    expect(verdict(guarded({ stolenCpuPercent: 12.3 })).reasons).toEqual([
      "block 3 of q5: 12% of the CPU time went to other machines on the same host (limit 5%)",
    ]);
    expect(verdict(guarded({ quota: { throttledMs: 24_532, ofMs: 41_000 } })).reasons).toEqual([
      "block 3 of q5: the container's CPU quota kept cores waiting for 60% of the time, all of them together (limit 5%)",
    ]);
    expect(verdict(guarded({ stoppedMs: 5012 })).reasons).toEqual([
      "block 3 of q5: it was stopped for 5.0 s (limit 0.1 s)",
    ]);
    const calmer = { stolenCpuPercent: 2, quota: { throttledMs: 100, ofMs: 41_000 }, stoppedMs: 0 };
    expect(verdict(guarded(calmer)).state).toBe("valid");
  });

  test("when an arm's speed varies by more than 10% from round to round, whatever the cause", () => {
    const unsteady = (swing: number) =>
      verdict((index, arm) => ({
        generations: [traceAt(arm === "q4" ? 100 : 80 * (1 + swing * [1, -1, 1, -1][index]!))],
      }));
    expect(unsteady(0.2)).toEqual({
      state: "noisy",
      reasons: ["from round to round an arm's speed varied by 17% beside what all arms shared (limit 10%)"],
    });
    expect(unsteady(0.1).state).toBe("valid");
    // As much in both arms at once: the ratio of each round is the same.
    const together = verdict((index, arm) => ({
      generations: [traceAt((arm === "q4" ? 100 : 80) * [1, 0.7, 1, 0.7][index]!)],
    }));
    expect(together.state).toBe("valid");
  });

  test("when several are compared, and the one that varies most is named", () => {
    const rates: Record<string, readonly number[]> = {
      q4: [100, 100, 100, 100],
      q5: [80, 81, 80, 79],
      session: [90, 60, 95, 65],
    };
    const { reasons } = judge(
      run(
        [0, 1, 2, 3].flatMap((index) =>
          Object.entries(rates).map(([arm, rate]) =>
            block({ arm, index, generations: [traceAt(rate[index]!)] }),
          ),
        ),
      ),
    );
    expect(reasons).toEqual([
      "from round to round an arm's speed varied by 12% beside what all arms shared (limit 10%), most that of session: 16%",
    ]);
  });

  test("when programs vary so much in the time they take", () => {
    const timed = (arm: string, times: readonly number[]) =>
      times.map((wallMs, index) => program({}, { arm, index, wallMs }));
    const verdictOf = (times: readonly number[]) =>
      judge(run([...timed("q4", [900, 905, 910, 900]), ...timed("q5", times)]));
    expect(verdictOf([800, 1300, 700, 1200]).reasons[0]).toMatch(
      /^from round to round an arm's speed varied/,
    );
    expect(verdictOf([800, 820, 790, 810]).state).toBe("valid");
  });

  test("when decode speed drifts by more than 5% in a round, steadily; what every round's arms shared is told alone", () => {
    const drifting = (fall: number) => (index: number, arm: string) => ({
      generations: [traceAt((arm === "q4" ? 100 : 80) * (1 - fall * index))],
    });
    const { state, reasons } = verdict(drifting(0.1));
    expect(state).toBe("noisy");
    expect(reasons[0]).toMatch(
      /^decode speed fell by \d+% within a round \(limit 5%\), fell by \d+% from the first block to the last$/,
    );
    const shared = verdict(drifting(0.03));
    expect([shared.state, shared.reasons[0]]).toEqual([
      "valid",
      expect.stringMatching(
        /^decode speed fell by \d+% from the first block to the last, which the arms of each round shared$/,
      ),
    ]);
    expect(verdict(drifting(0.005)).reasons).toEqual([]);
    const unsteady = (index: number) => ({ generations: [traceAt([100, 90, 95, 89][index]!)] });
    expect(verdict((index, arm) => (arm === "q4" ? unsteady(index) : unsteady(3 - index))).state).toBe(
      "valid",
    );
    const onlyOne = (index: number) => ({ generations: [traceAt([100, 90, 102, 84][index]!)] });
    expect(verdict((index, arm) => (arm === "q4" ? onlyOne(index) : {})).state).toBe("valid");
  });

  test("on battery, throttled, or with less free memory than the model's file takes", () => {
    expect(verdict(guarded({ onBattery: true })).reasons).toEqual([
      "block 3 of q5: the machine ran on battery",
    ]);
    expect(verdict(guarded({ throttled: true })).reasons).toEqual([
      "block 3 of q5: heat throttled the processor",
    ]);
    expect(verdict(guarded({ freeMemoryBytes: model.bytes - 2 ** 20 })).reasons).toEqual([
      "block 3 of q5: 1 MiB less memory was free than the model's file takes",
    ]);
  });

  test("when an arm failed in one block and ran in the others", () => {
    const failed = (index: number, arm: string) =>
      arm === "q5" && index === 2 ? { status: "failed" as const, reason: "the worker was killed" } : {};
    expect(verdict(failed)).toEqual({
      state: "noisy",
      reasons: ["block 3 of q5 failed: the worker was killed"],
    });
  });
});

describe("that the calibration kernel varied is told", () => {
  const told = /^the host's speed varied by 50%: .*; an arm's speed varied by 0%$/;

  test("and changes no verdict where the arms did not vary with it", () => {
    const { state, reasons } = verdict((index) => ({
      guards: { ...calm, calibrationMs: index % 2 === 0 ? [100, 150] : [150, 100] },
    }));
    expect(state).toBe("valid");
    expect(reasons).toEqual([expect.stringMatching(told)]);
    expect(verdict(guarded({ calibrationMs: [107, 107] })).reasons).toEqual([]);
  });

  test("behind what it explains where they did", () => {
    const { state, reasons } = verdict((index, arm) =>
      index % 2 === 0 && arm === "q5"
        ? { guards: { ...calm, calibrationMs: [150, 150] }, generations: [traceAt(60)] }
        : { generations: [traceAt(100)] },
    );
    expect(state).toBe("noisy");
    expect(reasons[0]).toMatch(/^from round to round/);
    expect(reasons.at(-1)).toMatch(/^the host's speed varied by 50%/);
  });
});

test("what happens to the host while quality is scored is no doubt: no figure of it is a time", () => {
  const scored = scoreBlock({
    arm: "q5",
    guards: { ...calm, foreignCpuPercent: 60, calibrationMs: [100, 190] },
  });
  expect(judge(run([...blocks(), scored])).state).toBe("valid");
  expect(judge(run([scoreBlock({ arm: "q4" }), scored])).state).toBe("valid");
});

test("an arm that was skipped or failed throughout, and guards that the host does not tell, cast no doubt", () => {
  const lost = (status: "skipped" | "failed", from: number) => (index: number, arm: string) =>
    arm === "q5" && index >= from ? { status, reason: "no library" } : {};
  expect(verdict(lost("skipped", 0)).state).toBe("valid");
  expect(verdict(lost("failed", 0)).state).toBe("valid");
  // Cut to fewer blocks by its time budget.
  expect(verdict(lost("skipped", 2)).state).toBe("valid");
  const silent = { foreignCpuPercent: null, swapDeltaBytes: null, onBattery: null, throttled: null };
  const unheard = { stolenCpuPercent: null, quota: null, stoppedMs: null };
  expect(verdict(guarded({ ...silent, ...unheard })).state).toBe("valid");
});

describe("on a device", () => {
  /** Every block computed there, while the CPU's kernel told of a host that was three times as slow for one arm. */
  const onDevice = (times: (index: number, arm: string) => readonly [number, number]) =>
    verdict((index, arm) => ({
      guards: { ...calm, calibrationMs: arm === "q5" ? [300, 310] : [100, 101] },
      device: device({}, times(index, arm)),
    }));

  test("the CPU's kernel says nothing of the figures", () => {
    expect(onDevice(() => [0.1, 0.101])).toEqual({ state: "valid", reasons: [] });
  });

  test("a run is invalid when the device's kernel took a quarter more around one arm's blocks", () => {
    const { state, reasons } = onDevice((_, arm) => (arm === "q5" ? [12, 14] : [10, 10]));
    expect(state).toBe("invalid");
    expect(reasons[0]).toBe(
      "the calibration kernel on CUDA0 (a card) took 13.0 ms around the blocks of q5, 10.0 ms around those of q4: 30% more (limit 25%)",
    );
  });

  test("that the device's speed varied is told, with what it did to the arms", () => {
    expect(onDevice((index) => (index === 2 ? [10, 11] : [10, 10]))).toEqual({
      state: "valid",
      reasons: [
        "the speed of CUDA0 (a card) varied by 10%: the calibration kernel took 11.0 ms at block 3 of q5, 10.0 ms at block 1 of q4; an arm's speed varied by 0%",
      ],
    });
  });

  test("arms in different places are held against no kernel, each place against its own", () => {
    const mixed = (cpuMs: number) =>
      verdict((index, arm) =>
        arm === "q5"
          ? { device: device({}, [10, 10]) }
          : { guards: { ...calm, calibrationMs: [100, index === 0 ? cpuMs : 100] } },
      );
    expect(mixed(100)).toEqual({ state: "valid", reasons: [] });
    expect(mixed(120).reasons).toEqual([
      expect.stringMatching(/^the host's speed varied by 20%: .* 120\.0 ms at block 1 of q4/),
    ]);
  });
});
