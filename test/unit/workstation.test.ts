// Commands of the builder that hang: ended by their deadline, or by their silence.
import { describe, expect, test } from 'vitest';
import { runStreaming } from '../../src/system/workstation.ts';

describe('a command that streams', () => {
  test('is killed when it says nothing for too long, and what it said is kept', async () => {
    const result = await runStreaming(['sh', '-c', 'echo here; exec sleep 60'], { silenceMs: 300 });
    expect(result).toEqual({ exitCode: 124, stdout: 'here\n', stderr: '' });
  });

  test('goes on as long as it says something', async () => {
    const command = 'for n in 1 2 3 4 5 6 7 8; do sleep 0.1; echo $n; done';
    const result = await runStreaming(['sh', '-c', command], { silenceMs: 700 });
    expect(result.exitCode).toBe(0);
    expect(result.stdout).toBe('1\n2\n3\n4\n5\n6\n7\n8\n');
  });

  test('is killed at its deadline, however much it says', async () => {
    const result = await runStreaming(['sh', '-c', 'while :; do echo on; sleep 0.05; done'], {
      timeoutMs: 500,
      silenceMs: 400,
    });
    expect(result.exitCode).toBe(124);
  });
});
