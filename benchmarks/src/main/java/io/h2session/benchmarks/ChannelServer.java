package io.h2session.benchmarks;

import io.netty.buffer.ByteBuf;

/** A server whose handlers stand in a pipeline. */
final class ChannelServer implements Server {
    private final DiscardingChannel channel;
    private final Answers answers;

    ChannelServer(DiscardingChannel channel, Answers answers) {
        this.channel = channel;
        this.answers = answers;
    }

    @Override
    public void read(ByteBuf bytes) {
        channel.read(bytes);
    }

    @Override
    public void betweenReads() {
        channel.betweenReads();
    }

    @Override
    public Output output() {
        return channel.output();
    }

    @Override
    public long pathBytes() {
        return answers.pathBytes();
    }

    @Override
    public void close() {
        channel.finishAndReleaseAll();
    }
}
