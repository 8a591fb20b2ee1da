export type { CalibrationOptions } from "./calibration.ts";
export { mlxEngine } from "./engine.ts";
export { type MlxOptions, mlx } from "./mlx.ts";
export { mlxModel } from "./mlx-model.ts";
export {
  formatMlxName,
  type LearnedMethod,
  type MlxDataType,
  type MlxMix,
  type MlxQuantization,
  parseMlxName,
} from "./quantization.ts";
export { engines } from "./registration.ts";
