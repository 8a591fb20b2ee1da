/** Whether a file is an earlier output, for one that `read` takes for one may be replaced. */
export const reads = (read: (file: string) => Promise<unknown>) => (file: string) =>
  read(file).then(
    () => true,
    () => false,
  );
