// What the kernel refuses is no bug of ours: says it as a problem with its cause and a remedy.
import type { Problem } from '../state/problem.ts';

/** `doing` says what was under way: `step identity`. Anything that is not the kernel's refusal is thrown again: a bug. */
export const problemOfError = (error: unknown, doing: string): Problem => {
  if (
    !(error instanceof Error) ||
    !('code' in error) ||
    typeof error.code !== 'string' ||
    !/^E[A-Z0-9]+$/.test(error.code)
  )
    throw error;
  const place = 'path' in error && typeof error.path === 'string' ? ` at ${error.path}` : '';
  const known = causes[error.code];
  return {
    code: known?.code ?? 'system/refused',
    summary: `${doing} was refused${place}: ${known?.cause ?? error.code}`,
    remedy: known?.remedy ?? 'See `journalctl -b -p err` for the cause, then apply again',
  };
};

const causes: Readonly<Record<string, { readonly code: string; readonly cause: string; readonly remedy: string }>> = {
  ENOSPC: {
    code: 'system/disk-full',
    cause: 'no space left on the filesystem',
    remedy: 'Free space (`df -h`, `df -i`; on a zram root `mayfly zram grow`), then apply again',
  },
  EDQUOT: {
    code: 'system/quota',
    cause: 'the disk quota is used up',
    remedy: 'Raise the quota or free space, then apply again',
  },
  EROFS: {
    code: 'system/read-only',
    cause: 'the filesystem is read-only',
    remedy: 'Look for filesystem errors with `dmesg`; restart the node if its root went read-only',
  },
  EACCES: { code: 'system/not-permitted', cause: 'permission denied', remedy: 'Run it as root' },
  EPERM: { code: 'system/not-permitted', cause: 'operation not permitted', remedy: 'Run it as root' },
  EIO: {
    code: 'system/io-error',
    cause: 'input/output error',
    remedy: 'Look at `dmesg` for the failing device; on a zram root check its memory limit with `mayfly status`',
  },
};
