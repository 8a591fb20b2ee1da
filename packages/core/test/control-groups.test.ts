import { mkdirSync, mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { ControlGroups, containerLimits } from "../src/index.ts";

const gibibyte = 2 ** 30;

/** A system's files as they were read in such a container, by their paths. */
function recorded(files: Readonly<Record<string, string>>): ControlGroups {
  const root = mkdtempSync(path.join(tmpdir(), "quantlab-groups-"));
  for (const [file, text] of Object.entries(files)) {
    mkdirSync(path.dirname(path.join(root, file)), { recursive: true });
    writeFileSync(path.join(root, file), `${text}\n`);
  }
  return new ControlGroups("self", root);
}

const told = ({ cpuQuota, throttledMs, memoryLimit, freeMemory }: ControlGroups) => ({
  cpuQuota,
  throttledMs,
  memoryLimit,
  freeMemory,
});
const unlimited = { cpuQuota: null, throttledMs: null, memoryLimit: null, freeMemory: null };

const version2Mount = "30 24 0:26 / /sys/fs/cgroup ro,nosuid - cgroup2 cgroup rw,nsdelegate";

describe("control groups", () => {
  it("of version 2 are those of a container that sees its own as the root", () => {
    const groups = recorded({
      "proc/self/cgroup": "0::/",
      "proc/self/mountinfo": version2Mount,
      "sys/fs/cgroup/cpu.max": "80000 100000",
      "sys/fs/cgroup/cpu.stat":
        "usage_usec 32718206\nuser_usec 31000000\nsystem_usec 1718206\nnr_periods 409\nnr_throttled 404\nthrottled_usec 24531911",
      "sys/fs/cgroup/memory.max": String(gibibyte),
      "sys/fs/cgroup/memory.high": "max",
      "sys/fs/cgroup/memory.current": String(900e6),
      "sys/fs/cgroup/memory.stat":
        "anon 100000000\nfile 780000000\ninactive_file 500000000\nactive_file 250000000\nslab_reclaimable 20000000",
    });
    expect(told(groups)).toEqual({
      cpuQuota: 0.8,
      throttledMs: 24531.911,
      memoryLimit: gibibyte,
      // What is neither page cache nor a slab that is given back: 130 MB.
      freeMemory: gibibyte - 130e6,
    });
  });

  it("of version 2 hold for all below them: the tightest counts, and every wait", () => {
    const pod = "sys/fs/cgroup/kubepods.slice/pod1.slice";
    const groups = recorded({
      "proc/self/cgroup": "0::/kubepods.slice/pod1.slice/cri-5f.scope",
      "proc/self/mountinfo": version2Mount,
      "sys/fs/cgroup/kubepods.slice/cpu.max": "max 100000",
      "sys/fs/cgroup/kubepods.slice/memory.max": String(8 * gibibyte),
      "sys/fs/cgroup/kubepods.slice/memory.current": String(7.5 * gibibyte),
      [`${pod}/cpu.max`]: "150000 100000",
      [`${pod}/cpu.stat`]: "nr_periods 10\nnr_throttled 2\nthrottled_usec 3000",
      [`${pod}/memory.max`]: "max",
      [`${pod}/memory.high`]: String(2 * gibibyte),
      [`${pod}/memory.current`]: String(gibibyte),
      [`${pod}/cri-5f.scope/cpu.max`]: "400000 100000",
      [`${pod}/cri-5f.scope/cpu.stat`]: "nr_periods 10\nnr_throttled 1\nthrottled_usec 500",
      [`${pod}/cri-5f.scope/memory.max`]: "max",
    });
    expect(told(groups)).toEqual({
      cpuQuota: 1.5,
      throttledMs: 3.5,
      memoryLimit: 2 * gibibyte,
      freeMemory: 0.5 * gibibyte,
    });
  });

  it("of version 1 are found where a container sees its own as the mount, under the host's path", () => {
    const groups = recorded({
      "proc/self/cgroup": "9:memory:/docker/1f\n4:cpu,cpuacct:/docker/1f\n1:name=systemd:/docker/1f",
      "proc/self/mountinfo": [
        "33 31 0:30 /docker/1f /sys/fs/cgroup/cpu,cpuacct ro,nosuid master:11 - cgroup cgroup rw,cpu,cpuacct",
        "36 31 0:33 /docker/1f /sys/fs/cgroup/memory ro,nosuid master:15 - cgroup cgroup rw,memory",
      ].join("\n"),
      "sys/fs/cgroup/cpu,cpuacct/cpu.cfs_quota_us": "80000",
      "sys/fs/cgroup/cpu,cpuacct/cpu.cfs_period_us": "100000",
      "sys/fs/cgroup/cpu,cpuacct/cpu.stat": "nr_periods 409\nnr_throttled 404\nthrottled_time 24531911000",
      "sys/fs/cgroup/memory/memory.limit_in_bytes": String(gibibyte),
      "sys/fs/cgroup/memory/memory.usage_in_bytes": String(900e6),
      "sys/fs/cgroup/memory/memory.stat":
        "inactive_file 1\nactive_file 1\ntotal_inactive_file 500000000\ntotal_active_file 270000000",
    });
    expect(told(groups)).toEqual({
      cpuQuota: 0.8,
      throttledMs: 24531.911,
      memoryLimit: gibibyte,
      freeMemory: gibibyte - 130e6,
    });
  });

  it("of version 1 count where a system has both, each controller being in one of them", () => {
    const groups = recorded({
      "proc/self/cgroup": "4:memory:/work\n1:cpu:/\n0::/user.slice",
      "proc/self/mountinfo": [
        "32 31 0:29 / /sys/fs/cgroup/cpu rw,relatime - cgroup cgroup rw,cpu",
        "35 31 0:32 / /sys/fs/cgroup/memory rw,relatime - cgroup cgroup rw,memory",
        "41 31 0:38 / /sys/fs/cgroup/unified rw,relatime - cgroup2 cgroup2 rw",
      ].join("\n"),
      "sys/fs/cgroup/unified/user.slice/cpu.stat": "usage_usec 0\nuser_usec 0\nsystem_usec 0",
      "sys/fs/cgroup/cpu/cpu.cfs_quota_us": "-1",
      "sys/fs/cgroup/cpu/cpu.cfs_period_us": "100000",
      "sys/fs/cgroup/cpu/cpu.stat": "nr_periods 0\nnr_throttled 0\nthrottled_time 0",
      "sys/fs/cgroup/memory/memory.limit_in_bytes": "9223372036854771712",
      "sys/fs/cgroup/memory/work/memory.limit_in_bytes": String(512 * 2 ** 20),
    });
    expect(told(groups)).toMatchObject({ cpuQuota: null, throttledMs: null, memoryLimit: 512 * 2 ** 20 });
  });

  it("limit nothing where there are none, or none that can be seen", () => {
    expect(told(recorded({}))).toEqual(unlimited);
    const hidden = { "proc/self/cgroup": "0::/../../other", "proc/self/mountinfo": version2Mount };
    expect(told(recorded({ ...hidden, "sys/fs/cgroup/cgroup.procs": "" }))).toEqual(unlimited);
  });
});

describe("what a container withholds", () => {
  it.each([
    ["nothing", { cpuQuota: null, memoryLimit: null }, null],
    ["nothing that would be there", { cpuQuota: 2, memoryLimit: 2 ** 63 }, null],
    ["cores", { cpuQuota: 1 / 3, memoryLimit: null }, { cores: 0.33 }],
    ["memory", { cpuQuota: 4, memoryLimit: gibibyte }, { memoryBytes: gibibyte }],
  ])("is a fact of the host: %s", (_, groups, expected) => {
    expect(containerLimits(groups, 2, 24 * gibibyte)).toEqual(expected);
  });
});
