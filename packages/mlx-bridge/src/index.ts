export { mlxEngine } from "./engine.ts";
export { mlxForm } from "./form.ts";
export { type MlxOptions, mlx } from "./mlx.ts";
export { engines } from "./registration.ts";
