package io.h2session.examples.proxy;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** One end of a connection of HTTP/1.1. It reads strictly, and writes whatever it is told. */
final class Http1Peer implements AutoCloseable {
    static final int PATIENCE_MILLIS = 60_000;

    private final Socket socket;
    private final InputStream in;

    Http1Peer(Socket socket) throws IOException {
        this.socket = socket;
        socket.setSoTimeout(PATIENCE_MILLIS);
        socket.setTcpNoDelay(true);
        in = new BufferedInputStream(socket.getInputStream(), 1);
    }

    static Http1Peer connect(int port) throws IOException {
        return new Http1Peer(new Socket(InetAddress.getLoopbackAddress(), port));
    }

    Socket socket() {
        return socket;
    }

    Http1Peer send(String text) throws IOException {
        socket.getOutputStream().write(text.getBytes(ISO_8859_1));
        return this;
    }

    /** A message as text, its body as long as a Content-Length says or in chunks. */
    static String text(String startLine, Message message) {
        StringBuilder text = new StringBuilder(startLine).append("\r\n");
        message.fields().forEach(field -> text.append(field).append("\r\n"));
        boolean chunked = message.one("transfer-encoding") != null;
        text.append("\r\n");
        if (!chunked) {
            return text.append(message.body()).toString();
        }
        if (!message.body().isEmpty()) {
            text.append(Integer.toHexString(message.body().length()))
                    .append("\r\n")
                    .append(message.body())
                    .append("\r\n");
        }
        text.append("0\r\n");
        message.trailers().forEach(field -> text.append(field).append("\r\n"));
        return text.append("\r\n").toString();
    }

    // ---- reading ---------------------------------------------------------------------------------------------------

    /** A line without CRLF. */
    String line() throws IOException {
        StringBuilder line = new StringBuilder();
        for (int c = in.read(); c != '\r'; c = in.read()) {
            if (c < 0) {
                throw new EOFException("the connection ended behind: " + line);
            }
            if (c == '\n') {
                throw new IOException("a bare LF behind: " + line);
            }
            line.append((char) c);
        }
        if (in.read() != '\n') {
            throw new IOException("CR without LF behind: " + line);
        }
        return line.toString();
    }

    private List<String> fields() throws IOException {
        List<String> fields = new ArrayList<>();
        for (String line = line(); !line.isEmpty(); line = line()) {
            int colon = line.indexOf(": ");
            if (colon < 1) {
                throw new IOException("no field: " + line);
            }
            fields.add(line.substring(0, colon).toLowerCase(Locale.ROOT) + line.substring(colon));
        }
        return fields;
    }

    String bytes(int count) throws IOException {
        byte[] bytes = in.readNBytes(count);
        if (bytes.length < count) {
            throw new EOFException(count - bytes.length + " bytes are missing");
        }
        return new String(bytes, ISO_8859_1);
    }

    /** Reads an answer, and what is said before it. */
    Message answer(boolean head) throws IOException {
        List<String> informational = new ArrayList<>();
        while (true) {
            String start = line();
            if (!start.startsWith("HTTP/1.1 ")) {
                throw new IOException("no answer: " + start);
            }
            String status = start.substring(9, 12);
            List<String> fields = fields();
            if (status.startsWith("1") && !status.equals("101")) {
                informational.add(status);
                continue;
            }
            boolean none = head || status.equals("204") || status.equals("304") || status.equals("101");
            return rest(status, fields, !none, true, informational);
        }
    }

    /** Reads a request. */
    Message request() throws IOException {
        String start = line();
        if (!start.endsWith(" HTTP/1.1")) {
            throw new IOException("no request: " + start);
        }
        return rest(start.substring(0, start.length() - 9), fields(), true, false, List.of());
    }

    private Message rest(
            String start, List<String> fields, boolean content, boolean untilClose, List<String> informational)
            throws IOException {
        Message head = new Message(start, fields, "", List.of(), informational, Message.WHOLE);
        String length = head.one("content-length");
        String coding = head.one("transfer-encoding");
        if (length != null && coding != null) {
            throw new IOException("both a length and a coding: " + fields);
        }
        if (!content) {
            return head;
        }
        StringBuilder body = new StringBuilder();
        List<String> trailers = List.of();
        String end = Message.WHOLE;
        try {
            if (coding != null) {
                for (int size = Integer.parseInt(line(), 16); size > 0; size = Integer.parseInt(line(), 16)) {
                    body.append(bytes(size));
                    if (!line().isEmpty()) {
                        throw new IOException("a chunk is longer than it says");
                    }
                }
                trailers = fields();
            } else if (length != null) {
                body.append(bytes(Integer.parseInt(length)));
            } else if (untilClose) {
                body.append(new String(in.readAllBytes(), ISO_8859_1));
            }
        } catch (EOFException | SocketException cut) {
            end = "cut";
        }
        return new Message(start, fields, body.toString(), trailers, informational, end);
    }

    /** A byte; -1 at the end, however the connection ends. */
    int byteOrEnd() throws IOException {
        try {
            return in.read();
        } catch (SocketException reset) {
            return -1;
        }
    }

    /** Whether the other end closes without another byte. */
    boolean isAtEnd() throws IOException {
        return byteOrEnd() < 0;
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
