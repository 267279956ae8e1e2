package io.h2session.examples.serve;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import io.h2session.api.BodySink;
import io.h2session.api.DataResult;
import io.h2session.api.DataSource;
import io.h2session.examples.net.Watch;
import io.h2session.examples.testing.TestClient;
import io.h2session.examples.testing.TestClient.Response;
import io.netty.buffer.ByteBuf;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code /echo} and clients that read nothing of the response before their upload has ended, as browsers do. */
@Timeout(300)
class EchoUploadTest {
    private Server server;

    @BeforeEach
    void start() throws Exception {
        server = Server.start(new Server.Settings(
                "127.0.0.1", 0, Pages.builtIn(), null, false, 2, 100, Watch.NONE, System.err, false));
    }

    @AfterEach
    void stop() {
        server.close();
        assertThat(DiskRoom.OF_PROCESS.taken()).isZero();
    }

    /** Bytes of an upload; tells when the last of them was sent. */
    private static final class Upload implements DataSource {
        private final byte[] bytes;
        private final CountDownLatch sent;
        private int position;

        Upload(byte[] bytes, CountDownLatch sent) {
            this.bytes = bytes;
            this.sent = sent;
        }

        @Override
        public DataResult read(int streamId, int maxLength, BodySink sink) {
            int count = Math.min(maxLength, bytes.length - position);
            if (count > 0) {
                ByteBuf piece = sink.buffer(count);
                sink.add(piece.writeBytes(bytes, position, count));
                position += count;
            }
            return position == bytes.length ? DataResult.END : DataResult.MORE;
        }

        @Override
        public void close() {
            if (position == bytes.length) {
                sent.countDown();
            }
        }
    }

    private static byte[] noise(int length, int seed) {
        byte[] bytes = new byte[length];
        new Random(seed).nextBytes(bytes);
        return bytes;
    }

    @ParameterizedTest
    @CsvSource({"1, 20000000", "50, 1000000", "100, 1", "3, 65536"})
    void overHttp2TheyFinishTheirUploadAndGetItBack(int uploads, int length) throws Exception {
        CountDownLatch sent = new CountDownLatch(uploads);
        List<CompletableFuture<Response>> responses = new ArrayList<>();
        try (TestClient client = TestClient.connect(server.port())) {
            client.hold();
            for (int i = 0; i < uploads; i++) {
                responses.add(client.begin(TestClient.request("POST", "/echo"), new Upload(noise(length, i), sent)));
            }
            assertThat(sent.await(60, TimeUnit.SECONDS)).isTrue();
            client.letGo();

            for (int i = 0; i < uploads; i++) {
                Response response = TestClient.await(responses.get(i));
                assertThat(response.status()).isEqualTo("200");
                assertThat(response.errorCode()).isZero();
                assertThat(Arrays.equals(response.body(), noise(length, i))).isTrue();
            }
        }
        // The last ones are counted when their promises are complete, which is after the client has them.
        server.close();
        assertThat(server.requests().answered()).isEqualTo(uploads);
    }

    @Test
    void anUploadThatIsGivenUpLeavesNothingOnDisk() throws Exception {
        CountDownLatch sent = new CountDownLatch(1);
        try (TestClient client = TestClient.connect(server.port())) {
            client.hold();
            client.begin(TestClient.request("POST", "/echo"), new Upload(noise(5_000_000, 1), sent));
            assertThat(sent.await(60, TimeUnit.SECONDS)).isTrue();
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void overHttp1TheyFinishTheirUploadAndGetItBack(boolean chunked) throws Exception {
        byte[] body = noise(20_000_000, 4);
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.port())) {
            socket.setSoTimeout(60_000);
            for (int round = 0; round < 2; round++) {
                OutputStream out = socket.getOutputStream();
                out.write(("POST /echo HTTP/1.1\r\nHost: a\r\n"
                                + (chunked ? "Transfer-Encoding: chunked" : "Content-Length: " + body.length)
                                + "\r\n\r\n")
                        .getBytes(US_ASCII));
                if (chunked) {
                    out.write((Integer.toHexString(body.length) + "\r\n").getBytes(US_ASCII));
                    out.write(body);
                    out.write("\r\n0\r\nx-end: yes\r\n\r\n".getBytes(US_ASCII));
                } else {
                    out.write(body);
                }

                InputStream in = new BufferedInputStream(socket.getInputStream());
                assertThat(line(in)).isEqualTo("HTTP/1.1 200 OK");
                List<String> fields = fields(in);
                if (chunked) {
                    assertThat(fields).contains("transfer-encoding: chunked");
                    assertThat(Arrays.equals(chunks(in), body)).isTrue();
                    assertThat(fields(in)).containsExactly("x-end: yes");
                } else {
                    assertThat(fields).contains("content-length: " + body.length);
                    assertThat(Arrays.equals(in.readNBytes(body.length), body)).isTrue();
                }
            }
        }
    }

    private static byte[] chunks(InputStream in) throws Exception {
        ByteArrayOutputStream gathered = new ByteArrayOutputStream();
        for (int length = Integer.parseInt(line(in), 16); length > 0; length = Integer.parseInt(line(in), 16)) {
            gathered.write(in.readNBytes(length));
            assertThat(line(in)).isEmpty();
        }
        return gathered.toByteArray();
    }

    private static List<String> fields(InputStream in) throws Exception {
        List<String> fields = new ArrayList<>();
        for (String field = line(in); !field.isEmpty(); field = line(in)) {
            fields.add(field);
        }
        return fields;
    }

    private static String line(InputStream in) throws Exception {
        StringBuilder line = new StringBuilder();
        for (int c = in.read(); c != '\n'; c = in.read()) {
            if (c < 0) {
                throw new AssertionError("the server ended in the middle of: " + line);
            }
            if (c != '\r') {
                line.append((char) c);
            }
        }
        return line.toString();
    }
}
