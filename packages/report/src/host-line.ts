import type { Host, Result } from "@quantlab/core";
import { inlineText } from "./markdown.ts";
import { counted, formatGib, formatTime } from "./numbers.ts";

/** Machine, engine, threads, date, lab and verdict of a result, in three short sentences. */
export function hostLine(result: Result): string {
  const { host, lab, startedAt } = result;
  const accelerator = host.accelerator ? `, ${inlineText(host.accelerator)}` : "";
  const machine = `${inlineText(host.cpu)}, ${coresText(host)}, ${memoryText(host)}${accelerator}, ${inlineText(host.os)} ${host.arch}, Node ${host.node}`;
  const commit = lab.commit
    ? ` at ${lab.commit.slice(0, 7)}${lab.modified ? " with uncommitted changes" : ""}`
    : "";
  return `Measured on ${machine}, with ${engines(result)}; ${formatTime(startedAt)}, lab ${lab.version}${commit}. ${verdictText(result)}`;
}

/** Verdict with the first of its reasons, machine, threads and date: what a reader needs before the figures. */
export function briefHostLine(result: Result): string {
  const { host, startedAt, verdict } = result;
  const [first, ...more] = verdict.reasons;
  const others = more.length > 0 ? ` (and ${more.length} more)` : "";
  const reason = first === undefined ? "" : `: ${inlineText(first)}${others}`;
  const threads = [
    ...new Set(Object.values(result.arms).flatMap(({ engine }) => engine?.threads ?? [])),
  ].sort((a, b) => a - b);
  const on =
    threads.length > 0 ? `, ${threads.join(" and ")} ${threads.join() === "1" ? "thread" : "threads"}` : "";
  return `**Verdict: ${verdict.state}**${reason}. ${inlineText(host.cpu)}, ${coresText(host)}${on}; ${formatTime(startedAt)}.`;
}

/** "2 cores", with what kinds they are of and what a container leaves of them. */
export function coresText({ cores, performanceCores, limits }: Host): string {
  const known = [
    ...(performanceCores === undefined ? [] : [`${performanceCores} of them physical performance cores`]),
    ...(limits?.cores === undefined ? [] : [`a container's quota: ${limits.cores}`]),
  ];
  return `${counted(cores, "core")}${known.length > 0 ? ` (${known.join("; ")})` : ""}`;
}

function memoryText({ memoryBytes, limits }: Host): string {
  const limit =
    limits?.memoryBytes === undefined ? "" : ` (a container's limit: ${formatGib(limits.memoryBytes)})`;
  return `${formatGib(memoryBytes)} of memory${limit}`;
}

/** "Verdict: **valid**." or the verdict with its reasons. */
function verdictText({ verdict }: Result): string {
  const reasons = verdict.reasons.length > 0 ? `: ${inlineText(verdict.reasons.join("; "))}` : "";
  return `Verdict: **${verdict.state}**${reasons}.`;
}

/** Engines as they really ran, each once: "llama.cpp v0.5.0, 2 threads on CPU". */
function engines(result: Result): string {
  const names = Object.values(result.arms).flatMap(({ engine }) => {
    if (!engine) return [];
    // The processor's name stands in the same line already.
    const devices = engine.devices.map((device) => (device.startsWith("CPU (") ? "CPU" : device));
    const on = devices.length > 0 ? ` on ${devices.join(" and ")}` : "";
    const threads = engine.threads === undefined ? "" : `, ${counted(engine.threads, "thread")}`;
    return [`${engine.name} ${engine.version}${threads}${on}`];
  });
  return inlineText([...new Set(names)].join("; ")) || "no engine";
}
