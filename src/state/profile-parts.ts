// Pieces that every part of the schema is written with: numbers, flags, choices, and how a disk is named.
import * as z from 'zod';
import { serial } from './profile-values.ts';

export const whole = (min: number, max: number, example: number) =>
  z
    .int()
    .min(min)
    .max(max)
    .meta({ form: `a whole number from ${min} to ${max}`, examples: [example] });

export const flag = z.boolean().meta({ form: 'true or false', examples: [true] });

export const oneOf = <const T extends readonly [string, ...string[]]>(values: T) =>
  z.enum(values).meta({ form: `one of ${values.join(', ')}`, examples: [values[0]] });

export const disk = z.strictObject({
  serial: serial.describe('Serial number: device names change, serial numbers do not'),
});
