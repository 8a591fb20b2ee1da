// Prints how often the lab's statistics are right about simulated runs: which method, and how many blocks, follows from it.
import { noises } from "./src/noise.ts";
import { talliesTable } from "./src/section.ts";
import { simulated } from "./src/simulation.ts";

const runs = Number(process.argv[2] ?? 1000);
for (const arms of [2, 4, 9]) {
  for (const rounds of [5, 10, 20]) {
    console.log(`\n${arms} arms, ${rounds} blocks each\n`);
    const rows = noises.map((noise) => [noise.name, simulated({ noise, arms, rounds, runs })] as const);
    console.log(talliesTable(Object.fromEntries(rows)));
  }
}
