// Keeps what a text was parsed to: files of /run are read every second and change once a day.

/** `parse`, run again only when the text is another one than last time. */
export const parseOnce = <T>(parse: (text: string) => T): ((text: string) => T) => {
  let last: { readonly text: string; readonly value: T } | undefined;
  return (text) => {
    if (last?.text !== text) last = { text, value: parse(text) };
    return last.value;
  };
};
