import { type Forecast, forecastCacheBytes } from "@quantlab/core";

/** What of a model lies on a GPU. */
export interface OnGpu {
  /** Of all layers. */
  readonly layers: number;
  readonly of: number;
  readonly bytes: number;
}

/**
 * As many layers as a GPU of so many bytes holds, with their share of the keys and values and all that is computed in. Layers
 * are taken to be of one size, which is what nobody measured here.
 */
export function gpuShare(forecast: Forecast, gpuBytes: number): OnGpu {
  const buffers = Object.values(forecast.buffers);
  const sum = (of: "weights" | "compute") => buffers.reduce((total, buffer) => total + buffer[of], 0);
  // The output matrix counts as a layer.
  const of = forecast.layers + 1;
  const perLayer = (sum("weights") + forecastCacheBytes(forecast)) / of;
  const layers = Math.max(0, Math.min(of, Math.floor((gpuBytes - sum("compute")) / perLayer)));
  return { layers, of, bytes: layers > 0 ? layers * perLayer + sum("compute") : 0 };
}
