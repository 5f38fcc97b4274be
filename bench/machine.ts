// What a figure was measured on: without it a figure says nothing.
import { cpus, loadavg } from 'node:os';

export const machineLine = (): string => {
  const processors = cpus();
  return `${processors.length} × ${processors[0]?.model.trim() ?? 'unknown'}, Node ${process.versions.node}, load ${loadavg()[0]?.toFixed(1)}`;
};
