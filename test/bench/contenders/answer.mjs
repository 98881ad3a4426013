/** How a server of ump-ng answers. @param {import('../service.mjs').Service} service */
export function answer(service, message) {
  if (message.type === 'post') {
    service.post(message.msg);
    return;
  }
  const reply = service.request(message.msg);
  const transfer = service.transfer(reply);
  message.rctx.reply(reply, transfer && { transfer });
}
