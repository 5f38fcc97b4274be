// Ink imports React's developer tools only when DEV is set; the appliance does without them.
export default {};
