// /etc/vconsole.conf (vconsole.conf(5)): which layout the keyboard at the machine itself has; other settings in it stay.
const line = /^[ \t]*KEYMAP=(.*)$/m;

export const keymapIn = (text: string): string | undefined => {
  const value = line
    .exec(text)?.[1]
    ?.trim()
    .replaceAll(/^["']|["']$/g, '');
  return value === '' ? undefined : value;
};

export const withKeymap = (text: string, layout: string): string => {
  if (line.test(text)) return text.replace(line, `KEYMAP=${layout}`);
  return `${text}${text === '' || text.endsWith('\n') ? '' : '\n'}KEYMAP=${layout}\n`;
};
