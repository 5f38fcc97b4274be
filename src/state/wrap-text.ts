// Breaks text into lines for a terminal of 80 columns, at spaces.

/** Every line begins with `indent`; a word longer than the line stays whole, so that it can be copied. */
export const wrapText = (text: string, indent: string, width = 80): string => {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(/\s+/).filter((candidate) => candidate !== '')) {
    if (line !== '' && indent.length + line.length + 1 + word.length > width) {
      lines.push(line);
      line = word;
    } else line = line === '' ? word : `${line} ${word}`;
  }
  return [...lines, line].map((text) => indent + text).join('\n');
};
