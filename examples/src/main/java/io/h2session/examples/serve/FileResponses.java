package io.h2session.examples.serve;

import io.netty.buffer.Unpooled;
import io.netty.channel.DefaultFileRegion;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.DefaultHttpResponse;
import io.netty.handler.codec.http.EmptyHttpHeaders;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.util.AsciiString;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;

/**
 * Answers a request for a file (RFC 9110 sections 8, 13 and 14): which representation it gets, whether it has it already, and which
 * parts of it.
 */
final class FileResponses {
    private static final Page NO_DESCRIPTOR = ConstantPage.refusal(
            HttpResponseStatus.SERVICE_UNAVAILABLE,
            "the file cannot be opened at the moment\n",
            HttpHeaderNames.RETRY_AFTER,
            "1");

    private final Path root;
    private final Page notFound;

    FileResponses(Path root, Page notFound) {
        this.root = root;
        this.notFound = notFound;
    }

    /** @param file a regular file below the directory, without links */
    void answer(ChannelExchange exchange, Path file) throws IOException {
        StoredFile original;
        try {
            original = StoredFile.of(file);
        } catch (NoSuchFileException | AccessDeniedException nowhere) {
            notFound.answer(exchange);
            return;
        }
        AcceptedCodings accepted = AcceptedCodings.of(exchange.request());
        StoredFile chosen = original.compressedBeside(accepted, root);
        boolean compress = chosen == original
                && original.isWorthCompressing()
                && accepted.anyCompression()
                && exchange.field(HttpHeaderNames.RANGE) == null;
        String tag = compress ? "W/" + chosen.tag() : chosen.tag();
        HttpHeaders headers = headers(chosen, tag);
        switch (Precondition.of(exchange.request(), tag, chosen.modifiedSecond())) {
            case NOT_MODIFIED -> exchange.respond(empty(HttpResponseStatus.NOT_MODIFIED, headers));
            case FAILED -> exchange.respond(ConstantPage.empty(HttpResponseStatus.PRECONDITION_FAILED));
            default -> {
                headers.set(HttpHeaderNames.CONTENT_TYPE, original.type());
                if (compress) {
                    compressed(exchange, chosen, headers);
                } else {
                    parts(exchange, chosen, headers, tag, original.type());
                }
            }
        }
    }

    private static HttpHeaders headers(StoredFile file, String tag) {
        HttpHeaders headers = DatedHeaders.once()
                .set(HttpHeaderNames.ETAG, AsciiString.of(tag))
                .set(HttpHeaderNames.LAST_MODIFIED, HttpDates.of(file.modified()))
                .set(HttpHeaderNames.VARY, HttpHeaderNames.ACCEPT_ENCODING);
        if (file.coding() != null) {
            headers.set(HttpHeaderNames.CONTENT_ENCODING, file.coding());
        }
        return headers;
    }

    private static FullHttpResponse empty(HttpResponseStatus status, HttpHeaders headers) {
        return new DefaultFullHttpResponse(
                HttpVersion.HTTP_1_1, status, Unpooled.EMPTY_BUFFER, headers, EmptyHttpHeaders.INSTANCE);
    }

    /** The whole file, in a coding that is made on its way out. */
    private void compressed(ChannelExchange exchange, StoredFile file, HttpHeaders headers) throws IOException {
        FileChannel open = open(exchange, file);
        if (open != null) {
            exchange.compress();
            exchange.respond(response(HttpResponseStatus.OK, headers), new FilePieces(open, List.of(file.whole())));
        }
    }

    private void parts(ChannelExchange exchange, StoredFile file, HttpHeaders headers, String tag, String type)
            throws IOException {
        headers.set(HttpHeaderNames.ACCEPT_RANGES, HttpHeaderValues.BYTES);
        List<ByteRange> ranges = null;
        if (HttpMethod.GET.equals(exchange.method()) && Precondition.ifRange(exchange, tag, file)) {
            ranges = ByteRange.parse(exchange.field(HttpHeaderNames.RANGE), file.length());
        }
        if (ranges == null) {
            length(headers, file.length());
            send(exchange, file, response(HttpResponseStatus.OK, headers), file.whole());
        } else if (ranges.isEmpty()) {
            ConstantPage.refusal(
                            HttpResponseStatus.REQUESTED_RANGE_NOT_SATISFIABLE,
                            "the file has " + file.length() + " bytes\n",
                            HttpHeaderNames.CONTENT_RANGE,
                            "bytes */" + file.length())
                    .answer(exchange);
        } else if (ranges.size() == 1) {
            ByteRange range = ranges.get(0);
            headers.set(HttpHeaderNames.CONTENT_RANGE, range.of(file.length()));
            length(headers, range.length());
            send(exchange, file, response(HttpResponseStatus.PARTIAL_CONTENT, headers), range);
        } else {
            FileChannel open = open(exchange, file);
            if (open != null) {
                MultipartRanges parts = new MultipartRanges(ranges, file.length(), type);
                headers.set(HttpHeaderNames.CONTENT_TYPE, parts.type());
                length(headers, parts.length());
                exchange.respond(
                        response(HttpResponseStatus.PARTIAL_CONTENT, headers), new FilePieces(open, parts.segments()));
            }
        }
    }

    private static void length(HttpHeaders headers, long length) {
        headers.set(HttpHeaderNames.CONTENT_LENGTH, AsciiString.of(Long.toString(length)));
    }

    private static HttpResponse response(HttpResponseStatus status, HttpHeaders headers) {
        return new DefaultHttpResponse(HttpVersion.HTTP_1_1, status, headers);
    }

    /** Sends one part of a file, which the transport or the session reads when it can be sent. */
    private void send(ChannelExchange exchange, StoredFile file, HttpResponse head, ByteRange range)
            throws IOException {
        if (exchange.isHead() || range.length() == 0) {
            exchange.respond(empty(head.status(), head.headers()));
            return;
        }
        FileChannel open = open(exchange, file);
        if (open == null) {
            return;
        }
        if (exchange.takesFiles()) {
            exchange.respond(head, new DefaultFileRegion(open, range.first(), range.length()));
        } else {
            exchange.respond(head, new FilePieces(open, List.of(range)));
        }
    }

    /** Opens the file; answers null if that is not possible, and the request was answered. */
    private FileChannel open(ChannelExchange exchange, StoredFile file) throws IOException {
        try {
            return FileChannel.open(file.path(), StandardOpenOption.READ);
        } catch (NoSuchFileException | AccessDeniedException nowhere) {
            notFound.answer(exchange);
        } catch (IOException notNow) {
            // The file exists and is readable, but no file descriptor is left.
            NO_DESCRIPTOR.answer(exchange);
        }
        return null;
    }
}
