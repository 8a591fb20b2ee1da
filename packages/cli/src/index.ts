export { runLab } from "./program.ts";
