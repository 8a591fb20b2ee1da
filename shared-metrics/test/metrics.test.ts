import { type Block, type EngineInfo, type MetricHandle, UnknownNameError } from "@quantlab/core";
import { describe, expect, test } from "vitest";
import {
  bandwidthUtilization,
  bitsPerWeight,
  coldLoadMs,
  cpuPercent,
  decodeTps,
  deviceAfterGenerateBytes,
  loadMs,
  metricNamed,
  metrics,
  modelBytes,
  modelLoadMs,
  peakDeviceBytes,
  peakMemoryBytes,
  peakRssBytes,
  prefillTps,
  rssAfterGenerateBytes,
  rssAfterLoadBytes,
  throughputTps,
  totalMs,
  ttftMs,
  wallMs,
  weightBytes,
} from "../src/index.ts";
import { block, calm, decodeBlocks, device, model, program, scoreBlock, trace } from "./support/blocks.ts";

const reason = (handle: MetricHandle, blocks: readonly Block[]) => {
  const metric = handle.summarise(blocks);
  return metric.value === null ? metric.reason : `has the value ${metric.value}`;
};

describe("a generation", () => {
  test("gives latency and throughput by hand", () => {
    // Request at 0, prompt of 20 tokens done at 40 ms, tokens at 50, 60 and 70 ms.
    const blocks = [block()];
    expect(ttftMs.summarise(blocks).value).toBe(50);
    expect(totalMs.summarise(blocks).value).toBe(70);
    expect(prefillTps.summarise(blocks).value).toBe(500);
    expect(decodeTps.summarise(blocks).value).toBe(100);
    // 20 of the prompt and 2 that followed the first, in 70 ms.
    expect(throughputTps.summarise(blocks).value).toBeCloseTo(22 / 0.07, 9);
  });

  test("of prompt and answer together lies between the speeds of the two", () => {
    const tokens = [50, 60, 70, 80, 90];
    const blocks = [block({ generations: [trace(tokens, 50)] })];
    const [prompt, both, answer] = [prefillTps, throughputTps, decodeTps].map(
      (metric) => metric.summarise(blocks).value ?? Number.NaN,
    );
    expect(both).toBeLessThan(Math.max(prompt!, answer!));
    expect(both).toBeGreaterThan(Math.min(prompt!, answer!));
    expect(reason(throughputTps, [block({ generations: [trace([])] })])).toBe("no token was generated");
  });

  test("counts less than its block: a block is the median of its generations, the arm the median of its blocks", () => {
    const blocks = [
      block({ index: 2, generations: [trace([30]), trace([10]), trace([20])] }),
      block({ index: 0, generations: [trace([900]), trace([40]), trace([50])] }),
      block({ index: 1, generations: [trace([60])] }),
    ];
    expect(ttftMs.summarise(blocks)).toEqual({
      unit: "ms",
      statistic: "median",
      value: 50,
      ci95: [20, 60],
      values: [50, 60, 20],
    });
  });

  test("too short or too quiet has no figure, with the reason", () => {
    expect(reason(decodeTps, [block({ generations: [trace([50])] })])).toBe(
      "decode speed needs at least two tokens",
    );
    expect(reason(prefillTps, [block({ generations: [trace([50], null)] })])).toBe(
      "the engine does not tell when the prompt pass ends",
    );
    expect(reason(prefillTps, [block({ generations: [trace([50], 0)] })])).toBe(
      "the time was too short to be measured",
    );
    expect(reason(ttftMs, [block({ generations: [trace([])] })])).toBe("no token was generated");
    expect(reason(totalMs, [block({ generations: [] })])).toBe("no generation was timed");
  });

  test("that a time budget cut short is no whole answer, though its speed counts", () => {
    const cutTo = { generations: 1, newTokens: 3, plannedTokens: 8 };
    const cut = block({ generations: [trace([20, 30, 40])], cutTo });
    expect(reason(totalMs, [cut])).toBe("a time budget cut it to 3 tokens");
    expect(decodeTps.summarise([cut]).value).toBe(100);
  });
});

describe("an arm", () => {
  test("with one block has a value and no interval", () => {
    expect(decodeTps.summarise(decodeBlocks([80]))).toMatchObject({ value: 80, ci95: null });
  });

  test("without measured blocks says what its blocks said", () => {
    const failed = block({ status: "failed", reason: "the worker was killed" });
    expect(reason(decodeTps, [failed])).toBe("the worker was killed");
    expect(reason(modelBytes, [failed])).toBe("the worker was killed");
    expect(reason(decodeTps, [])).toBe("no block was measured");
  });

  test("keeps every measured value, slow ones too", () => {
    expect(decodeTps.summarise(decodeBlocks([80, 81, 5])).value).toBe(80);
    expect(decodeTps.summarise(decodeBlocks([80, 81, 5]))).toMatchObject({
      values: [80, 81, 5].map((rate) => expect.closeTo(rate, 9)),
    });
  });
});

