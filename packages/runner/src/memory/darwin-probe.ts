import type { ProcessProbe } from "./probe.ts";

/** Offsets in `struct rusage_info_v1` (sys/resource.h): a uuid of 16 bytes, then 64-bit fields. */
const offsets = { userTime: 16, systemTime: 24, footprint: 72, childUserTime: 96, childSystemTime: 104 };
const version = 1;
const childCapacity = 1024;

/** phys_footprint, the figure of Activity Monitor's Memory column: it counts what Metal holds for the process too. */
export async function openDarwinProbe(): Promise<ProcessProbe> {
  const { default: koffi } = await import("koffi");
  const system = koffi.load("/usr/lib/libSystem.B.dylib");
  const usage = system.func("int proc_pid_rusage(int pid, int flavor, _Out_ uint8_t *buffer)");
  const listChildren = system.func("int proc_listchildpids(int pid, _Out_ uint8_t *buffer, int size)");
  const timebase = system.func("int mach_timebase_info(_Out_ uint8_t *info)");
  const ratio = Buffer.alloc(8);
  timebase(ratio);
  // Times of processes count in ticks of the machine: 125/3 nanoseconds each on Apple silicon.
  const msPerTick = ratio.readUInt32LE(0) / ratio.readUInt32LE(4) / 1e6;
  const read = (pid: number): Buffer | null => {
    const buffer = Buffer.alloc(512);
    return usage(pid, version, buffer) === 0 ? buffer : null;
  };
  const timesOf = (pid: number, ...places: number[]): number | null => {
    const told = read(pid);
    return told && places.reduce((sum, place) => sum + Number(told.readBigUInt64LE(place)) * msPerTick, 0);
  };
  return {
    metric: "phys_footprint",
    bytes(pid) {
      const told = read(pid);
      return told && Number(told.readBigUInt64LE(offsets.footprint));
    },
    cpuMs: (pid) => timesOf(pid, offsets.userTime, offsets.systemTime),
    endedChildrenCpuMs: (pid) => timesOf(pid, offsets.childUserTime, offsets.childSystemTime),
    children(pid) {
      // The call answers with bytes or a count, depending on the release; unused entries stay 0.
      const buffer = Buffer.alloc(4 * childCapacity);
      listChildren(pid, buffer, buffer.length);
      const pids = Array.from({ length: childCapacity }, (_, index) => buffer.readInt32LE(4 * index));
      return pids.filter((child) => child > 0);
    },
  };
}
