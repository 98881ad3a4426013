/** A client of ump-ng as a contender. @returns {Omit<import('./spawn.mjs').Caller, 'close'>} */
export const callWith = (client) => ({
  call: (value, transfer) => client.req(value, transfer && { transfer }),
  post: (value) => client.post(value),
  transfers: true,
});
