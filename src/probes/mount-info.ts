// What is mounted where, as this process sees it (proc_pid_mountinfo(5)).

export type MountInfo = {
  readonly where: string;
  readonly type: string;
  readonly source: string;
  /** Within the filesystem: `/` unless a folder of it is bound. */
  readonly root: string;
};

/** In the order in which they were mounted: of several at one place the last is seen. Lines of another form are left out. */
export const parseMountInfo = (text: string): readonly MountInfo[] =>
  text.split('\n').flatMap((line) => {
    const [before = '', after = ''] = line.split(' - ');
    const [, , , root, where] = before.split(' ');
    const [type, source] = after.split(' ');
    return root === undefined || where === undefined || type === undefined || source === undefined
      ? []
      : [{ where: plain(where), type, source: plain(source), root: plain(root) }];
  });

/** Space, tab, line end and backslash stand there as octal numbers. */
const plain = (text: string): string =>
  text.replaceAll(/\\([0-7]{3})/g, (_, digits: string) => String.fromCharCode(Number.parseInt(digits, 8)));
