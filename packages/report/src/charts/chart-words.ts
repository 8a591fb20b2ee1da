export interface ChartWords {
  /** File name without theme and suffix. */
  readonly name: string;
  readonly title: string;
  readonly subtitle: string;
  /** The figures in words, for those who cannot see the picture. */
  readonly alt: string;
}
