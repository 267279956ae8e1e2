import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509TrustManager;

/**
 * Usage: java JdkClient.java URL FILE [VERSION]. Many requests at once, bodies of odd sizes, and the start of FILE echoed
 * unchanged, all in that version of HTTP (HTTP_2, its default, or HTTP_1_1).
 */
final class JdkClient {
    private static final X509TrustManager TRUSTS_ANYBODY = new X509TrustManager() {
        @Override
        public void checkClientTrusted(X509Certificate[] chain, String authType) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String authType) {}

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
        }
    };

    private static HttpClient.Version version;

    public static void main(String[] args) throws Exception {
        String url = args[0];
        version = HttpClient.Version.valueOf(args.length > 2 ? args[2] : "HTTP_2");
        Path file = Path.of(args[1]);
        SSLContext tls = SSLContext.getInstance("TLS");
        tls.init(null, new TrustManager[] {TRUSTS_ANYBODY}, null);
        HttpClient client = HttpClient.newBuilder()
                .version(version)
                .sslContext(tls)
                .build();

        HttpRequest hello = HttpRequest.newBuilder(URI.create(url + "/hello")).build();
        expect(client.send(hello, BodyHandlers.ofString()), "hello, world\n");
        List<CompletableFuture<HttpResponse<String>>> many = new ArrayList<>();
        for (int i = 0; i < 90; i++) {
            many.add(client.sendAsync(hello, BodyHandlers.ofString()));
        }
        for (CompletableFuture<HttpResponse<String>> one : many) {
            expect(one.get(), "hello, world\n");
        }

        for (int size : new int[] {0, 1, 16384, 65536, 1_000_000}) {
            HttpRequest request =
                    HttpRequest.newBuilder(URI.create(url + "/bytes/" + size)).build();
            HttpResponse<byte[]> response = client.send(request, BodyHandlers.ofByteArray());
            require(response.body().length == size, "/bytes/" + size + " has " + response.body().length);
        }

        // Less than its receive window, or the socket's buffers: this client reads no body before it has sent its own, and
        // would wait for ever.
        byte[] sent;
        try (InputStream in = Files.newInputStream(file)) {
            sent = in.readNBytes(version == HttpClient.Version.HTTP_2 ? 5_000_000 : 100_000);
        }
        HttpRequest echo = HttpRequest.newBuilder(URI.create(url + "/echo"))
                .POST(BodyPublishers.ofByteArray(sent))
                .build();
        HttpResponse<byte[]> echoed = client.send(echo, BodyHandlers.ofByteArray());
        require(Arrays.equals(echoed.body(), sent), "the echo differs");
        System.exit(0);
    }

    private static void expect(HttpResponse<String> response, String body) {
        require(response.version() == version, "answered with " + response.version());
        require(response.statusCode() == 200, "status " + response.statusCode());
        require(response.body().equals(body), "body " + response.body());
    }

    private static void require(boolean condition, String otherwise) {
        if (!condition) {
            throw new IllegalStateException(otherwise);
        }
    }
}
