// How sshd lets people in, as the text of a drop-in: keys only, unless the profile says otherwise.

/** `Include` of sshd_config.d comes first in Debian's sshd_config, and the first value of a keyword wins: sshd_config(5). */
export const renderSshd = (passwords: boolean): string =>
  `${[
    '# Written by mayfly from the node profile; edits are lost at the next apply.',
    ...sshdSettings(passwords).map(([key, value]) => `${key} ${value}`),
  ].join('\n')}\n`;

/** In the words of the file; `sshd -T` prints them in lower case. */
export const sshdSettings = (passwords: boolean): readonly (readonly [string, string])[] => [
  ['PasswordAuthentication', passwords ? 'yes' : 'no'],
  ['KbdInteractiveAuthentication', 'no'],
  ['PermitRootLogin', passwords ? 'yes' : 'prohibit-password'],
  ['PubkeyAuthentication', 'yes'],
];

/** What `sshd -T` printed → value of a keyword. */
export const effectiveSshd = (printed: string, key: string): string | undefined => {
  const line = printed.split('\n').find((candidate) => candidate.startsWith(`${key.toLowerCase()} `));
  const value = line?.slice(key.length + 1).trim();
  // Its older name, which `sshd -T` still prints.
  return value === 'without-password' ? 'prohibit-password' : value;
};
