package io.h2session.examples.serve;

import java.io.IOException;

/** A page whose answers need a pipeline: for a compressor, a part of a file, or another protocol. */
interface PipelinePage extends Page {
    /** {@link #answer(Exchange)} in a pipeline. */
    void answer(ChannelExchange exchange) throws IOException;

    @Override
    default void answer(Exchange exchange) throws IOException {
        answer((ChannelExchange) exchange);
    }

    @Override
    default boolean needsPipeline(String path) {
        return true;
    }
}
