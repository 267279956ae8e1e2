package io.h2session.netty.channel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.h2session.netty.Http2SessionHandler;
import io.h2session.testing.Frames;
import io.h2session.testing.HeldThreads;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.ChannelPipelineException;
import io.netty.channel.ChannelPromise;
import io.netty.channel.DefaultChannelPromise;
import io.netty.channel.embedded.EmbeddedChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** The pipeline of a stream beside Netty's own: the same is done to both, and their handlers must be told the same. */
class StreamPipelineTest {
    private static final int ROUNDS = 400;
    private static final int STEPS = 40;

    // ---- beside Netty's --------------------------------------------------------------------------------------------

    /** What the handlers of one pipeline were told, and what those did who changed it. */
    private static final class World {
        final List<String> log = new ArrayList<>();
        final Channel channel;
        int made;

        World(Channel channel) {
            this.channel = channel;
        }

        ChannelPipeline pipeline() {
            return channel.pipeline();
        }

        /** One of several kinds of handlers, which tells the log what it is told. */
        ChannelHandler handler(int kind) {
            String name = "h" + made++;
            return switch (kind % 5) {
                case 0 -> new Inbound(this, name);
                case 1 -> new Outbound(this, name);
                case 2 -> new Both(this, name);
                case 3 -> new Failing(this, name);
                default ->
                    new ChannelInitializer<>() {
                        @Override
                        protected void initChannel(Channel ch) {
                            log.add(name + " init");
                            ch.pipeline()
                                    .addLast(new Inbound(World.this, name + "a"), new Both(World.this, name + "b"));
                        }
                    };
            };
        }

        void step(String what, Runnable step) {
            try {
                step.run();
                log.add(what);
            } catch (RuntimeException failure) {
                log.add(what + " " + failure.getClass().getSimpleName());
            }
        }
    }

    private static class Inbound extends ChannelInboundHandlerAdapter {
        final World world;
        final String name;

        Inbound(World world, String name) {
            this.world = world;
            this.name = name;
        }

        @Override
        public void handlerAdded(ChannelHandlerContext ctx) {
            world.log.add(name + " added " + ctx.name());
        }

        @Override
        public void handlerRemoved(ChannelHandlerContext ctx) {
            world.log.add(name + " removed");
            ctx.fireUserEventTriggered("kept by " + name);
        }

        @Override
        public void channelRead(ChannelHandlerContext ctx, Object message) {
            world.log.add(name + " read " + message);
            ctx.fireChannelRead(message);
        }

        @Override
        public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
            world.log.add(name + " event " + event);
            ctx.fireUserEventTriggered(event);
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
            world.log.add(name + " exception " + cause.getMessage());
            // It goes no further: what the end of a pipeline does with one is each channel's.
        }

