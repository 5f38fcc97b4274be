// Asks systeminformation for what the kernel's files do not say (processor names on ARM, boards without SMBIOS): once, never every second.
import * as z from 'zod';

const text = z
  .string()
  .optional()
  .transform((value) => value?.trim() || undefined);

/** What it says of a model that nobody told: guessed from the kernel's log, which not everybody may read and which is soon overwritten. */
const guesses = ['Computer', 'Docker Container', 'Virtual machine'];

const modelText = text.transform((model) => (model !== undefined && guesses.includes(model) ? undefined : model));

const systemSchema = z.object({ manufacturer: text, model: modelText, serial: text, uuid: text });
const cpuSchema = z.object({ manufacturer: text, brand: text });

export type Inventory = {
  readonly vendor: string | undefined;
  readonly model: string | undefined;
  readonly serial: string | undefined;
  readonly uuid: string | undefined;
  readonly cpuModel: string | undefined;
};

/** About ten child processes; loaded only here, because the package costs 30 ms to load. */
export const readInventory = async (): Promise<Inventory> => {
  const { cpu, system } = await import('systeminformation');
  const [board, processor] = await Promise.all([system(), cpu()]);
  const { manufacturer, model, serial, uuid } = systemSchema.parse(board);
  const { manufacturer: maker, brand } = cpuSchema.parse(processor);
  const cpuModel = [maker, brand].filter((part) => part !== undefined).join(' ');
  return { vendor: manufacturer, model, serial, uuid, cpuModel: cpuModel === '' ? undefined : cpuModel };
};
