import { Server, ServerCredentials, type UntypedServiceImplementation } from '@grpc/grpc-js';
import gossipServices from '@kurrent/kurrentdb-client/generated/kurrentdb/protocols/v1/gossip_grpc_pb.js';
import gossip from '@kurrent/kurrentdb-client/generated/kurrentdb/protocols/v1/gossip_pb.js';
import featureServices from '@kurrent/kurrentdb-client/generated/kurrentdb/protocols/v1/serverfeatures_grpc_pb.js';
import features from '@kurrent/kurrentdb-client/generated/kurrentdb/protocols/v1/serverfeatures_pb.js';
import streamServices from '@kurrent/kurrentdb-client/generated/kurrentdb/protocols/v1/streams_grpc_pb.js';
import newerStreamServices from '@kurrent/kurrentdb-client/generated/kurrentdb/protocols/v2/streams/streams_grpc_pb.js';
import { openSqliteEventLog } from '../../../infra/sqlite/event-log.js';
import {
  appendHandler,
  batchAppendHandler,
  type CarryOut,
  deleteHandler,
  late,
  refusal,
  tombstoneHandler,
} from './appends.js';
import { type Counts, type Faults, noCounts, noFaults } from './faults.js';
import { appendRecordsHandler, appendSessionHandler } from './newer-appends.js';
import { type FaultyProxy, startProxy } from './proxy.js';
import { readHandler } from './reads.js';
import { doubleStore } from './store.js';
import { notLeader } from './wire.js';

export interface KurrentDouble {
  readonly proxy: FaultyProxy;
  readonly faults: Faults;
  readonly counts: Counts;
}

const NEWER = 'kurrentdb.protocol.v2.streams.StreamsService';
const OLDER = 'event_store.client.streams.Streams';

/**
 * A stand-in for KurrentDB that speaks its protocol over an SQLite log, on two ports, and fails on demand. It proves that
 * our side follows the protocol; it proves nothing about the server.
 */
export async function startDouble(file: string, ports: readonly [number, number]): Promise<KurrentDouble> {
  const log = await openSqliteEventLog({ file, pollInterval: 50 });
  const store = doubleStore(log);
  const faults = noFaults();
  const counts = noCounts();
  const server = new Server({ 'grpc.max_receive_message_length': 17 * 1024 * 1024 });
  let inFlight = 0;

  const isFollower = (call: { getHost(): string }) => faults.follower && call.getHost().endsWith(`:${proxy.ports[0]}`);
  const count = (method: string) => {
    counts.calls[method] = (counts.calls[method] ?? 0) + 1;
  };

  const carryOut: CarryOut = async (call, { method, newer, events, checks }) => {
    count(method);
    if (isFollower(call)) throw notLeader(newer, proxy.ports[1] ?? 0);
    if (faults.refuse.times > 0) {
      faults.refuse.times--;
      throw refusal(faults.refuse.code);
    }
    inFlight++;
    counts.mostInFlight = Math.max(counts.mostInFlight, inFlight);
    const lost = faults.loseAnswers > 0;
    if (lost) faults.loseAnswers--;
    try {
      const result = await store.append(events, checks, newer);
      if (lost) proxy.drop();
      await late(faults.delay);
      return { ...result, hidden: faults.hidePositions };
    } finally {
      inFlight--;
    }
  };

  const read = readHandler(store, faults, counts);
  server.addService(streamServices.StreamsService, {
    read: (call: Parameters<typeof read>[0]) => {
      if (isFollower(call)) {
        if (call.metadata.get('requires-leader')[0] === 'true') {
          call.emit('error', notLeader(false, proxy.ports[1] ?? 0));
          return;
        }
        count('ReadFromFollower');
      }
      read(call).catch((error: unknown) => call.emit('error', error));
    },
    append: appendHandler(carryOut),
    batchAppend: batchAppendHandler(carryOut, store),
    delete: deleteHandler(store),
    tombstone: tombstoneHandler(store),
  } satisfies UntypedServiceImplementation);
  server.addService(newerStreamServices.StreamsServiceService, {
    appendRecords: appendRecordsHandler(carryOut, store),
    appendSession: appendSessionHandler(carryOut, store),
  });
  server.addService(featureServices.ServerFeaturesService, {
    getSupportedMethods: (_: unknown, callback: (error: null, methods: features.SupportedMethods) => void) =>
      callback(null, supportedMethods(faults.old)),
  });
  server.addService(gossipServices.GossipService, {
    read: (_: unknown, callback: (error: null, cluster: gossip.ClusterInfo) => void) =>
      callback(null, clusterOf(proxy.ports, faults.follower)),
  });

  const port = await new Promise<number>((resolve, reject) => {
    server.bindAsync('127.0.0.1:0', ServerCredentials.createInsecure(), (error, bound) =>
      error ? reject(error) : resolve(bound),
    );
  });
  const proxy = await startProxy(port, ports);
  return { proxy, faults, counts };
}

function supportedMethods(old: boolean): features.SupportedMethods {
  const names: [string, string][] = ['read', 'append', 'batchappend', 'delete', 'tombstone'].map((name) => [
    OLDER,
    name,
  ]);
  if (!old) names.push([NEWER, 'appendrecords'], [NEWER, 'appendsession']);
  return new features.SupportedMethods()
    .setEventStoreServerVersion(old ? '24.10.0' : '26.0.3')
    .setMethodsList(
      names.map(([service, method]) => new features.SupportedMethod().setServiceName(service).setMethodName(method)),
    );
}

function clusterOf(ports: readonly number[], firstFollows: boolean): gossip.ClusterInfo {
  const { LEADER, FOLLOWER } = gossip.MemberInfo.VNodeState;
  const leader = firstFollows ? 1 : 0;
  return new gossip.ClusterInfo().setMembersList(
    ports.map((port, index) =>
      new gossip.MemberInfo()
        .setIsAlive(true)
        .setState(index === leader ? LEADER : FOLLOWER)
        .setHttpEndPoint(new gossip.EndPoint().setAddress('127.0.0.1').setPort(port)),
    ),
  );
}