        @Override
        public void channelWritabilityChanged(ChannelHandlerContext ctx) {
            world.log.add(name + " writability");
            ctx.fireChannelWritabilityChanged();
        }
    }

    private static final class Outbound extends ChannelOutboundHandlerAdapter {
        private final World world;
        private final String name;

        Outbound(World world, String name) {
            this.world = world;
            this.name = name;
        }

        @Override
        public void write(ChannelHandlerContext ctx, Object message, ChannelPromise promise) {
            world.log.add(name + " write " + message);
            ctx.write(message, promise);
        }

        @Override
        public void read(ChannelHandlerContext ctx) {
            world.log.add(name + " asked to read");
            ctx.read();
        }
    }

    private static final class Both extends ChannelDuplexHandler {
        private final World world;
        private final String name;

        Both(World world, String name) {
            this.world = world;
            this.name = name;
        }

        @Override
        public void channelReadComplete(ChannelHandlerContext ctx) {
            world.log.add(name + " read complete");
            ctx.fireChannelReadComplete();
        }

        @Override
        public void flush(ChannelHandlerContext ctx) {
            world.log.add(name + " flush");
            ctx.flush();
        }

        @Override
        public void write(ChannelHandlerContext ctx, Object message, ChannelPromise promise) {
            world.log.add(name + " write " + message);
            if ("stop".equals(message)) {
                promise.setSuccess();
            } else {
                ctx.write(message, promise);
            }
        }
    }

    private static final class Failing extends Inbound {
        Failing(World world, String name) {
            super(world, name);
        }

        @Override
        public void handlerAdded(ChannelHandlerContext ctx) {
            if (world.made % 3 == 0) {
                throw new IllegalStateException(name + " does not want to be added");
            }
            super.handlerAdded(ctx);
        }

        @Override
        public void channelRead(ChannelHandlerContext ctx, Object message) {
            if (message.hashCode() % 2 == 0) {
                throw new IllegalStateException(name + " does not like " + message);
            }
            super.channelRead(ctx, message);
        }

        @Override
        public void channelReadComplete(ChannelHandlerContext ctx) {
            throw new IllegalStateException(name + " is never complete");
        }
    }

    /** Takes what reaches either end, so that the channels behind do not matter. */
    private static final class End extends ChannelDuplexHandler {
        private final World world;

        End(World world) {
            this.world = world;
        }

        @Override
        public void write(ChannelHandlerContext ctx, Object message, ChannelPromise promise) {
            world.log.add("taken " + message);
            promise.setSuccess();
        }

        @Override
        public void flush(ChannelHandlerContext ctx) {
            world.log.add("flushed");
        }

        @Override
        public void read(ChannelHandlerContext ctx) {
            world.log.add("read asked");
        }
    }

    private static void play(World world, long seed) {
        Random random = new Random(seed);
        world.pipeline().addLast("end", new End(world));
        for (int i = 0; i < STEPS; i++) {
            step(world, random, i);
        }
        world.log.add(String.valueOf(names(world)));
        world.step("all go", () -> {
            while (world.pipeline().last() != null) {
                world.pipeline().removeLast();
            }
        });
    }

    private static List<String> names(World world) {
        return new ArrayList<>(world.pipeline().toMap().keySet());
    }

    private static void step(World world, Random random, int number) {
        ChannelPipeline pipeline = world.pipeline();
        List<String> names = names(world);
        String some = random.nextInt(8) == 0 ? "nobody" : names.get(random.nextInt(names.size()));
        int kind = random.nextInt(5);
        String given = random.nextBoolean() ? null : "n" + random.nextInt(12);
        switch (random.nextInt(14)) {
            case 0, 1 -> world.step("last", () -> pipeline.addLast(given, world.handler(kind)));
            // The end stays first, for it takes what is sent.
            case 2 -> world.step("first", () -> pipeline.addAfter("end", given, world.handler(kind)));
            case 3 -> world.step("after " + some, () -> pipeline.addAfter(some, given, world.handler(kind)));
            case 4 -> {
                if (!some.equals("end")) {
                    world.step("before " + some, () -> pipeline.addBefore(some, given, world.handler(kind)));
                }
            }
            case 5 -> {
                if (!some.equals("end")) {
                    world.step("remove " + some, () -> pipeline.remove(some));
                }
            }
            case 6 -> {
                if (!some.equals("end")) {
                    world.step("replace " + some, () -> pipeline.replace(some, given, world.handler(kind)));
                }
            }
            case 7, 8 -> world.step("read", () -> pipeline.fireChannelRead("m" + number));
            case 9 -> world.step("complete", pipeline::fireChannelReadComplete);
            case 10 -> world.step("event", () -> pipeline.fireUserEventTriggered("e" + number));
            case 11 ->
                world.step(
                        "write",
                        () -> world.log.add("done "
                                + pipeline.write(number % 3 == 0 ? "stop" : "w" + number)
                                        .isSuccess()));
            case 12 -> world.step("write and flush", () -> pipeline.writeAndFlush("f" + number));
            default -> world.step("kinds", () -> world.log.add(pipeline.context(Both.class) == null ? "none" : "some"));
        }
    }

    @Test
    void handlersAreToldWhatNettysPipelineTellsThem() {
        for (long seed = 0; seed < ROUNDS; seed++) {
            EmbeddedChannel netty = new EmbeddedChannel();
            World theirs = new World(netty);
            play(theirs, seed);
            EmbeddedChannel connection = connection();
            World ours = new World(stream(connection));
            play(ours, seed);
            assertThat(ours.log).as("seed %d", seed).isEqualTo(theirs.log);
            end(netty);
            end(connection);
        }
    }

    /** What the handlers let pass is no failure here. */
    private static void end(EmbeddedChannel channel) {
        channel.close();
        channel.runPendingTasks();
        channel.releaseInbound();
        channel.releaseOutbound();
    }

    // ---- one by one ------------------------------------------------------------------------------------------------

    private StreamChannel opened;

    private EmbeddedChannel connection(ChannelHandler... handlers) {
        EmbeddedChannel connection = new EmbeddedChannel(
                Http2SessionHandler.forServer().build(),
                Http2StreamsHandler.builder()
                        .childHandler(new ChannelInitializer<StreamChannel>() {
                            @Override
                            protected void initChannel(StreamChannel stream) {
                                opened = stream;
                                stream.pipeline().addLast(handlers);
                            }
                        })
                        .build());
        connection.writeInbound(Frames.script()
                .preface()
                .settings()
                .headers(1, false, ":method", "GET", ":scheme", "http", ":authority", "a", ":path", "/")
                .buf());
        return connection;
    }

    private StreamChannel stream(EmbeddedChannel connection) {
        connection.runPendingTasks();
        return opened;
    }

    @Test
    void aHandlerThatIsNotSharableCanBeAddedOnce() {
        ChannelHandler once = new ChannelDuplexHandler();
        EmbeddedChannel connection = connection(once);
        ChannelPipeline pipeline = stream(connection).pipeline();
        assertThatThrownBy(() -> pipeline.addLast(once)).isInstanceOf(ChannelPipelineException.class);
        ChannelHandler shared = new Shared();
        pipeline.addLast("one", shared).addLast("two", shared);
        pipeline.remove("two");
        assertThat(pipeline.names()).contains("one").doesNotContain("two");
        connection.finishAndReleaseAll();
    }

    @ChannelHandler.Sharable
    private static final class Shared extends ChannelDuplexHandler {}

    @Test
    void namesAndTypesFindHandlers() {
        EmbeddedChannel connection = connection();
        ChannelPipeline pipeline = stream(connection).pipeline();
        ChannelHandler one = new ChannelDuplexHandler();
        pipeline.addFirst("one", one).addFirst(new ChannelInboundHandlerAdapter(), new ChannelOutboundHandlerAdapter());
        assertThat(pipeline.last())
                .isSameAs(one)
                .isSameAs(pipeline.get("one"))
                .isSameAs(pipeline.context(one).handler());
        assertThat(pipeline.lastContext().name()).isEqualTo("one");
        assertThat(pipeline.firstContext().name()).isEqualTo("ChannelInboundHandlerAdapter#0");
        assertThat(pipeline.get(ChannelOutboundHandlerAdapter.class)).isNotNull();
        assertThat(pipeline.iterator().next().getKey()).isEqualTo("ChannelInboundHandlerAdapter#0");
        assertThatThrownBy(() -> pipeline.addLast("one", new Shared())).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> pipeline.remove("none")).isInstanceOf(NoSuchElementException.class);
        assertThat(pipeline.replace(ChannelOutboundHandlerAdapter.class, "new", new Shared()))
                .isNotNull();
        assertThat(pipeline.remove(Shared.class)).isNotNull();
        assertThat(pipeline.removeFirst()).isInstanceOf(ChannelInboundHandlerAdapter.class);
        assertThat(pipeline.removeLast()).isSameAs(one);
        assertThat(pipeline.firstContext()).isNull();
        assertThatThrownBy(pipeline::removeLast).isInstanceOf(NoSuchElementException.class);
        connection.finishAndReleaseAll();
    }

    @Test
    void promisesThatCannotBeUsedAreRefusedAndTheMessageReleased() {
        EmbeddedChannel connection = connection();
        StreamChannel stream = stream(connection);
        ByteBuf done = Unpooled.buffer().writeByte(1);
        assertThatThrownBy(() -> stream.write(done, stream.newPromise().setSuccess()))
                .isInstanceOf(IllegalArgumentException.class);
        ByteBuf foreign = Unpooled.buffer().writeByte(1);
        assertThatThrownBy(() -> stream.write(foreign, connection.newPromise()))
                .isInstanceOf(IllegalArgumentException.class);
        ByteBuf cancelled = Unpooled.buffer().writeByte(1);
        ChannelPromise promise = new DefaultChannelPromise(stream);
        promise.cancel(false);
        stream.write(cancelled, promise);
        assertThat(List.of(done.refCnt(), foreign.refCnt(), cancelled.refCnt())).containsOnly(0);
        assertThatThrownBy(() -> stream.close(stream.voidPromise())).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> stream.write(null)).isInstanceOf(NullPointerException.class);
        connection.finishAndReleaseAll();
    }

    @Test
    void theVoidPromiseTellsThePipelineOfFailuresAndCannotBeAwaited() {
        List<Throwable> caught = new ArrayList<>();
        EmbeddedChannel connection = connection(new ChannelInboundHandlerAdapter() {
            @Override
            public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
                caught.add(cause);
            }
        });
        StreamChannel stream = stream(connection);
        ChannelPromise none = stream.voidPromise();
        assertThat(none.isVoid()).isTrue();
        assertThat(none).isSameAs(stream.voidPromise());
        assertThat(none.channel()).isSameAs(stream);
        assertThat(none.trySuccess() || none.tryFailure(new IllegalStateException("one")))
                .isFalse();
        none.setFailure(new IllegalStateException("two"));
        none.unvoid().setFailure(new IllegalStateException("three"));
        none.unvoid().setSuccess();
        assertThat(caught).extracting(Throwable::getMessage).containsExactly("one", "two", "three");
        assertThatThrownBy(() -> none.addListener(done -> {})).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(none::sync).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> none.await(1)).isInstanceOf(IllegalStateException.class);
        assertThat(none.isDone() || none.isSuccess() || none.isCancelled()).isFalse();
        assertThat(stream.newSucceededFuture().isSuccess()).isTrue();
        assertThat(stream.newFailedFuture(new IllegalStateException("x")).cause())
                .hasMessage("x");
        connection.finishAndReleaseAll();
    }

    @Test
    @SuppressWarnings("deprecation") // such handlers are
    void aHandlerWithAnExecutorOfItsOwnIsCalledThereAndInOrder() {
        List<String> told = new ArrayList<>();
        EmbeddedChannel connection = connection();
        StreamChannel stream = stream(connection);
        try (HeldThreads threads = new HeldThreads(2)) {
            stream.pipeline().addLast(threads.group(), new ChannelInboundHandlerAdapter() {
                @Override
                public void handlerAdded(ChannelHandlerContext ctx) {
                    told.add("added " + ctx.executor().inEventLoop());
                }

                @Override
                public void channelRead(ChannelHandlerContext ctx, Object message) {
                    told.add("read " + message + " " + ctx.executor().inEventLoop());
                }

                @Override
                public void channelReadComplete(ChannelHandlerContext ctx) {
                    told.add("complete " + ctx.executor().inEventLoop());
                }
            });
            stream.pipeline().fireChannelRead("a").fireChannelRead("b").fireChannelReadComplete();
            assertThat(told).isEmpty();
            threads.letGo();
            assertThat(told).containsExactly("added true", "read a true", "read b true", "complete true");
            threads.hold();
            connection.finishAndReleaseAll();
        }
    }

    @Test
    void whenTheChannelHasEndedItsHandlersAreRemovedTheLastFirst() {
        List<String> removed = new ArrayList<>();
        class Told extends ChannelDuplexHandler {
            private final String name;

            Told(String name) {
                this.name = name;
            }

            @Override
            public void handlerRemoved(ChannelHandlerContext ctx) {
                removed.add(name + ctx.isRemoved());
            }
        }
        EmbeddedChannel connection = connection(new Told("a"), new Told("b"), new Told("c"));
        stream(connection).close();
        connection.runPendingTasks();
        assertThat(removed).containsExactly("cfalse", "bfalse", "afalse");
        connection.finishAndReleaseAll();
    }
}
