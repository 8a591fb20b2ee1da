import type { Progress, ResolveOptions } from "@quantlab/core";

interface Job<T> {
  readonly result: Promise<T>;
  readonly listeners: Set<(progress: Progress) => void>;
  readonly controller: AbortController;
  waiting: number;
}

/** Runs one job a key at a time: callers that come meanwhile share it. It is aborted once every caller has given up. */
export class SharedWork<T> {
  readonly #jobs = new Map<string, Job<T>>();

  async run(key: string, options: ResolveOptions, work: (options: ResolveOptions) => Promise<T>): Promise<T> {
    const { signal, onProgress } = options;
    signal?.throwIfAborted();
    const job = this.#jobs.get(key) ?? this.#start(key, work);
    if (onProgress) job.listeners.add(onProgress);
    job.waiting++;
    try {
      return await (signal ? Promise.race([job.result, rejection(signal)]) : job.result);
    } finally {
      if (onProgress) job.listeners.delete(onProgress);
      if (--job.waiting === 0) {
        job.controller.abort(signal?.reason);
        await job.result.catch(() => {});
      }
    }
  }

  #start(key: string, work: (options: ResolveOptions) => Promise<T>): Job<T> {
    const listeners: Job<T>["listeners"] = new Set();
    const controller = new AbortController();
    const onProgress = (progress: Progress) => {
      for (const listener of listeners) listener(progress);
    };
    const result = work({ signal: controller.signal, onProgress });
    const job: Job<T> = { result, listeners, controller, waiting: 0 };
    this.#jobs.set(key, job);
    const forget = () => {
      if (this.#jobs.get(key) === job) this.#jobs.delete(key);
    };
    controller.signal.addEventListener("abort", forget);
    result.then(forget, forget);
    return job;
  }
}

function rejection(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    signal.addEventListener("abort", () => reject(signal.reason), { once: true });
  });
}
