// Checks a built image's files against its manifest: sizes, sums, and that both forms of the manifest say the same.
import { join } from 'node:path';
import type { Problem } from '../state/problem.ts';
import { exists, fileSha256, fileSize, readTextIfAny } from '../system/workstation.ts';
import { readManifest } from './boot-image.ts';
import { renderShellManifest } from './manifest.ts';

/** Every problem found; none means that the image is what its manifest says. */
export const verifyImage = async (folder: string): Promise<readonly Problem[]> => {
  const manifest = await readManifest(folder);
  if (!manifest.ok) return [manifest.problem];
  const { root, squashfs, files } = manifest.value;
  const problems: Problem[] = [];
  for (const [name, sha256, size] of [
    [root.file, root.sha256, root.compressedBytes],
    ...(squashfs === undefined ? [] : ([[squashfs.file, squashfs.sha256, squashfs.bytes]] as const)),
    ['vmlinuz', files.vmlinuz, undefined],
    ['initramfs.img', files.initramfs, undefined],
  ] as const) {
    const path = join(folder, name);
    if (!exists(path)) problems.push(damaged(`${name} is missing`));
    else if (size !== undefined && (await fileSize(path)) !== size)
      problems.push(damaged(`${name} has ${await fileSize(path)} of ${size} bytes`));
    else if ((await fileSha256(path)) !== sha256)
      problems.push(damaged(`${name} is not what was built: its sha256 differs`));
  }
  if ((await readTextIfAny(join(folder, 'root.manifest'))) !== renderShellManifest(manifest.value))
    problems.push(damaged('root.manifest does not say what manifest.json says'));
  return problems;
};

const damaged = (summary: string): Problem => ({
  code: 'image/damaged',
  summary,
  remedy: 'Copy or download it again, or build it again',
});
