// The last values of a figure as one row of bars, which most terminals can show and every one can approximate.

const bars = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'] as const;

/** A flat trend is drawn low, not as noise: less than 1 % between the ends is flat. */
export const sparkline = (values: readonly number[], width: number): string => {
  const shown = values.slice(-Math.max(0, width));
  const low = Math.min(...shown);
  const high = Math.max(...shown);
  const spread = high - low;
  if (shown.length === 0) return '';
  const flat = spread < Math.abs(high) * 0.01;
  return shown.map((value) => (flat ? bars[0] : (bars[Math.round(((value - low) / spread) * 7)] ?? bars[0]))).join('');
};

/** `████░░░░` for a share between 0 and 1. */
export const meter = (share: number, width: number): string => {
  const full = Math.round(Math.max(0, Math.min(1, share)) * width);
  return '█'.repeat(full) + '░'.repeat(width - full);
};