describe("loads", () => {
  const blocks = [
    block({ index: 0, loadMs: 400, coldStart: true }),
    block({ index: 1, loadMs: 22 }),
    block({ index: 2, loadMs: 20 }),
  ];

  test("are cold once and warm otherwise", () => {
    expect(loadMs.summarise(blocks)).toMatchObject({ value: 21, values: [22, 20] });
    expect(coldLoadMs.summarise(blocks)).toMatchObject({ value: 400, ci95: null });
  });

  test("say which of the two is missing", () => {
    expect(reason(loadMs, blocks.slice(0, 1))).toBe("only the cold first block was measured");
    expect(reason(coldLoadMs, blocks.slice(1))).toBe("another arm was the first to read this file");
  });
});

describe("memory of a device", () => {
  const memory = { metric: "rss", samples: [], marks: {}, peak: 50 } as const;
  const onCard = [block({ memory, device: device({ beforeLoad: 20, now: 90, peak: 100 }) })];
  const inSoftware = [block({ memory, device: device({ inProcess: true, counted: "buffers", peak: 45 }) })];
  const onCpu = [block({ memory })];

  test("is what the block added to what was taken there", () => {
    expect(peakDeviceBytes.summarise(onCard).value).toBe(80);
    expect(deviceAfterGenerateBytes.summarise(onCard).value).toBe(70);
    expect(reason(peakDeviceBytes, onCpu)).toBe("the CPU computed alone");
  });

  test("is added to the process's, once: not where that holds it already", () => {
    expect(peakMemoryBytes.summarise(onCard)).toMatchObject({ value: 130, unit: "bytes RSS" });
    expect(peakMemoryBytes.summarise(inSoftware).value).toBe(50);
    expect(peakMemoryBytes.summarise(onCpu).value).toBe(50);
    const twice = (blocks: readonly Block[]) => [0, 1].map((index) => ({ ...blocks[0]!, index }));
    expect(peakMemoryBytes.compare(twice(onCpu), twice(onCard))?.ratio).toBeCloseTo(130 / 50);
  });

  test("is told of runs in which a device computed, and of no others", () => {
    for (const metric of [peakDeviceBytes, deviceAfterGenerateBytes, peakMemoryBytes]) {
      expect(metric.concerns?.([...onCpu, ...onCard])).toBe(true);
      expect(metric.concerns?.([...onCpu, scoreBlock()])).toBe(false);
    }
  });
});

describe("memory", () => {
  const memory = {
    metric: "pss",
    samples: [],
    marks: { beforeLoad: 10, afterLoad: 30, afterGenerate: 40 },
    peak: 50,
  } as const;

  test("is named for what was counted", () => {
    const blocks = [block({ memory })];
    expect(rssAfterLoadBytes.summarise(blocks)).toMatchObject({ value: 30, unit: "bytes PSS" });
    expect(rssAfterGenerateBytes.summarise(blocks).value).toBe(40);
    expect(peakRssBytes.summarise(blocks).value).toBe(50);
  });

  test("counted in two ways is neither summarised nor compared", () => {
    const pss = [block({ memory }), block({ index: 1, memory })];
    const rss = pss.map((each) => ({ ...each, memory: { ...memory, metric: "rss" as const } }));
    expect(reason(peakRssBytes, [pss[0]!, rss[1]!])).toBe(
      "the blocks count memory in different ways: PSS and RSS",
    );
    expect(peakRssBytes.compare(pss, rss)).toBeNull();
    expect(peakRssBytes.compare(pss, pss)).toMatchObject({ ratio: 1, claim: "none" });
    // Nor does another arm that counts so tell how much the others vary.
    const counted = (metric: "pss" | "rss", ...peaks: readonly number[]) =>
      peaks.map((peak, index) => block({ index, memory: { metric, samples: [], marks: {}, peak } }));
    const [one, other] = [counted("pss", 100, 102, 101), counted("pss", 103, 104, 106)];
    const wild = counted("rss", 100, 300, 90);
    expect(peakRssBytes.compare(one, other, [wild])).toEqual(peakRssBytes.compare(one, other));
    expect(peakRssBytes.compare(one, other, [counted("pss", 100, 300, 90)])).not.toEqual(
      peakRssBytes.compare(one, other),
    );
    expect(reason(peakRssBytes, [block()])).toBe("memory was not sampled");
  });
});

const engine: EngineInfo = {
  pid: 1,
  name: "an engine",
  version: "1",
  devices: ["CPU"],
  threads: 2,
  contextSize: 1024,
  kvCacheTypes: null,
  flashAttention: null,
  buffers: {},
};

