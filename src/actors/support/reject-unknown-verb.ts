/** The other side may be a later version of this package. */
import { rejectContext, type ReplyContext } from '../../core/internal.js';

/** Rejects an internal request whose verb this version does not know. */
export function rejectUnknownVerb(rctx: ReplyContext<unknown>, verb: unknown): void {
  rejectContext(rctx, 'MethodNotFound', `this version of ump-ng does not know ${String(verb)}`);
}
