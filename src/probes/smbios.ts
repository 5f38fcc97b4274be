// Reads what the board's firmware says about the machine, without the phrases that vendors leave where a value should be.
import type { Facts } from '../state/facts.ts';
import type { Reader } from '../system/system.ts';

export type Smbios = Pick<Facts, 'uuid' | 'serial' | 'vendor' | 'model'>;

const placeholder =
  /^(|-+|0+|none|n\/a|na|unknown|default string|not (specified|applicable|available)|to be filled by o\.?e\.?m\.?|system (serial number|product name|manufacturer|version)|o\.?e\.?m\.?|chassis serial number|x+|\.+|0?123456789(abcdef)?)$/i;

/** Undefined for the phrases of an unfilled form. */
export const parseDmiText = (text: string | undefined): string | undefined => {
  const value = text?.trim();
  return value === undefined || placeholder.test(value) ? undefined : value;
};

/** Known to be the same on many boards: worse than none. */
const sharedUuids = [
  '00000000-0000-0000-0000-000000000000',
  'ffffffff-ffff-ffff-ffff-ffffffffffff',
  '03000200-0400-0500-0006-000700080009',
  '12345678-1234-5678-90ab-cddeefaabbcc',
];

export const parseDmiUuid = (text: string | undefined): string | undefined => {
  const uuid = text?.trim().toLowerCase();
  if (uuid === undefined || !/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(uuid)) return undefined;
  return sharedUuids.includes(uuid) ? undefined : uuid;
};

export const readSmbios = async (reader: Reader): Promise<Smbios> => {
  const read = (name: string) => reader.readText(`/sys/class/dmi/id/${name}`);
  const [uuid, serial, vendor, model] = await Promise.all([
    read('product_uuid'),
    read('product_serial'),
    read('sys_vendor'),
    read('product_name'),
  ]);
  return {
    uuid: parseDmiUuid(uuid),
    serial: parseDmiText(serial),
    vendor: parseDmiText(vendor),
    model: parseDmiText(model),
  };
};
