// Gives one probe its time: whatever it does, the others have their answer.

export type Answer<T> =
  | { readonly kind: 'answer'; readonly value: T }
  | { readonly kind: 'none'; readonly why: string };

/** What the probe said, or why it said nothing: `undefined`, an error or no answer in time are all the same to a reader. */
export const within = async <T>(timeoutMs: number, probe: () => Promise<T | undefined>): Promise<Answer<T>> => {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<Answer<T>>((resolve) => {
    timer = setTimeout(() => resolve({ kind: 'none', why: `no answer in ${timeoutMs / 1000} s` }), timeoutMs);
  });
  try {
    return await Promise.race([answerOf(probe), late]);
  } finally {
    clearTimeout(timer);
  }
};

const answerOf = async <T>(probe: () => Promise<T | undefined>): Promise<Answer<T>> => {
  try {
    const value = await probe();
    return value === undefined ? { kind: 'none', why: 'this machine does not say' } : { kind: 'answer', value };
  } catch (error) {
    return { kind: 'none', why: error instanceof Error ? error.message : String(error) };
  }
};
