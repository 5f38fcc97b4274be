// The rules for logins: somebody can, and what is allowed can be used.
import { duplicatesOf } from './duplicates.ts';
import { type Finding, warning } from './finding.ts';
import type { Profile } from './profile.ts';

export const checkAccess = ({ access = {} }: Profile): readonly Finding[] => {
  const findings: Finding[] = [];
  const keys = access.sshKeys ?? [];
  if (keys.length === 0 && access.rootPasswordHash === undefined) {
    findings.push(
      warning(
        'access/nobody',
        'access',
        'there is neither a password nor a key: nobody can log in',
        'add an SSH key to access.sshKeys, or set a password in the console',
      ),
    );
  } else if (access.sshPasswords === true && access.rootPasswordHash === undefined) {
    findings.push(
      warning(
        'access/no-password',
        'access.sshPasswords',
        'passwords are accepted over SSH, and there is none',
        'set a password, or leave sshPasswords out',
      ),
    );
  }
  const blobOf = (key: string): string | undefined => key.split(' ')[1];
  return [
    ...findings,
    ...duplicatesOf(keys, blobOf).map(({ index, firstIndex }) =>
      warning(
        'access/duplicate-key',
        `access.sshKeys[${index}]`,
        `it is the same key as access.sshKeys[${firstIndex}]`,
        'remove one',
      ),
    ),
  ];
};
