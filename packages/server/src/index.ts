export { type KeepOptions, type ServedModel, ServedModels } from "./served-models.ts";
export { createServer, type ServerOptions } from "./server.ts";
