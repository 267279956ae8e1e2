package io.h2session.examples.serve;

import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.ByteBufUtil;
import io.netty.handler.codec.http.DefaultHttpContent;
import io.netty.handler.codec.http.DefaultHttpResponse;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.AsciiString;
import io.netty.util.concurrent.ScheduledFuture;
import java.io.IOException;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/**
 * {@code /events?every=MILLIS&n=COUNT}: server-sent events, one every second and without an end unless the request says otherwise. They
 * are numbered. A client that connects again with {@code last-event-id} gets the numbers that follow. A client that does not read
 * misses events: they are made when they can be sent, and no more than one waits.
 */
final class EventsPage implements Page {
    private static final int SECOND = 1000;
    private static final long MAX_ID = 1L << 50;
    private static final long MAX_EVERY = TimeUnit.HOURS.toMillis(1);
    private static final AsciiString TYPE = AsciiString.cached("text/event-stream; charset=utf-8");
    private static final AsciiString LAST_EVENT_ID = AsciiString.cached("last-event-id");
    private static final Page WRONG =
            ConstantPage.text(HttpResponseStatus.BAD_REQUEST, "every is a number of milliseconds, n one of events\n");

    private final Set<Exchange> running = ConcurrentHashMap.newKeySet();
    private volatile boolean stopping;

    @Override
    public void answer(Exchange exchange) throws IOException {
        long every = Parameters.number(exchange, "every", SECOND, MAX_EVERY);
        long count = Parameters.number(exchange, "n", MAX_ID, MAX_ID);
        if (every < 1 || count < 0) {
            WRONG.answer(exchange);
            return;
        }
        HttpHeaders headers = DatedHeaders.once()
                .set(HttpHeaderNames.CONTENT_TYPE, TYPE)
                .set(HttpHeaderNames.CACHE_CONTROL, HttpHeaderValues.NO_STORE);
        Events events = new Events(exchange, every, count, lastId(exchange));
        exchange.respond(new DefaultHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.OK, headers), events);
        if (stopping) {
            exchange.stop();
        }
    }

    private static long lastId(Exchange exchange) {
        String last = exchange.field(LAST_EVENT_ID);
        return last == null ? 0 : Math.max(0, Parameters.number(last, MAX_ID));
    }

    @Override
    public void stop() {
        stopping = true;
        for (Exchange exchange : running) {
            exchange.executor().execute(exchange::stop);
        }
    }

    /** The number of clients that listen. */
    int listeners() {
        return running.size();
    }

    private final class Events implements Body {
        private final Exchange exchange;
        private final ScheduledFuture<?> clock;
        private final long last;
        private long id;
        private boolean due = true;
        private boolean over;

        Events(Exchange exchange, long every, long count, long id) {
            this.exchange = exchange;
            this.id = id;
            last = id + count;
            over = last == id;
            running.add(exchange);
            clock = exchange.executor().scheduleAtFixedRate(this::tick, every, every, TimeUnit.MILLISECONDS);
        }

        private void tick() {
            due = true;
            exchange.resume();
        }

        @Override
        public HttpContent next(ByteBufAllocator allocator) {
            if (over) {
                return LastHttpContent.EMPTY_LAST_CONTENT;
            }
            if (!due) {
                return null;
            }
            due = false;
            id++;
            over = id == last;
            return new DefaultHttpContent(ByteBufUtil.writeAscii(
                    allocator, "id: " + id + "\nevent: tick\ndata: " + HttpDates.now() + "\n\n"));
        }

        @Override
        public void stop() {
            over = true;
        }

        @Override
        public void close() {
            clock.cancel(false);
            running.remove(exchange);
        }
    }
}
