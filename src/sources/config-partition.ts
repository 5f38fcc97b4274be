// The config partition as the rest of the program sees it: found, mounted, read, and written by an explicit commit only.
export { commitProfile, diffCommitted, readCommitted } from './commit-profile.ts';
export { configMountpoint, findConfigPartition, mountConfigPartition } from './find-config-partition.ts';
