import { accessSync, constants, mkdirSync, rmdirSync, writeFileSync } from "node:fs";

const place = (controller: string) => `/sys/fs/cgroup/${controller}`;

/** Whether control groups with limits can be made here: by root, on a system with version 1. */
export const groupsCanBeMade = ["cpu/cpu.cfs_quota_us", "memory/memory.limit_in_bytes"].every((file) => {
  try {
    accessSync(place(file), constants.W_OK);
    return true;
  } catch {
    return false;
  }
});

/** A control group with limits, said by controller and file, for the programs that `launcher` starts. */
export class LimitedGroup implements Disposable {
  readonly launcher: readonly string[];
  readonly #folders: readonly string[];

  constructor(limits: Readonly<Record<string, Readonly<Record<string, string>>>>) {
    this.#folders = Object.entries(limits).map(([controller, files]) => {
      const folder = `${place(controller)}/quantlab-test-${process.pid}`;
      mkdirSync(folder);
      for (const [file, value] of Object.entries(files)) writeFileSync(`${folder}/${file}`, value);
      return folder;
    });
    const joins = this.#folders.map((folder) => `echo $$ > ${folder}/cgroup.procs`).join(" && ");
    this.launcher = ["sh", "-c", `${joins} && exec "$@"`, "sh"];
  }

  [Symbol.dispose](): void {
    for (const folder of this.#folders) rmdirSync(folder);
  }
}
