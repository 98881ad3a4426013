/** The chat example, with one addition: a test can end the thread of a room. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface EndingRooms {
  readonly url: string;
  /** The expression that a page evaluates to end the room of that name. */
  end(room: number): string;
  stop(): Promise<void>;
}

const ENDS = `new BroadcastChannel('end of ' + self.name).onmessage = () => self.close();`;

/** Serves the files of the example; its SharedWorkers get one more line. */
export async function serveEndingRooms(example: string): Promise<EndingRooms> {
  const server = createServer((request, response) => {
    void (async () => {
      const { pathname, search } = new URL(request.url ?? '', example);
      const answer = await fetch(new URL(pathname + search, example));
      const text = await answer.text();
      response.setHeader('content-type', answer.headers.get('content-type') ?? '');
      response.writeHead(answer.status).end(pathname === '/room.js' ? `${ENDS}\n${text}` : text);
    })();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/`,
    end: (room) => `void new BroadcastChannel('end of ${room}').postMessage('')`,
    stop: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
