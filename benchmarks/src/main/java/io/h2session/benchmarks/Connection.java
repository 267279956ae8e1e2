package io.h2session.benchmarks;

/** A client's connection to a server; a new one takes over long before the stream numbers are used up. */
final class Connection {
    private static final int LAST_STREAM_ID = 1 << 27;

    private final Contestant contestant;
    private final Shape shape;
    private final int requestsPerRead;
    private final ClientBytes client;
    private Server server;
    private int nextStreamId;

    Connection(Contestant contestant, Shape shape, int requestsPerRead) {
        this.contestant = contestant;
        this.shape = shape;
        this.requestsPerRead = requestsPerRead;
        client = new ClientBytes(shape);
        connect();
    }

    /** Opens a connection: preface, SETTINGS, and the requests that fill the HPACK table. */
    private void connect() {
        server = contestant.connect(shape);
        nextStreamId = 1;
    }

    /** The client's preface and first requests. */
    RequestBatch begin() {
        server.read(client.preface());
        RequestBatch first = client.first();
        send(first);
        return first;
    }

    /** One batch of requests, answered. */
    RequestBatch exchange() {
        if (nextStreamId > LAST_STREAM_ID) {
            server.close();
            connect();
            begin();
        }
        RequestBatch batch = client.later();
        send(batch);
        return batch;
    }

    Server server() {
        return server;
    }

    /** The number of the next request's stream. */
    int nextStreamId() {
        return nextStreamId;
    }

    void close() {
        server.close();
        client.release();
    }

    private void send(RequestBatch batch) {
        batch.number(nextStreamId);
        nextStreamId += 2 * RequestBatch.REQUESTS;
        for (int i = 0; i < RequestBatch.REQUESTS; i += requestsPerRead) {
            server.read(batch.read(i, requestsPerRead));
        }
        server.betweenReads();
    }
}
