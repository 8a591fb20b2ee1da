import type { ProcessProbe } from "./process-probe.ts";

/** Offset of ri_phys_footprint in `struct rusage_info_v0` (sys/resource.h): uuid of 16 bytes, then 64-bit fields. */
const footprintOffset = 72;
const childCapacity = 1024;

/** phys_footprint, the figure of Activity Monitor's Memory column: it counts what Metal holds for the process too. */
export async function openDarwinProbe(): Promise<ProcessProbe> {
  const { default: koffi } = await import("koffi");
  const system = koffi.load("/usr/lib/libSystem.B.dylib");
  const usage = system.func("int proc_pid_rusage(int pid, int flavor, _Out_ uint8_t *buffer)");
  const listChildren = system.func("int proc_listchildpids(int pid, _Out_ uint8_t *buffer, int size)");
  return {
    metric: "phys_footprint",
    bytes(pid) {
      const buffer = Buffer.alloc(512);
      return usage(pid, 0, buffer) === 0 ? Number(buffer.readBigUInt64LE(footprintOffset)) : null;
    },
    cpuMs: () => null,
    children(pid) {
      // The call answers with bytes or a count, depending on the release; unused entries stay 0.
      const buffer = Buffer.alloc(4 * childCapacity);
      listChildren(pid, buffer, buffer.length);
      const pids = Array.from({ length: childCapacity }, (_, index) => buffer.readInt32LE(4 * index));
      return pids.filter((child) => child > 0);
    },
  };
}
