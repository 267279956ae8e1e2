package io.h2session.examples.get;

import io.h2session.api.BodySink;
import io.h2session.api.DataResult;
import io.h2session.api.DataSource;

/** A body whose bytes are counted when they are sent. */
final class CountedSource implements DataSource {
    private final DataSource body;
    private final Exchange exchange;
    private final UploadProgress progress;

    /** @param progress null for none */
    CountedSource(DataSource body, Exchange exchange, UploadProgress progress) {
        this.body = body;
        this.exchange = exchange;
        this.progress = progress;
        if (progress != null) {
            progress.begin(exchange.request.body().length());
        }
    }

    @Override
    public DataResult read(int streamId, int maxLength, BodySink sink) throws Exception {
        int before = sink.length();
        DataResult result = body.read(streamId, maxLength, sink);
        int read = sink.length() - before;
        exchange.uploaded += read;
        if (progress != null) {
            progress.step(read);
        }
        return result;
    }

    @Override
    public void close() {
        body.close();
        if (progress != null) {
            progress.end();
        }
    }
}
