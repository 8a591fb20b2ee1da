const plain = (ftype: number) => ({ ftype, needsImportanceMatrix: false });
const guided = (ftype: number) => ({ ftype, needsImportanceMatrix: true });

/**
 * Every file type that llama.cpp can make, by llama-quantize's name, with its `llama_ftype`. Those that need an
 * importance matrix are refused by the library without one, whatever the model.
 */
export const fileTypes = {
  F32: plain(0),
  F16: plain(1),
  BF16: plain(32),
  Q8_0: plain(7),
  Q6_K: plain(18),
  Q5_K_M: plain(17),
  Q5_K_S: plain(16),
  Q5_1: plain(9),
  Q5_0: plain(8),
  Q4_K_M: plain(15),
  Q4_K_S: plain(14),
  Q4_1: plain(3),
  Q4_0: plain(2),
  IQ4_NL: plain(25),
  IQ4_XS: plain(30),
  Q3_K_L: plain(13),
  Q3_K_M: plain(12),
  Q3_K_S: plain(11),
  IQ3_M: plain(27),
  IQ3_S: plain(26),
  IQ3_XS: guided(22),
  IQ3_XXS: guided(23),
  Q2_K: plain(10),
  Q2_K_S: guided(21),
  Q2_0: plain(41),
  IQ2_M: guided(29),
  IQ2_S: guided(28),
  IQ2_XS: guided(20),
  IQ2_XXS: guided(19),
  TQ2_0: plain(37),
  TQ1_0: plain(36),
  IQ1_M: guided(31),
  IQ1_S: guided(24),
  Q1_0: plain(40),
  MXFP4_MOE: plain(38),
} as const satisfies Record<string, { readonly ftype: number; readonly needsImportanceMatrix: boolean }>;

export type FileType = keyof typeof fileTypes;
