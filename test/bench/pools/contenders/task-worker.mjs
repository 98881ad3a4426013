// For piscina and tinypool: the function that is the task.
export { task as default } from '../tasks.mjs';
