import type { Forecast } from "@quantlab/core";
import { serve } from "@quantlab/processes";
import { type SimulationRequest, simulate } from "./simulation/simulate.ts";

// The process that a Simulator starts.

serve({
  async simulate(request): Promise<Forecast> {
    return simulate(request as unknown as SimulationRequest);
  },
});
