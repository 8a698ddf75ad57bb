import { createServer } from 'node:http';

/** What `node:http` alone can do: parses a JSON body and answers with another one. Prints its port. */
const answer = {
  status: 'OK',
  session: {
    handle: '5d0c1f2e-8a4b-4c3d-9e6f-7a8b9c0d1e2f',
    userId: 'user-1',
    recipeUserId: 'user-1',
    tenantId: 'public',
    userDataInJWT: { role: 'admin' },
  },
};

const server = createServer((request, response) => {
  const chunks: Buffer[] = [];
  request.on('data', (chunk: Buffer) => chunks.push(chunk));
  request.on('end', () => {
    JSON.parse(Buffer.concat(chunks).toString());
    const body = JSON.stringify(answer);
    response.writeHead(200, { 'Content-Type': 'application/json', 'Content-Length': Buffer.byteLength(body) });
    response.end(body);
  });
});

server.listen(0, '127.0.0.1', () => {
  const address = server.address();
  process.stdout.write(`listening on ${typeof address === 'object' && address ? address.port : 0}\n`);
});
