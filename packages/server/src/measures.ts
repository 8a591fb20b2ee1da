import { Counter, Gauge, Registry } from "prom-client";
import type { ServedModels } from "./served-models.ts";
import type { Turns } from "./turns.ts";

/** What Prometheus reads at /metrics. */
export class Measures {
  readonly #registry = new Registry();
  readonly #requests = new Counter({
    name: "quantlab_requests_total",
    help: "Requests answered, by route and status",
    labelNames: ["route", "status"],
    registers: [this.#registry],
  });
  readonly #tokens = new Counter({
    name: "quantlab_tokens_total",
    help: "Tokens: of prompts, of these those from the cache, and generated",
    labelNames: ["kind"],
    registers: [this.#registry],
  });

  constructor(turns: Turns, models: ServedModels) {
    const gauge = (name: string, help: string, value: () => number) =>
      new Gauge({
        name,
        help,
        registers: [this.#registry],
        collect() {
          this.set(value());
        },
      });
    gauge("quantlab_requests_waiting", "Requests that wait for their turn", () => turns.waiting);
    gauge("quantlab_requests_running", "Requests that are computed", () => turns.running);
    gauge("quantlab_models_loaded", "Models in memory", () => models.loadedNames.length);
  }

  get contentType(): string {
    return this.#registry.contentType;
  }

  text(): Promise<string> {
    return this.#registry.metrics();
  }

  answered(route: string, status: number): void {
    this.#requests.inc({ route, status });
  }

  generated({
    prompt,
    completion,
    cached,
  }: Readonly<Record<"prompt" | "completion" | "cached", number>>): void {
    this.#tokens.inc({ kind: "prompt" }, prompt);
    this.#tokens.inc({ kind: "cached" }, cached);
    this.#tokens.inc({ kind: "generated" }, completion);
  }
}
