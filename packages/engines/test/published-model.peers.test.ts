// A model that somebody else trained, through MLX: on a CPU that takes many minutes.
import { testParity } from "@quantlab/testing/engine-parity";
import { open, openReference } from "./published-model.ts";

testParity({ open: () => open("mlx", "mlx-float32"), openReference, chunks: 1 });
