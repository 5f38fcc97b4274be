// The name by which a joining node makes itself known: members know each other by name.
import { hostname as hostnameSchema } from './profile-values.ts';

/** What every node of one image is called is no name to join with. */
const unnamed = new Set(['mayfly', 'localhost', '']);

export const isUnnamed = (name: string): boolean => unnamed.has(name);

export const isHostName = (name: string): boolean => hostnameSchema.safeParse(name).success;
