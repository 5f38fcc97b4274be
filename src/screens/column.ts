// The first column of the dashboard, the same in all of its parts.
export const column = 12;