test("the model's part of a load leaves out what an engine starts and imports first", () => {
  const startup = { runtimeMs: 3000, modelMs: 200 };
  const blocks = [block({ index: 1, loadMs: 3250, engine: { ...engine, startup } })];
  expect(loadMs.summarise(blocks).value).toBe(3250);
  expect(modelLoadMs.summarise(blocks).value).toBe(200);
  expect(modelLoadMs.summarise([block({ index: 1, loadMs: 20 })]).value).toBe(20);
});

test("CPU time is in percent of one core: two busy cores are 200", () => {
  const cpu = { userMs: 1500, systemMs: 500, wallMs: 1000 };
  expect(cpuPercent.summarise([block({ cpu })])).toMatchObject({ value: 200, unit: "% of one core" });
  expect(reason(cpuPercent, [block()])).toBe("CPU time was not measured");
  expect(reason(cpuPercent, [block({ cpu: { ...cpu, wallMs: 0 } })])).toBe("CPU time was not measured");
});

describe("the model file", () => {
  test("is an exact fact, stated once", () => {
    const blocks = [block(), block({ index: 1 })];
    expect(modelBytes.summarise(blocks)).toEqual({
      unit: "bytes",
      statistic: "exact",
      value: 10_000_000,
      ci95: null,
      values: [10_000_000],
    });
    expect(bitsPerWeight.summarise(blocks).value).toBe(16);
  });

  test("may be less or more than what the engine holds of it, every copy counted", () => {
    const holding = (buffers: Record<string, number>) => [block({ engine: { ...engine, buffers } })];
    const mapped = holding({ CPU_Mapped: 10_000_000, CPU_REPACK: 6_000_000 });
    expect(weightBytes.summarise(mapped)).toMatchObject({ statistic: "exact", value: 16_000_000 });
    expect(weightBytes.compare(mapped, holding({ "CPU uint8": 4_000_000 }))).toMatchObject({
      ratio: 0.25,
      claim: "less",
    });
    expect(reason(weightBytes, holding({}))).toBe("this engine does not tell how it holds its weights");
  });

  test("that changed during the run has no size", () => {
    const changed = block({ index: 1, model: { ...model, bytes: 1 } });
    expect(reason(modelBytes, [block(), changed])).toBe("the model file changed during the run");
    expect(reason(modelBytes, [block({ model: null })])).toBe(
      "the engine's model is not a file of this machine",
    );
  });
});

test("bandwidth utilization counts a copied byte twice: 10 MB × 100 tok/s is a tenth of copying at 5 GB/s", () => {
  expect(bandwidthUtilization.summarise([block()]).value).toBeCloseTo(0.1, 12);
  const unknown = block({ guards: { ...calm, copyBytesPerSecond: null } });
  expect(reason(bandwidthUtilization, [unknown])).toBe("the copy speed of this host was not measured");
  expect(reason(bandwidthUtilization, [block({ model: null })])).toBe(
    "the engine's model is not a file of this machine",
  );
});

describe("the metrics", () => {
  test("have names of their own, by which they are found", () => {
    expect(new Set(metrics.map(({ name }) => name)).size).toBe(metrics.length);
    for (const metric of metrics) expect(metricNamed(metric.name)).toBe(metric);
    expect(() => metricNamed("decodTps")).toThrow(UnknownNameError);
  });

  test("have a value or a reason for every arm, whatever its blocks are of", () => {
    for (const metric of metrics) {
      for (const blocks of [[], [block()], [scoreBlock()], [program({})]]) {
        const found = metric.summarise(blocks);
        expect(found.value === null ? found.reason : found.unit).toBeTruthy();
      }
    }
  });
});

describe("a program", () => {
  const blocks = [program({ decodeTps: [90, 100, 110] }), program({ decodeTps: [80] }, { index: 1 })];

  test("gives what it prints under a metric's name: a block is the median of its values", () => {
    expect(decodeTps.summarise(blocks)).toMatchObject({ value: 90, values: [100, 80] });
    expect(decodeTps.compare(decodeBlocks([100, 80]), blocks)!.ratio).toBeCloseTo(1, 9);
    expect(reason(prefillTps, blocks)).toBe("the program does not tell");
    expect(reason(prefillTps, [program({}, { refused: true })])).toBe("the program refused");
  });

  test("is timed, and its memory sampled, from outside", () => {
    const memory = { metric: "rss", samples: [], marks: { afterRun: 40 }, peak: 70 } as const;
    const run = [program({}, { wallMs: 900, memory })];
    expect(wallMs.summarise(run).value).toBe(900);
    expect(peakRssBytes.summarise(run)).toMatchObject({ value: 70, unit: "bytes RSS" });
    expect(reason(rssAfterLoadBytes, run)).toBe("memory was not sampled");
    expect(modelBytes.summarise(run).value).toBe(10_000_000);
    expect(reason(wallMs, [block()])).toBe("no block was measured");
  });
});
