import type { ProcessProbe } from "./probe.ts";

/** Offsets in `struct rusage_info_v4` (sys/resource.h): a uuid of 16 bytes, then 64-bit fields. */
const offsets = {
  userTime: 16,
  systemTime: 24,
  footprint: 72,
  childUserTime: 96,
  childSystemTime: 104,
  lifetimeMaxFootprint: 240,
};
const version = 4;
/** `struct proc_bsdinfo` and its request (sys/proc_info.h); SSTOP is a state of sys/proc.h. */
const bsdInfo = { flavor: 3, bytes: 136, status: 4, stopped: 4 };
const childCapacity = 1024;

/** phys_footprint, the figure of Activity Monitor's Memory column: it counts what Metal holds for the process too. */
export async function openDarwinProbe(): Promise<ProcessProbe> {
  const { default: koffi } = await import("koffi");
  const system = koffi.load("/usr/lib/libSystem.B.dylib");
  const usage = system.func("int proc_pid_rusage(int pid, int flavor, _Out_ uint8_t *buffer)");
  const info = system.func(
    "int proc_pidinfo(int pid, int flavor, uint64_t argument, _Out_ uint8_t *buffer, int size)",
  );
  const listChildren = system.func("int proc_listchildpids(int pid, _Out_ uint8_t *buffer, int size)");
  const timebase = system.func("int mach_timebase_info(_Out_ uint8_t *info)");
  const ratio = Buffer.alloc(8);
  timebase(ratio);
  // Times of processes count in ticks of the machine: 125/3 nanoseconds each on Apple silicon.
  const msPerTick = ratio.readUInt32LE(0) / ratio.readUInt32LE(4) / 1e6;
  const isStopped = (pid: number): boolean => {
    const buffer = Buffer.alloc(bsdInfo.bytes);
    const filled = info(pid, bsdInfo.flavor, 0, buffer, buffer.length) === buffer.length;
    return filled && buffer.readUInt32LE(bsdInfo.status) === bsdInfo.stopped;
  };
  return {
    metric: "phys_footprint",
    look(pid) {
      const told = Buffer.alloc(512);
      if (usage(pid, version, told) !== 0) return null;
      const field = (place: keyof typeof offsets) => Number(told.readBigUInt64LE(offsets[place]));
      return {
        bytes: field("footprint"),
        peakBytes: field("lifetimeMaxFootprint"),
        cpuMs: (field("userTime") + field("systemTime")) * msPerTick,
        endedChildrenCpuMs: (field("childUserTime") + field("childSystemTime")) * msPerTick,
        stopped: isStopped(pid),
      };
    },
    children(pid) {
      // The call answers with bytes or a count, depending on the release; unused entries stay 0.
      const buffer = Buffer.alloc(4 * childCapacity);
      listChildren(pid, buffer, buffer.length);
      const pids = Array.from({ length: childCapacity }, (_, index) => buffer.readInt32LE(4 * index));
      return pids.filter((child) => child > 0);
    },
  };
}
